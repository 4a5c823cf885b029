From AlphaLab Require Import Lines.
From AlphaLab Require claim_best_iterate_lemma claim_lemma_1_dimension.
Proof.
  red. intros.
  pose (r := fun t : nat => N t / (N t + eps)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  pose (tail := f (x T) - f_inf).
  assert (short : theta < 2) by assumption.
  unfold theta in short.
  apply Rle_trans with ((- (2 / (INR T * eta * (theta - 2)))) * (f (x O) - f (x T)) + (L0 * eta * M / (2 * (1 - theta / 2)) - 2 * tail / (INR T * eta * (theta - 2)))); [|right; written; equal].
  apply (over_steps T (fun s => f (x s)) (fun s => inner s) (- (2 / (INR T * eta * (theta - 2))))); [assumption | intros s Hs].
  assert (0 <= N s) by (apply norm_nonneg).
  assert (0 <= inner s) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= square s) by (apply dot_self_nonneg).
  assert (0 < M) by (apply M_pos; assumption).
  assert (0 <= Delta) by (apply above; assumption).
  at_this_step s.
  assert (0 <= (decrease s + eta ^ 2 * square s * (L0 + L1 * N s) / 2 - eta * inner s)) by (gap (descent_steep n f grad L0 L1 alpha eta eps x s)).
  assert (0 <= tail) by (gap (tail_above f f_inf (x T))).
  assert (0 <= (M - square s)) by (gap (claim_lemma_1_dimension.checked n alpha eps (g s))).
  assert (0 <= (inner s * Q / N s - square s)) by (gap (claim_best_iterate_lemma.checked n alpha eps Q (g s))).
  clearbody r.
  assert (0 <= (1 / (eta * (1 - theta / 2))) * (decrease s + eta ^ 2 * square s * (L0 + L1 * N s) / 2 - eta * inner s)) by product.
  assert (0 <= (1 / (INR T * eta * (1 - theta / 2))) * tail) by product.
  assert (0 <= (L0 * eta / (2 - theta)) * (M - square s)) by product.
  assert (0 <= (L1 * N s * eta / (2 - theta)) * (inner s * Q / N s - square s)) by product.
  apply (by_gaps _ _ ((1 / (eta * (1 - theta / 2))) * (decrease s + eta ^ 2 * square s * (L0 + L1 * N s) / 2 - eta * inner s) + (1 / (INR T * eta * (1 - theta / 2))) * tail + (L0 * eta / (2 - theta)) * (M - square s) + (L1 * N s * eta / (2 - theta)) * (inner s * Q / N s - square s))); [measured; written; equal | sums].
Qed.
