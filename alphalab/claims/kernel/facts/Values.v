(* What M, rho and Q lie between, and the largest component: price, price-least, price-most, price-best-least,
   smooth-maximum-constant. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Rates Remarks.
Open Scope R_scope.

Section Bounds.
Variables (alpha Q : R) (n : nat).
Hypotheses (Hn : (0 < n)%nat) (Ha : 0 < alpha).
Let s := sqrt (INR n).
Let t := tanh (alpha / s).

Lemma root_at_least_1 : 1 <= s.
Proof. rewrite <- sqrt_1. apply sqrt_le_1_alt. apply (le_INR 1 n). lia. Qed.

Lemma root_squared : s * s = INR n.
Proof. apply sqrt_sqrt, pos_INR. Qed.

Lemma shrunk : 0 <= 1 / s <= 1 /\ alpha * (1 / s) = alpha / s.
Proof.
  pose proof root_at_least_1. repeat split.
  - left. apply Rdiv_lt_0_compat; lra.
  - apply Rmult_le_reg_r with s; [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
  - unfold Rdiv. ring.
Qed.

Theorem M_above : tanh alpha ^ 2 <= M alpha n.
Proof.
  destruct shrunk as [Hs E]. pose proof (scalar_heart alpha Ha (1 / s) Hs) as H. rewrite E in H. fold t in H.
  pose proof (tanh_alpha_pos alpha Ha) as Ht. pose proof root_at_least_1 as H1.
  assert (H2 : tanh alpha <= s * t).
  { apply Rmult_le_compat_l with (r := s) in H; [|lra]. replace (s * (1 / s * tanh alpha)) with (tanh alpha) in H by (field; lra). exact H. }
  unfold M. fold s t. rewrite <- root_squared. replace (s * s * t ^ 2) with ((s * t) ^ 2) by ring. apply pow_incr. lra.
Qed.

Theorem rho_below : INR n * t ^ 2 / tanh alpha ^ 2 <= INR n.
Proof.
  destruct shrunk as [Hs E]. pose proof (tanh_scaled_mono alpha Ha (1 / s) 1 (proj2 Hs)) as H.
  rewrite E, Rmult_1_r in H. fold t in H. pose proof (tanh_alpha_pos alpha Ha) as Ht.
  assert (0 <= t) by (unfold t; rewrite <- E; apply (tanh_scaled_nonneg alpha Ha), Hs).
  apply Rmult_le_reg_r with (tanh alpha ^ 2); [apply pow_lt, Ht|].
  replace (INR n * t ^ 2 / tanh alpha ^ 2 * tanh alpha ^ 2) with (INR n * t ^ 2) by (field; lra).
  apply Rmult_le_compat_l; [apply pos_INR | apply pow_incr; lra].
Qed.

(* at n equal components the ratio is sqrt M *)
Theorem price_above : price alpha n Q -> sqrt (M alpha n) <= Q.
Proof.
  intros [Hub _]. rewrite (root_M alpha n Hn Ha). fold s t. apply Hub. exists (fun _ => 1 / s).
  destruct shrunk as [Hs E]. pose proof root_at_least_1. pose proof root_squared as Es.
  assert (0 < t).
  { unfold t. rewrite <- (Rmult_1_l (alpha / s)), Rmult_1_l. apply tanh_alpha_pos, Rdiv_lt_0_compat; lra. }
  split.
  - unfold norm, dot. rewrite sum_const, <- Es. replace (s * s * (1 / s * (1 / s))) with 1 by (field; lra). apply sqrt_1.
  - rewrite !sum_const, E. fold t. rewrite <- Es. field. lra.
Qed.
End Bounds.

Theorem largest_component n (d : vec) peak : 0 <= peak -> (forall i, (i < n)%nat -> Rabs (d i) <= peak) ->
  dot n d d <= INR n * peak ^ 2.
Proof.
  intros Hp H. rewrite <- sum_const. apply sum_le. intros i Hi.
  replace (d i * d i) with (Rabs (d i) ^ 2) by (rewrite <- Rsqr_pow2, <- Rsqr_abs; reflexivity).
  apply pow_incr. split; [apply Rabs_pos | apply H, Hi].
Qed.
