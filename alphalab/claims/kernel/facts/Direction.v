(* Lemmas 1, 2 and the sharp L1* to L4*, for the whole family and for AlphaGrad; any n, any gradient, eps >= 0. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh.
Open Scope R_scope.

(* M = n sigma(1/sqrt n)^2 *)
Definition bigM (s : R -> R) (n : nat) : R := INR n * s (1 / sqrt (INR n)) ^ 2.

Lemma pow2 x : x ^ 2 = x * x.
Proof. ring. Qed.

Section Family.
Variables (s : R -> R) (eps : R) (n : nat) (g : vec).
Hypothesis F : family s.
Hypothesis Heps : 0 <= eps.
Let N := norm n g.
Let r := N / (N + eps).
Let d := direction s eps n g.
Let u : vec := fun i => / (N + eps) * g i.

Lemma N_nonneg : 0 <= N.
Proof. apply norm_nonneg. Qed.

Lemma N_zero : N = 0 -> forall i, (i < n)%nat -> g i = 0.
Proof.
  intros H i Hi. pose proof (abs_le_norm n g i Hi) as H1. fold N in H1. rewrite H in H1.
  pose proof (Rabs_pos (g i)). destruct (Req_dec (g i) 0) as [E|E]; [exact E|].
  pose proof (Rabs_pos_lt _ E). lra.
Qed.

(* either N + eps > 0, or the gradient is 0, and with it all that is measured *)
Lemma at_rest_or_not : 0 < N + eps \/ (N = 0 /\ r = 0 /\ dot n d d = 0 /\ dot n g d = 0).
Proof.
  pose proof N_nonneg. destruct (Rle_lt_or_eq_dec 0 (N + eps) ltac:(lra)) as [H1|H1]; [left; exact H1|right].
  assert (H0 : N = 0) by lra. pose proof (N_zero H0) as Hg.
  assert (Hz : sum n (fun _ => 0) = 0) by (rewrite sum_const; ring).
  repeat split; [exact H0 | unfold r; rewrite H0; unfold Rdiv; ring | |].
  - rewrite <- Hz. apply sum_ext. intros i Hi. unfold d, direction. rewrite (Hg i Hi). unfold Rdiv.
    rewrite Rmult_0_l, (fam_zero s F). ring.
  - rewrite <- Hz. apply sum_ext. intros i Hi. rewrite (Hg i Hi). ring.
Qed.

Lemma r_range : 0 <= r <= 1.
Proof.
  pose proof N_nonneg. destruct at_rest_or_not as [H1|[_ [-> _]]]; [|lra].
  assert (0 < / (N + eps)) by (apply Rinv_0_lt_compat, H1). unfold r. split.
  - apply Rmult_le_pos; lra.
  - apply Rmult_le_reg_r with (N + eps); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma norm_u : 0 < N + eps -> norm n u = r.
Proof.
  intros H. unfold u. rewrite norm_scal; [|left; apply Rinv_0_lt_compat, H]. fold N. unfold r, Rdiv. ring.
Qed.
Lemma d_is i : d i = s (u i).
Proof. unfold d, direction, u. f_equal. fold N. unfold Rdiv. ring. Qed.
Lemma dd_is : dot n d d = dot n (fun i => s (u i)) (fun i => s (u i)).
Proof. apply sum_ext. intros. rewrite !d_is. reflexivity. Qed.
Lemma gd_is : 0 < N + eps -> dot n g d = (N + eps) * dot n u (fun i => s (u i)).
Proof.
  intros H. unfold dot. rewrite <- sum_scal. apply sum_ext. intros i _. rewrite d_is. unfold u. field. lra.
Qed.
Lemma Ne_r : 0 < N + eps -> (N + eps) * r = N.
Proof. intros H. unfold r. field. lra. Qed.

Theorem L1_star_lower : s r ^ 2 <= dot n d d.
Proof.
  rewrite pow2. destruct at_rest_or_not as [H|[_ [-> [-> _]]]]; [|rewrite (fam_zero s F); lra].
  rewrite dd_is, <- norm_u by exact H. apply L1_lower, F.
Qed.

Theorem L1_star_upper : (0 < n)%nat -> dot n d d <= INR n * s (r / sqrt (INR n)) ^ 2.
Proof.
  intros Hn. rewrite pow2. destruct at_rest_or_not as [H|[_ [-> [-> _]]]].
  - rewrite dd_is, <- norm_u by exact H. apply L1_upper; assumption.
  - apply Rmult_le_pos; [apply pos_INR | apply sq_nonneg].
Qed.

Theorem L1_star_M : (0 < n)%nat -> dot n d d <= bigM s n.
Proof.
  intros Hn. apply Rle_trans with (1 := L1_star_upper Hn). unfold bigM. rewrite !pow2.
  assert (Hs : 0 < sqrt (INR n)) by (apply sqrt_lt_R0, lt_0_INR, Hn).
  pose proof r_range as Hr.
  assert (Hi : 0 < / sqrt (INR n)) by (apply Rinv_0_lt_compat, Hs).
  assert (H0 : 0 <= r / sqrt (INR n)) by (apply Rmult_le_pos; lra).
  assert (H1 : r / sqrt (INR n) <= 1 / sqrt (INR n)) by (apply Rmult_le_compat_r; lra).
  pose proof (fam_nonneg s F _ H0). pose proof (fam_mono s F _ _ (conj H0 H1)).
  apply Rmult_le_compat_l; [apply pos_INR|]. apply Rmult_le_compat; assumption.
Qed.

Theorem L2_star_lower : N * s r <= dot n g d.
Proof.
  destruct at_rest_or_not as [H|[-> [_ [_ ->]]]]; [|lra].
  rewrite gd_is by exact H. pose proof (L2_lower s F n u) as H1. rewrite norm_u in H1 by exact H.
  apply Rmult_le_compat_l with (r := N + eps) in H1; [|left; exact H].
  rewrite <- Rmult_assoc, Ne_r in H1 by exact H. exact H1.
Qed.

Theorem L2_star_upper : (0 < n)%nat -> dot n g d <= N * (sqrt (INR n) * s (r / sqrt (INR n))).
Proof.
  intros Hn. destruct at_rest_or_not as [H|[-> [_ [_ ->]]]]; [|lra].
  rewrite gd_is by exact H. pose proof (L2_upper s F n u Hn) as H1. rewrite norm_u in H1 by exact H.
  apply Rmult_le_compat_l with (r := N + eps) in H1; [|left; exact H].
  rewrite <- (Rmult_assoc (N + eps) r), Ne_r in H1 by exact H. exact H1.
Qed.

(* Lemma 2 *)
Theorem lemma_2 : s 1 * h eps N <= dot n g d.
Proof.
  apply Rle_trans with (2 := L2_star_lower).
  pose proof r_range. pose proof (fam_star s F r 1 ltac:(lra)) as H1. rewrite Rmult_1_l in H1.
  apply Rmult_le_compat_l with (r := N) in H1; [|apply N_nonneg].
  replace (s 1 * h eps N) with (N * (r * s 1)) by (unfold h, r, Rdiv; ring). exact H1.
Qed.

Lemma inner_nonneg : 0 <= dot n g d.
Proof.
  apply Rle_trans with (2 := L2_star_lower). apply Rmult_le_pos; [apply N_nonneg|].
  apply (fam_nonneg s F), r_range.
Qed.

(* L3*: with any K >= sigma(x)/x *)
Theorem L3_star K : (forall x, 0 <= x -> s x <= K * x) -> dot n d d <= K * dot n g d / (N + eps).
Proof.
  intros HK. destruct at_rest_or_not as [H|[_ [_ [-> ->]]]]; [|unfold Rdiv; lra].
  rewrite dd_is, gd_is by exact H.
  replace (K * ((N + eps) * dot n u (fun i => s (u i))) / (N + eps))
    with (K * dot n u (fun i => s (u i))) by (field; lra).
  unfold dot. rewrite <- sum_scal. apply sum_le. intros i _.
  rewrite (fam_sq s F (u i)), (fam_prod s F (u i)).
  pose proof (HK _ (Rabs_pos (u i))) as H1. pose proof (fam_nonneg s F _ (Rabs_pos (u i))) as H2.
  apply Rmult_le_compat_r with (r := s (Rabs (u i))) in H1; [|exact H2]. lra.
Qed.

(* L4* *)
Theorem L4_star : 0 < s 1 -> N <= dot n g d / s 1 + eps.
Proof.
  intros H1. destruct at_rest_or_not as [H|[-> [_ [_ ->]]]]; [|unfold Rdiv; lra].
  pose proof lemma_2 as H2.
  apply Rmult_le_compat_r with (r := / s 1) in H2; [|left; apply Rinv_0_lt_compat, H1].
  replace (s 1 * h eps N * / s 1) with (N - eps + eps * eps / (N + eps)) in H2 by (unfold h; field; lra).
  assert (0 <= eps * eps / (N + eps))
    by (apply Rmult_le_pos; [apply sq_nonneg | left; apply Rinv_0_lt_compat, H]).
  unfold Rdiv at 1. lra.
Qed.
End Family.

(* AlphaGrad: sigma = tanh(alpha .) *)
Definition M (alpha : R) (n : nat) : R := INR n * tanh (alpha / sqrt (INR n)) ^ 2.

Lemma M_pos alpha n : (0 < n)%nat -> 0 < alpha -> 0 < M alpha n.
Proof.
  intros Hn Ha. assert (HI : 0 < INR n) by (apply lt_0_INR, Hn). apply Rmult_lt_0_compat; [exact HI|].
  apply pow_lt, tanh_alpha_pos, Rdiv_lt_0_compat; [exact Ha | apply sqrt_lt_R0, HI].
Qed.

Section AlphaGrad.
Variables (alpha eps : R) (n : nat) (g : vec).
Hypotheses (Ha : 0 < alpha) (Heps : 0 <= eps).
Let N := norm n g.
Let r := N / (N + eps).
Let d : vec := squash alpha eps n g.
Let F := tanh_family alpha Ha.

Theorem alphagrad_lemma_1 : dot n d d <= INR n.
Proof.
  unfold dot. replace (INR n) with (sum n (fun _ => 1)) by (rewrite sum_const; ring).
  apply sum_le. intros i _. left. apply tanh_sq_lt_1.
Qed.

Theorem alphagrad_lemma_2 : tanh alpha * h eps N <= dot n g d.
Proof. pose proof (lemma_2 _ eps n g F Heps) as H. cbv beta in H. rewrite Rmult_1_r in H. exact H. Qed.

Theorem alphagrad_inner_nonneg : 0 <= dot n g d.
Proof. exact (inner_nonneg _ eps n g F Heps). Qed.

Theorem alphagrad_L1_lower : tanh (alpha * r) ^ 2 <= dot n d d.
Proof. exact (L1_star_lower _ eps n g F Heps). Qed.

Theorem alphagrad_L1_upper : (0 < n)%nat -> dot n d d <= INR n * tanh (alpha * (r / sqrt (INR n))) ^ 2.
Proof. exact (L1_star_upper _ eps n g F Heps). Qed.

Theorem alphagrad_L1_M : (0 < n)%nat -> dot n d d <= M alpha n.
Proof.
  intros Hn. pose proof (L1_star_M _ eps n g F Heps Hn) as H. unfold bigM in H. cbv beta in H. unfold M.
  replace (alpha * (1 / sqrt (INR n))) with (alpha / sqrt (INR n)) in H by (unfold Rdiv; ring). exact H.
Qed.

Theorem alphagrad_L2_lower : N * tanh (alpha * r) <= dot n g d.
Proof. exact (L2_star_lower _ eps n g F Heps). Qed.

Theorem alphagrad_L2_upper : (0 < n)%nat -> dot n g d <= N * (sqrt (INR n) * tanh (alpha * (r / sqrt (INR n)))).
Proof. exact (L2_star_upper _ eps n g F Heps). Qed.

Theorem alphagrad_L3 : dot n d d <= alpha * dot n g d / (N + eps).
Proof. exact (L3_star _ eps n g F Heps alpha (tanh_le_id alpha Ha)). Qed.

Theorem alphagrad_L4 : N <= dot n g d / tanh alpha + eps.
Proof.
  pose proof (L4_star _ eps n g F Heps) as H. cbv beta in H.
  rewrite Rmult_1_r in H. apply H, tanh_alpha_pos, Ha.
Qed.
End AlphaGrad.
