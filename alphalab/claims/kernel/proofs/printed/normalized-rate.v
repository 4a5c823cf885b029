From AlphaLab Require Import Lines.
Proof.
  red. intros.
  pose (d := fun t : nat => normalised eps n (g t)).
  pose (inner := fun t : nat => dot n (g t) (d t)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  pose (tail := f (x T) - f_inf).
  apply Rle_trans with ((1 / (INR T * eta)) * (f (x O) - f (x T)) + (L * eta / 2 + tail / (INR T * eta))); [|right; written; equal].
  apply (over_steps T (fun s => f (x s)) (fun s => N s) (1 / (INR T * eta))); [assumption | intros s Hs].
  assert (0 <= N s) by (apply norm_nonneg).
  assert (0 <= square s) by (apply dot_self_nonneg).
  assert (0 <= Delta) by (apply above; assumption).
  at_this_step s.
  assert (0 <= (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s)) by (gap (descent_along n f grad L eta (normalised eps n) x s)).
  assert (0 <= tail) by (gap (tail_above f f_inf (x T))).
  assert (0 <= (inner s - N s)) by (gap (normalised_alignment n (g s) eps)).
  assert (0 <= (1 - square s)) by (gap (normalised_length n (g s) eps)).
  assert (0 <= (1 / eta) * (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s)) by product.
  assert (0 <= (1 / (INR T * eta)) * tail) by product.
  assert (0 <= 1 * (inner s - N s)) by product.
  assert (0 <= (L * eta / 2) * (1 - square s)) by product.
  apply (by_gaps _ _ ((1 / eta) * (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s) + (1 / (INR T * eta)) * tail + 1 * (inner s - N s) + (L * eta / 2) * (1 - square s))); [measured; written; equal | sums].
Qed.
