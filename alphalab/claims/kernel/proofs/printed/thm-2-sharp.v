From AlphaLab Require Import Lines.
From AlphaLab Require claim_lemma_1_dimension.
Proof.
  red. intros.
  pose (N := fun t : nat => norm n (g t)).
  pose (r := fun t : nat => N t / (N t + eps)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  pose (tail := f (x T) - f_inf).
  apply Rle_trans with ((1 / (INR T * eta)) * (f (x O) - f (x T)) + (L * eta * M / 2 + tail / (INR T * eta))); [|right; written; equal].
  apply (over_steps T (fun s => f (x s)) (fun s => inner s) (1 / (INR T * eta))); [assumption | intros s Hs].
  assert (0 <= inner s) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= square s) by (apply dot_self_nonneg).
  assert (0 < M) by (apply M_pos; assumption).
  assert (0 <= Delta) by (apply above; assumption).
  at_this_step s.
  assert (0 <= (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s)) by (gap (descent n f grad L alpha eta eps x s)).
  assert (0 <= tail) by (gap (tail_above f f_inf (x T))).
  assert (0 <= (M - square s)) by (gap (claim_lemma_1_dimension.checked n alpha eps (g s))).
  clearbody r.
  assert (0 <= (1 / eta) * (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s)) by product.
  assert (0 <= (1 / (INR T * eta)) * tail) by product.
  assert (0 <= (L * eta / 2) * (M - square s)) by product.
  apply (by_gaps _ _ ((1 / eta) * (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s) + (1 / (INR T * eta)) * tail + (L * eta / 2) * (M - square s))); [measured; written; equal | sums].
Qed.
