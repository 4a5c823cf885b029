From AlphaLab Require Import Lines.
Proof.
  red. intros.
  pose (d := fun t : nat => fun i => sign (g t i)).
  pose (inner := fun t : nat => dot n (g t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  pose (tail := f (x T) - f_inf).
  apply Rle_trans with ((1 / (INR T * eta)) * (f (x O) - f (x T)) + (L_max * eta / 2 + tail / (INR T * eta))); [|right; written; equal].
  apply (over_steps T (fun s => f (x s)) (fun s => one_norm s) (1 / (INR T * eta))); [assumption | intros s Hs].
  assert (0 <= Delta) by (apply above; assumption).
  at_this_step s.
  assert (0 <= (decrease s + L_max * eta ^ 2 / 2 - eta * inner s)) by (gap (descent_signs n f grad L_max eta x s)).
  assert (0 <= tail) by (gap (tail_above f f_inf (x T))).
  assert (0 <= (inner s - one_norm s)) by (gap (sign_alignment n (g s))).
  assert (0 <= (1 / eta) * (decrease s + L_max * eta ^ 2 / 2 - eta * inner s)) by product.
  assert (0 <= (1 / (INR T * eta)) * tail) by product.
  assert (0 <= 1 * (inner s - one_norm s)) by product.
  apply (by_gaps _ _ ((1 / eta) * (decrease s + L_max * eta ^ 2 / 2 - eta * inner s) + (1 / (INR T * eta)) * tail + 1 * (inner s - one_norm s))); [measured; written; equal | sums].
Qed.
