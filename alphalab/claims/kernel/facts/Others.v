(* What is known of one step of other methods than AlphaGrad, and of functions that curve the more the steeper they are. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Tanh Direction Descent Values.
Open Scope R_scope.

Section Along.
Variables (n : nat) (f : vec -> R) (grad : vec -> vec) (L eta : R) (d : vec -> vec) (x : nat -> vec) (t : nat).

Lemma descent_along : smooth n f grad L -> along n d grad eta x ->
  eta * dot n (grad (x t)) (d (grad (x t))) - L * eta ^ 2 / 2 * dot n (d (grad (x t))) (d (grad (x t)))
  <= f (x t) - f (x (S t)).
Proof. intros Hs Hr. pose proof (descent_step n f grad L eta (x t) (x (S t)) _ Hs (Hr t)). lra. Qed.

Lemma along_inner : along n d grad eta x ->
  dot n (grad (x t)) (sub (x (S t)) (x t)) = - eta * dot n (grad (x t)) (d (grad (x t))).
Proof. intros H. rewrite <- dot_scal_r. apply sum_ext. intros i Hi. unfold sub. rewrite (H t i Hi). ring. Qed.

Lemma along_square : along n d grad eta x ->
  dot n (sub (x (S t)) (x t)) (sub (x (S t)) (x t)) = eta ^ 2 * dot n (d (grad (x t))) (d (grad (x t))).
Proof.
  intros H. rewrite pow2, Rmult_assoc, <- dot_scal_l, <- dot_scal_r. apply sum_ext. intros i Hi. unfold sub.
  rewrite (H t i Hi). ring.
Qed.
End Along.

(* signs *)
Lemma sign_product z : z * sign z = Rabs z.
Proof.
  unfold sign, Rabs. destruct (Rlt_dec 0 z), (Rlt_dec z 0), (Rcase_abs z); lra.
Qed.
Lemma sign_square z : sign z * sign z <= 1.
Proof. unfold sign. destruct (Rlt_dec 0 z), (Rlt_dec z 0); lra. Qed.
Lemma sign_abs z : Rabs (sign z) <= 1.
Proof.
  unfold sign. destruct (Rlt_dec 0 z); [rewrite Rabs_R1; lra|].
  destruct (Rlt_dec z 0); [rewrite Rabs_left; lra | rewrite Rabs_R0; lra].
Qed.
Lemma sign_alignment n (g : vec) : sum n (fun i => Rabs (g i)) <= dot n g (fun i => sign (g i)).
Proof. right. apply sum_ext. intros i _. symmetry. apply sign_product. Qed.
Lemma sign_length n (g : vec) : dot n (fun i => sign (g i)) (fun i => sign (g i)) <= INR n.
Proof.
  unfold dot. replace (INR n) with (sum n (fun _ => 1)) by (rewrite sum_const; ring).
  apply sum_le. intros i _. apply sign_square.
Qed.
Lemma descent_signs n f grad L eta x t : 0 < eta -> smooth_max n f grad L -> along n (fun g i => sign (g i)) grad eta x ->
  eta * dot n (grad (x t)) (fun i => sign (grad (x t) i)) - L * eta ^ 2 / 2 <= f (x t) - f (x (S t)).
Proof.
  intros He Hs Hr. pose proof (Hs (x t) (x (S t)) eta) as H.
  assert (Hb : forall i, (i < n)%nat -> Rabs (sub (x (S t)) (x t) i) <= eta).
  { intros i Hi. unfold sub. rewrite (Hr t i Hi). cbv beta.
    replace (x t i - eta * sign (grad (x t) i) - x t i) with (- (eta * sign (grad (x t) i))) by ring.
    rewrite Rabs_Ropp, Rabs_mult, (Rabs_pos_eq eta) by lra. pose proof (sign_abs (grad (x t) i)). nra. }
  specialize (H Hb). rewrite (along_inner n grad eta _ x t Hr) in H. cbv beta in H. lra.
Qed.

(* normalised *)
Lemma normalised_dot eps n (g : vec) : dot n g (normalised eps n g) = norm n g * norm n g / (norm n g + eps).
Proof.
  unfold Rdiv. rewrite (norm_sq n g), Rmult_comm, <- dot_scal_r. apply sum_ext. intros i _. unfold normalised, Rdiv. ring.
Qed.
Lemma normalised_alignment n (g : vec) eps : eps = 0 -> norm n g <= dot n g (normalised eps n g).
Proof.
  intros ->. rewrite normalised_dot, Rplus_0_r. pose proof (norm_nonneg n g) as [H|H]; [right; field; lra|].
  rewrite <- H. unfold Rdiv. lra.
Qed.
Lemma normalised_length n (g : vec) eps : 0 <= eps -> dot n (normalised eps n g) (normalised eps n g) <= 1.
Proof.
  intros He. replace (dot n (normalised eps n g) (normalised eps n g)) with ((norm n g / (norm n g + eps)) ^ 2).
  - pose proof (norm_nonneg n g). assert (0 <= norm n g / (norm n g + eps) <= 1); [|nra].
    destruct (Rle_lt_or_eq_dec 0 (norm n g + eps) ltac:(lra)) as [Hp|Hz].
    + pose proof (Rinv_0_lt_compat _ Hp). split; [apply Rmult_le_pos; lra|].
      apply Rmult_le_reg_r with (norm n g + eps); [exact Hp|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
    + replace (norm n g) with 0 by lra. unfold Rdiv. lra.
  - unfold Rdiv. rewrite pow2.
    replace (norm n g * / (norm n g + eps) * (norm n g * / (norm n g + eps)))
      with (/ (norm n g + eps) * (/ (norm n g + eps) * (norm n g * norm n g))) by ring.
    rewrite (norm_sq n g), <- dot_scal_r, <- dot_scal_l. apply sum_ext. intros i _. unfold normalised, Rdiv. ring.
Qed.

(* gradient descent *)
Lemma descent_gradient n f grad L eta x t : smooth n f grad L -> along n (fun g => g) grad eta x ->
  (eta - L * eta ^ 2 / 2) * norm n (grad (x t)) ^ 2 <= f (x t) - f (x (S t)).
Proof.
  intros Hs Hr. pose proof (descent_along n f grad L eta _ x t Hs Hr) as H. cbv beta in H.
  rewrite (pow2 (norm n (grad (x t)))), norm_sq. lra.
Qed.

(* curvature that grows with the gradient *)
Lemma descent_steep n f grad L0 L1 alpha eta eps x t : (0 < n)%nat -> 0 < alpha -> 0 < eta -> 0 <= eps -> 0 <= L1 ->
  steep n f grad L0 L1 -> L1 * eta * sqrt (M alpha n) <= 1 -> alphagrad n grad alpha eta eps x ->
  let d := squash alpha eps n (grad (x t)) in
  eta * dot n (grad (x t)) d - (L0 + L1 * norm n (grad (x t))) * eta ^ 2 / 2 * dot n d d <= f (x t) - f (x (S t)).
Proof.
  intros Hn Ha He Heps HL Hs Hw Hr d.
  assert (E : along n (squash alpha eps n) grad eta x) by exact Hr.
  pose proof (along_inner n grad eta _ x t E) as E1. pose proof (along_square n grad eta _ x t E) as E2.
  fold d in E1, E2. pose proof (Hs (x t) (x (S t))) as H. rewrite E1, E2 in H.
  assert (Hb : L1 * norm n (sub (x (S t)) (x t)) <= 1).
  { apply Rle_trans with (2 := Hw). rewrite Rmult_assoc. apply Rmult_le_compat_l; [exact HL|].
    unfold norm. rewrite E2. rewrite sqrt_mult_alt by (apply pow2_ge_0). rewrite sqrt_pow2 by lra.
    apply Rmult_le_compat_l; [lra|]. apply sqrt_le_1_alt. apply alphagrad_L1_M; assumption. }
  specialize (H Hb). lra.
Qed.

(* Q at n equal components *)
Lemma price_balanced alpha n Q : (0 < n)%nat -> 0 < alpha -> price alpha n Q ->
  INR n * tanh (alpha / sqrt (INR n)) ^ 2 <= Q * (sqrt (INR n) * tanh (alpha / sqrt (INR n))).
Proof.
  intros Hn Ha H. pose proof (price_above alpha Q n Hn Ha H) as H1. rewrite (root_M alpha n Hn Ha) in H1.
  assert (HI : 0 < INR n) by (apply lt_0_INR, Hn). assert (Hs : 0 < sqrt (INR n)) by (apply sqrt_lt_R0, HI).
  pose proof (tanh_alpha_pos (alpha / sqrt (INR n)) ltac:(apply Rdiv_lt_0_compat; assumption)) as Ht.
  assert (Hp : 0 < sqrt (INR n) * tanh (alpha / sqrt (INR n))) by (apply Rmult_lt_0_compat; assumption).
  apply Rmult_le_compat_r with (r := sqrt (INR n) * tanh (alpha / sqrt (INR n))) in H1; [|lra].
  apply Rle_trans with (2 := H1). right. pose proof (sqrt_sqrt (INR n) ltac:(lra)) as E. rewrite <- E at 1. ring.
Qed.

(* a bound of what does not change from step to step *)
Lemma over_steps_fixed T (F : nat -> R) u a k : (0 < T)%nat ->
  (forall s, (s < T)%nat -> u <= a * (INR T * (F s - F (S s))) + k) -> u <= a * (F O - F T) + k.
Proof.
  intros HT H. assert (HI : 0 < INR T) by (apply lt_0_INR, HT).
  replace u with (mean T (fun _ => u)) by (unfold mean; rewrite sum_const; field; lra).
  apply Rle_trans with (1 := mean_le T _ _ H). right. rewrite mean_shift by exact HT. f_equal.
  rewrite mean_scal. f_equal. rewrite mean_scal. unfold mean. rewrite sum_telescope. field. lra.
Qed.

(* --- curvature that grows with the gradient: the mean norm --- *)
Lemma mean_by_alignment T (N I : nat -> R) c eps W : (0 < T)%nat -> 0 < c ->
  (forall t, (t < T)%nat -> N t <= I t / c + eps) -> mean T I <= W -> mean T N <= eps + W / c.
Proof.
  intros HT Hc H HW. apply Rle_trans with (1 := mean_le T N (fun t => / c * I t + eps) ltac:(intros t Ht; pose proof (H t Ht); unfold Rdiv in *; lra)).
  rewrite mean_shift by exact HT. rewrite mean_scal. apply Rmult_le_compat_l with (r := / c) in HW; [unfold Rdiv; lra|].
  left. apply Rinv_0_lt_compat, Hc.
Qed.
