From AlphaLab Require Import Lines.
Proof.
  red. intros.
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  pose (tail := f (x T) - f_inf).
  apply Rle_trans with ((2 * L / INR T) * (f (x O) - f (x T)) + (2 * L * tail / INR T)); [|right; written; equal].
  apply (over_steps T (fun s => f (x s)) (fun s => N s ^ 2) (2 * L / INR T)); [assumption | intros s Hs].
  assert (0 <= N s) by (apply norm_nonneg).
  assert (0 <= Delta) by (apply above; assumption).
  at_this_step s.
  assert (0 <= (decrease s - N s ^ 2 * (eta - L * eta ^ 2 / 2))) by (gap (descent_gradient n f grad L eta x s)).
  assert (0 <= tail) by (gap (tail_above f f_inf (x T))).
  assert (0 <= (2 * L) * (decrease s - N s ^ 2 * (eta - L * eta ^ 2 / 2))) by product.
  assert (0 <= (2 * L / INR T) * tail) by product.
  apply (by_gaps _ _ ((2 * L) * (decrease s - N s ^ 2 * (eta - L * eta ^ 2 / 2)) + (2 * L / INR T) * tail)); [measured; written; chosen; equal | sums].
Qed.
