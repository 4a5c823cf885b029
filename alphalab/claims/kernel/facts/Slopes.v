(* Any sigma between two lines: bounded-slope, bounded-slope-norm. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Tanh Direction Descent Others.
Open Scope R_scope.

Section Slopes.
Variables (s : R -> R) (low high eps : R) (n : nat) (g : vec).
Hypotheses (Hb : between s low high) (Hlow : 0 < low) (Heps : 0 <= eps).
Let N := norm n g.
Let r := N / (N + eps).
Let u : vec := fun i => g i / (N + eps).
Let d := direction s eps n g.

Lemma slopes_zero : s 0 = 0.
Proof. pose proof (proj1 Hb 0) as H. rewrite Ropp_0 in H. lra. Qed.

Lemma slopes_at v : Rabs v <= 1 ->
  s v ^ 2 = s (Rabs v) ^ 2 /\ v * s v = Rabs v * s (Rabs v) /\ low * Rabs v <= s (Rabs v) <= high * Rabs v.
Proof.
  intros Hv. pose proof (proj2 Hb (Rabs v) (conj (Rabs_pos v) Hv)) as H2. split; [|split; [|exact H2]].
  - unfold Rabs. destruct (Rcase_abs v); [rewrite (proj1 Hb v); ring | reflexivity].
  - unfold Rabs. destruct (Rcase_abs v); [rewrite (proj1 Hb v); ring | reflexivity].
Qed.

Lemma slopes_moving : 0 < N + eps \/ (N = 0 /\ dot n d d = 0 /\ dot n g d = 0).
Proof.
  pose proof (norm_nonneg n g) as H0. fold N in H0. destruct (Rle_lt_or_eq_dec 0 (N + eps) ltac:(lra)) as [H1|H1]; [now left|right].
  assert (HN : N = 0) by lra. assert (Hg : forall i, (i < n)%nat -> g i = 0).
  { intros i Hi. pose proof (abs_le_norm n g i Hi) as H2. fold N in H2.
    destruct (Req_dec (g i) 0) as [E|E]; [exact E | pose proof (Rabs_pos_lt _ E); lra]. }
  assert (Hd : forall i, (i < n)%nat -> d i = 0).
  { intros i Hi. unfold d, direction. rewrite (Hg i Hi). unfold Rdiv. rewrite Rmult_0_l. apply slopes_zero. }
  assert (Hz : sum n (fun _ => 0) = 0) by (rewrite sum_const; ring).
  split; [exact HN|]. split; rewrite <- Hz; apply sum_ext; intros i Hi; rewrite (Hd i Hi); ring.
Qed.

Lemma slopes_component i : 0 < N + eps -> (i < n)%nat -> Rabs (u i) <= 1.
Proof.
  intros H Hi. pose proof (abs_le_norm n g i Hi) as H1. fold N in H1. unfold u, Rdiv.
  rewrite Rabs_mult, (Rabs_pos_eq (/ (N + eps))) by (left; apply Rinv_0_lt_compat, H).
  apply Rmult_le_reg_r with (N + eps); [exact H|]. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma slopes_squares : 0 < N + eps -> sum n (fun i => u i ^ 2) = r ^ 2.
Proof.
  intros H. replace (r ^ 2) with (/ (N + eps) * (/ (N + eps) * (N * N))) by (unfold r; field; lra).
  unfold N at 3 4. rewrite norm_sq. unfold dot. rewrite <- !sum_scal. apply sum_ext. intros i _. unfold u. field. lra.
Qed.

Lemma slopes_r : 0 < N + eps -> 0 <= r <= 1.
Proof.
  intros H. pose proof (norm_nonneg n g) as H0. fold N in H0. pose proof (Rinv_0_lt_compat _ H). unfold r. split.
  - apply Rmult_le_pos; lra.
  - apply Rmult_le_reg_r with (N + eps); [exact H|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma slopes_length C : (0 < n)%nat -> 0 <= C -> above_squares s n C -> dot n d d <= C.
Proof.
  intros Hn HC [k [Hk H]]. assert (HI : 0 < INR n) by (apply lt_0_INR, Hn).
  destruct slopes_moving as [Hm|[_ [-> _]]]; [|exact HC].
  apply Rle_trans with (sum n (fun i => C / INR n + k * (u i ^ 2 - / INR n))).
  - apply sum_le. intros i Hi. unfold d, direction. fold N. fold (u i).
    pose proof (slopes_component i Hm Hi) as Hu. destruct (slopes_at (u i) Hu) as [E _].
    replace (s (u i) * s (u i)) with (s (u i) ^ 2) by ring. rewrite E.
    pose proof (H (Rabs (u i)) (conj (Rabs_pos _) Hu)) as H1.
    replace (u i ^ 2) with (Rabs (u i) ^ 2); [exact H1|]. rewrite <- Rsqr_pow2, <- Rsqr_abs. apply Rsqr_pow2.
  - rewrite sum_plus, sum_const, sum_scal.
    replace (sum n (fun i => u i ^ 2 - / INR n)) with (r ^ 2 - 1).
    + pose proof (slopes_r Hm). assert (0 <= k * (1 - r ^ 2)) by (apply Rmult_le_pos; nra).
      replace (INR n * (C / INR n)) with C by (field; lra). lra.
    + unfold Rminus at 2. rewrite (sum_plus n (fun i => u i ^ 2) (fun _ => - / INR n)), sum_const, slopes_squares by exact Hm.
      field. lra.
Qed.

Lemma slopes_alignment : low * h eps N <= dot n g d.
Proof.
  destruct slopes_moving as [Hm|[-> [_ ->]]]; [|unfold h, Rdiv; lra].
  replace (low * h eps N) with ((N + eps) * (low * r ^ 2)) by (unfold h, r; field; lra).
  replace (dot n g d) with ((N + eps) * sum n (fun i => u i * s (u i))).
  - apply Rmult_le_compat_l; [lra|]. rewrite <- slopes_squares, <- sum_scal by exact Hm. apply sum_le. intros i Hi.
    pose proof (slopes_component i Hm Hi) as Hu. destruct (slopes_at (u i) Hu) as [_ [E H]]. rewrite E.
    replace (u i ^ 2) with (Rabs (u i) * Rabs (u i)) by (rewrite <- Rabs_mult, Rabs_pos_eq; [ring | apply sq_nonneg]).
    pose proof (Rabs_pos (u i)). nra.
  - rewrite <- sum_scal. apply sum_ext. intros i _. unfold d, direction. fold N. fold (u i). unfold u at 1. field. lra.
Qed.
End Slopes.

Section SlopesRun.
Variables (s : R -> R) (n T : nat) (f : vec -> R) (grad : vec -> vec) (L f_inf low high C eta eps : R) (x : nat -> vec).
Hypotheses (Hn : (0 < n)%nat) (HT : (0 < T)%nat) (He : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L) (Hl : 0 < low) (HC : 0 < C).
Hypotheses (Hs : smooth n f grad L) (Hf : below f f_inf) (Hb : between s low high) (Ha : above_squares s n C).
Hypothesis Hr : along n (direction s eps n) grad eta x.
Let d t := direction s eps n (grad (x t)).
Let W := (f (x O) - f_inf) / (eta * INR T) + L * eta * C / 2.

Theorem slopes_mean : mean T (fun t => dot n (grad (x t)) (d t)) <= W.
Proof.
  apply (mean_alignment T (fun t => f (x t)) _ (fun t => dot n (d t) (d t))); try assumption; try lra.
  - intros t _. pose proof (descent_along n f grad L eta _ x t Hs Hr) as H. unfold d. lra.
  - apply Hf.
  - intros t _. apply (slopes_length s low high); try assumption; lra.
Qed.

Theorem slopes_mean_h : mean T (fun t => h eps (norm n (grad (x t)))) <= W / low.
Proof.
  apply Rmult_le_reg_l with low; [exact Hl|]. replace (low * (W / low)) with W by (field; lra).
  rewrite <- mean_scal. apply Rle_trans with (2 := slopes_mean). apply mean_le. intros t _.
  apply (slopes_alignment s low high); assumption.
Qed.
End SlopesRun.
