(* Theorems 1 and 2 and the sharp T1*, T2* for a run of AlphaGrad: thm-1, thm-1-sharp, thm-1-sharper, thm-2, thm-2-*. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Descent.
Open Scope R_scope.

(* Delta/(eta T) + L eta C/2 at the eta that makes it least *)
Lemma best_step (C L Delta T eta : R) : 0 < C -> 0 < L -> 0 < T -> 0 < eta ->
  eta = sqrt 2 * sqrt Delta / (sqrt L * sqrt T * sqrt C) ->
  Delta / (eta * T) + L * eta * C / 2 = sqrt 2 * sqrt L * sqrt C * sqrt Delta / sqrt T.
Proof.
  intros HC HL HT Heta He.
  assert (HD : 0 < Delta).
  { destruct (Rlt_or_le 0 Delta) as [E|E]; [exact E|exfalso].
    rewrite (sqrt_neg_0 Delta E) in He. unfold Rdiv in He. rewrite Rmult_0_r, Rmult_0_l in He. lra. }
  pose proof (sqrt_sqrt 2 ltac:(lra)) as Ea. pose proof (sqrt_sqrt L ltac:(lra)) as El.
  pose proof (sqrt_sqrt C ltac:(lra)) as Ec. pose proof (sqrt_sqrt Delta ltac:(lra)) as Ed.
  pose proof (sqrt_sqrt T ltac:(lra)) as Et.
  pose proof (sqrt_lt_R0 2 ltac:(lra)). pose proof (sqrt_lt_R0 L HL). pose proof (sqrt_lt_R0 C HC).
  pose proof (sqrt_lt_R0 Delta HD). pose proof (sqrt_lt_R0 T HT).
  set (a := sqrt 2) in *. set (l := sqrt L) in *. set (c := sqrt C) in *. set (d := sqrt Delta) in *.
  set (s := sqrt T) in *. clearbody a l c d s.
  assert (E : 1 / a + a / 2 = a).
  { apply Rmult_eq_reg_l with a; [|lra]. replace (a * (1 / a + a / 2)) with (1 + a * a / 2) by (field; lra). lra. }
  rewrite <- El, <- Ec, <- Ed, <- Et, He.
  transitivity (d * l * c / s * (1 / a + a / 2)); [field; lra|]. rewrite E. field. lra.
Qed.

Lemma root_M alpha n : (0 < n)%nat -> 0 < alpha -> sqrt (M alpha n) = sqrt (INR n) * tanh (alpha / sqrt (INR n)).
Proof.
  intros Hn Ha. assert (HI : 0 < INR n) by (apply lt_0_INR, Hn). unfold M. rewrite sqrt_mult_alt by lra. f_equal.
  rewrite pow2. apply sqrt_square. left. apply tanh_alpha_pos, Rdiv_lt_0_compat; [exact Ha | apply sqrt_lt_R0, HI].
Qed.

Section Run.
Variables (n T : nat) (f : vec -> R) (grad : vec -> vec) (L low alpha eta eps : R) (x : nat -> vec)
  (x_star : vec) (D gamma_min : R).
Hypotheses (Hn : (0 < n)%nat) (HT : (0 < T)%nat) (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L).
Hypotheses (Hsmooth : smooth n f grad L) (Hlow : below f low) (Hrun : alphagrad n grad alpha eta eps x).
Let g t := grad (x t).
Let d t := squash alpha eps n (g t).
Let N t := norm n (g t).
Let t1 := tanh alpha.
Let Delta := f (x O) - low.
Let B := Delta / (eta * INR T) + L * eta * M alpha n / 2.

Lemma T_pos : 0 < INR T.
Proof. apply lt_0_INR, HT. Qed.
Lemma t1_pos : 0 < t1.
Proof. apply tanh_alpha_pos, Ha. Qed.

Lemma one_step t : f (x (S t)) <= f (x t) - eta * dot n (g t) (d t) + L * eta ^ 2 / 2 * dot n (d t) (d t).
Proof. exact (descent_step n f grad L eta (x t) (x (S t)) (d t) Hsmooth (Hrun t)). Qed.

(* any bound C on ||g'||^2 will do *)
Lemma alignment C : (forall t, (t < T)%nat -> dot n (d t) (d t) <= C) ->
  mean T (fun t => dot n (g t) (d t)) <= Delta / (eta * INR T) + L * eta * C / 2.
Proof.
  intros HC. apply (mean_alignment T (fun t => f (x t)) _ (fun t => dot n (d t) (d t))); try assumption; try lra.
  - intros t _. apply one_step.
  - apply Hlow.
Qed.

Theorem T2_sharp : mean T (fun t => dot n (g t) (d t)) <= B.
Proof. apply alignment. intros t _. apply alphagrad_L1_M; assumption. Qed.

Lemma aligned C : mean T (fun t => dot n (g t) (d t)) <= C -> mean T (fun t => h eps (N t)) <= C / t1.
Proof.
  intros H. pose proof t1_pos. apply Rmult_le_reg_l with t1; [assumption|].
  replace (t1 * (C / t1)) with C by (field; lra).
  rewrite <- mean_scal. apply Rle_trans with (2 := H).
  apply mean_le. intros t _. apply alphagrad_lemma_2; assumption.
Qed.

Theorem T2_norm : mean T N <= h_inverse eps (B / t1).
Proof.
  apply (mean_h_invert eps Heps T N _ HT).
  - intros t. apply norm_nonneg.
  - apply aligned, T2_sharp.
Qed.

Lemma mean_h_nonneg : 0 <= mean T (fun t => h eps (N t)).
Proof.
  unfold mean. apply Rmult_le_pos; [left; apply Rinv_0_lt_compat, T_pos|].
  apply sum_nonneg. intros. apply (h_nonneg eps Heps), norm_nonneg.
Qed.

Lemma b_nonneg : 0 <= B / t1.
Proof. apply Rle_trans with (1 := mean_h_nonneg). apply aligned, T2_sharp. Qed.

Theorem T2_plain : h_inverse eps (B / t1) <= B / t1 + eps.
Proof. apply (h_inverse_le eps Heps), b_nonneg. Qed.

Theorem thm_2 : mean T (fun t => h eps (N t)) <= (Delta / (eta * INR T) + L * eta * INR n / 2) / t1.
Proof. apply aligned, alignment. intros t _. apply alphagrad_lemma_1. Qed.

Theorem T2_best : eta = sqrt 2 * sqrt Delta / (sqrt L * sqrt (INR T) * sqrt (M alpha n)) ->
  mean T N <= sqrt 2 * sqrt L * (sqrt (INR n) * tanh (alpha / sqrt (INR n))) * sqrt Delta / sqrt (INR T) / t1 + eps.
Proof.
  intros He. apply Rle_trans with (1 := T2_norm). apply Rle_trans with (1 := T2_plain).
  pose proof (best_step (M alpha n) L Delta (INR T) eta (M_pos alpha n Hn Ha) HL T_pos Heta He) as E.
  fold B in E. rewrite E, (root_M alpha n Hn Ha). lra.
Qed.

Theorem thm_2_rate : eta = sqrt 2 * sqrt Delta / (sqrt L * sqrt (INR T) * sqrt (INR n)) ->
  mean T (fun t => h eps (N t)) <= sqrt 2 * sqrt L * sqrt (INR n) * sqrt Delta / sqrt (INR T) / t1.
Proof.
  intros He. rewrite <- (best_step (INR n) L Delta (INR T) eta (lt_0_INR n Hn) HL T_pos Heta He). exact thm_2.
Qed.

(* the convex case *)
Section Convex.
Hypothesis Hconvex : convex n f grad.
Hypothesis HD : forall t, (t < T)%nat -> norm n (sub (x t) x_star) <= D.

Lemma D_nonneg : 0 <= D.
Proof. apply Rle_trans with (2 := HD O HT). apply norm_nonneg. Qed.

Lemma dot_back (u v w : vec) : dot n u (sub v w) = - dot n u (sub w v).
Proof.
  transitivity (-1 * dot n u (sub w v)); [|ring].
  rewrite <- dot_scal_r. apply sum_ext. intros. unfold sub. ring.
Qed.

Lemma gap_le t : (t < T)%nat -> f (x t) - f x_star <= D * N t.
Proof.
  intros Ht. pose proof (Hconvex (x t) x_star) as H. fold (g t) in H. rewrite dot_back in H.
  pose proof (cauchy_schwarz n (g t) (sub (x t) x_star)) as C. fold (N t) in C.
  pose proof (HD t Ht) as HDt. pose proof (norm_nonneg n (g t)) as HN. fold (N t) in HN.
  apply Rmult_le_compat_l with (r := N t) in HDt; [|exact HN]. lra.
Qed.

Theorem T1_sharp : mean T (fun t => f (x t) - f x_star) <= D * h_inverse eps (B / t1).
Proof.
  apply Rle_trans with (mean T (fun t => D * N t)); [apply mean_le, gap_le|].
  rewrite mean_scal. apply Rmult_le_compat_l; [apply D_nonneg | apply T2_norm].
Qed.

(* gamma_min: any positive lower bound of gamma_t *)
Theorem thm_1 : 0 < gamma_min -> (forall t, (t < T)%nat -> gamma_min <= t1 * (N t / (N t + eps))) ->
  mean T (fun t => f (x t) - f x_star) <= D * (Delta / (eta * INR T) + L * eta * INR n / 2) / gamma_min.
Proof.
  intros Hg Hgt.
  apply Rle_trans with (mean T (fun t => D / gamma_min * dot n (g t) (d t))).
  - apply mean_le. intros t Ht. apply Rle_trans with (1 := gap_le t Ht).
    pose proof (alphagrad_lemma_2 alpha eps n (g t) Ha Heps) as H2. fold (N t) (d t) in H2.
    pose proof (norm_nonneg n (g t)) as HN. fold (N t) in HN.
    pose proof (Hgt t Ht) as H3. apply Rmult_le_compat_l with (r := N t) in H3; [|exact HN].
    apply Rmult_le_reg_l with gamma_min; [exact Hg|].
    replace (gamma_min * (D / gamma_min * dot n (g t) (d t))) with (D * dot n (g t) (d t)) by (field; lra).
    replace (gamma_min * (D * N t)) with (D * (N t * gamma_min)) by ring.
    apply Rmult_le_compat_l; [apply D_nonneg|]. apply Rle_trans with (2 := H2).
    apply Rle_trans with (1 := H3). right. unfold h, t1, Rdiv. ring.
  - rewrite mean_scal. assert (Hk : 0 <= D / gamma_min) by (apply Rmult_le_pos; [apply D_nonneg|left; apply Rinv_0_lt_compat, Hg]).
    assert (H : mean T (fun t => dot n (g t) (d t)) <= Delta / (eta * INR T) + L * eta * INR n / 2)
      by (apply alignment; intros t _; apply alphagrad_lemma_1).
    apply Rmult_le_compat_l with (r := D / gamma_min) in H; [|exact Hk].
    apply Rle_trans with (1 := H). right. unfold Rdiv. ring.
Qed.

(* convex and smooth: f(x) - f* <= <g, x - x*> - ||g||^2/(2L), x* a minimiser *)
Hypothesis Hmin : below f (f x_star).

Lemma sharper_gap t : (t < T)%nat -> f (x t) - f x_star <= D * N t - N t ^ 2 / (2 * L).
Proof.
  intros Ht.
  (* the gradient at x* is 0 *)
  set (gs := grad x_star).
  assert (Hgs : dot n gs gs = 0).
  { set (y := fun i => x_star i - / L * gs i).
    pose proof (descent_step n f grad L (/ L) x_star y gs Hsmooth ltac:(intros; reflexivity)) as H. fold gs in H.
    pose proof (Hmin y) as H1. pose proof (dot_self_nonneg n gs) as H2.
    replace (f x_star - / L * dot n gs gs + L * (/ L) ^ 2 / 2 * dot n gs gs)
      with (f x_star - / 2 * (/ L * dot n gs gs)) in H by (field; lra).
    assert (0 < / L) by (apply Rinv_0_lt_compat, HL). nra. }
  assert (Hgs0 : forall v, dot n gs v = 0).
  { intros v. pose proof (cauchy_schwarz_sq n gs v) as C. rewrite Hgs, Rmult_0_l in C.
    pose proof (sq_nonneg (dot n gs v)). apply Rsqr_0_uniq. unfold Rsqr. lra. }
  (* y = x* + g/L *)
  set (y := fun i => x_star i - (- / L) * g t i).
  pose proof (descent_step n f grad L (- / L) x_star y (g t) Hsmooth ltac:(intros; reflexivity)) as H.
  fold gs in H. rewrite Hgs0 in H.
  pose proof (Hconvex (x t) y) as H1. fold (g t) in H1.
  assert (E : dot n (g t) (sub y (x t)) = / L * dot n (g t) (g t) - dot n (g t) (sub (x t) x_star)).
  { transitivity (sum n (fun i => / L * (g t i * g t i) + -1 * (g t i * sub (x t) x_star i))).
    - apply sum_ext. intros. unfold sub, y. ring.
    - rewrite (sum_plus n (fun i => / L * (g t i * g t i))), (sum_scal n (/ L)), (sum_scal n (-1)). unfold dot. ring. }
  rewrite E in H1.
  pose proof (cauchy_schwarz n (g t) (sub (x t) x_star)) as C. fold (N t) in C.
  pose proof (HD t Ht) as HDt. pose proof (norm_nonneg n (g t)) as HN. fold (N t) in HN.
  apply Rmult_le_compat_l with (r := N t) in HDt; [|exact HN].
  pose proof (norm_sq n (g t)) as E2. fold (N t) in E2. rewrite <- E2 in *.
  replace (N t ^ 2 / (2 * L)) with (/ L * (N t * N t) - / L * (N t * N t) / 2) by (field; lra).
  replace (L * (- / L) ^ 2 / 2 * (N t * N t)) with (/ L * (N t * N t) / 2) in H by (field; lra).
  lra.
Qed.

Lemma norm_le t : (t < T)%nat -> N t <= L * D.
Proof.
  intros Ht. pose proof (sharper_gap t Ht) as H.
  (* a step g/L gains N^2/(2L) and cannot pass below f* *)
  set (y := fun i => x t i - / L * g t i).
  pose proof (descent_step n f grad L (/ L) (x t) y (g t) Hsmooth ltac:(intros; reflexivity)) as H1.
  fold (g t) in H1. pose proof (Hmin y) as H2.
  pose proof (norm_sq n (g t)) as E2. fold (N t) in E2. rewrite <- E2 in *.
  replace (f (x t) - / L * (N t * N t) + L * (/ L) ^ 2 / 2 * (N t * N t))
    with (f (x t) - N t ^ 2 / (2 * L)) in H1 by (field; lra).
  assert (H3 : N t ^ 2 / L <= D * N t) by (replace (N t ^ 2 / L) with (N t ^ 2 / (2 * L) + N t ^ 2 / (2 * L)) by (field; lra); lra).
  pose proof (norm_nonneg n (g t)) as HN. fold (N t) in HN.
  destruct HN as [HN|HN]; [|rewrite <- HN; apply Rmult_le_pos; [lra|apply D_nonneg]].
  apply Rmult_le_reg_r with (N t / L); [apply Rdiv_lt_0_compat; assumption|].
  replace (N t * (N t / L)) with (N t ^ 2 / L) by (field; lra).
  replace (L * D * (N t / L)) with (D * N t) by (field; lra). exact H3.
Qed.

Theorem T1_sharper : let z := Rmin (L * D) (h_inverse eps (B / t1)) in
  mean T (fun t => f (x t) - f x_star) <= D * z - z ^ 2 / (2 * L).
Proof.
  intros z. set (m := mean T N).
  assert (Hm1 : m <= L * D).
  { unfold m. apply Rle_trans with (mean T (fun _ => L * D)); [apply mean_le, norm_le|].
    unfold mean. rewrite sum_const. right. pose proof T_pos. field. lra. }
  assert (Hmz : m <= z) by (apply Rmin_glb; [exact Hm1 | apply T2_norm]).
  assert (Hz : z <= L * D) by apply Rmin_l.
  apply Rle_trans with (D * m - m ^ 2 / (2 * L)).
  - apply Rle_trans with (mean T (fun t => (D - m / L) * N t + m ^ 2 / (2 * L))).
    + apply mean_le. intros t Ht. apply Rle_trans with (1 := sharper_gap t Ht).
      assert (E : (D - m / L) * N t + m ^ 2 / (2 * L) - (D * N t - N t ^ 2 / (2 * L)) = (N t - m) ^ 2 * / (2 * L)) by (field; lra).
      assert (0 <= (N t - m) ^ 2 * / (2 * L))
        by (apply Rmult_le_pos; [apply pow2_ge_0 | left; apply Rinv_0_lt_compat; lra]). lra.
    + rewrite mean_shift by exact HT. rewrite mean_scal. fold m. right. field. lra.
  - assert (E : D * z - z ^ 2 / (2 * L) - (D * m - m ^ 2 / (2 * L)) = (z - m) * ((2 * (L * D) - z - m) * / (2 * L))) by (field; lra).
    assert (0 <= (z - m) * ((2 * (L * D) - z - m) * / (2 * L))).
    { apply Rmult_le_pos; [lra|]. apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]. }
    lra.
Qed.
End Convex.
End Run.
