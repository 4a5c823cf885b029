From AlphaLab Require Import Lines.
From AlphaLab Require claim_lemma_1 claim_lemma_2.
Proof.
  red. intros.
  pose (d := fun t : nat => squash alpha eps n (g t)).
  pose (r := fun t : nat => N t / (N t + eps)).
  pose (gamma := fun t : nat => tanh alpha * r t).
  pose (inner := fun t : nat => dot n (g t) (d t)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  pose (tail := f (x T) - f_inf).
  apply Rle_trans with ((1 / (INR T * eta * tanh alpha)) * (f (x O) - f (x T)) + (L * eta * INR n / (2 * tanh alpha) + tail / (INR T * eta * tanh alpha))); [|right; written; equal].
  apply (over_steps T (fun s => f (x s)) (fun s => h eps (N s)) (1 / (INR T * eta * tanh alpha))); [assumption | intros s Hs].
  replace (h eps (N s)) with (N s * r s) by (symmetry; apply h_ratio).
  assert (0 <= N s) by (apply norm_nonneg).
  assert (0 <= r s) by (apply r_nonneg; assumption).
  assert (0 <= inner s) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= square s) by (apply dot_self_nonneg).
  assert (0 <= Delta) by (apply above; assumption).
  at_this_step s.
  assert (0 <= (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s)) by (gap (descent n f grad L alpha eta eps x s)).
  assert (0 <= tail) by (gap (tail_above f f_inf (x T))).
  assert (0 <= (INR n - square s)) by (gap (claim_lemma_1.checked n alpha eps (g s))).
  assert (0 <= (inner s - N s * gamma s)) by (gap (claim_lemma_2.checked n alpha eps (g s))).
  clearbody r.
  assert (0 <= (1 / (eta * tanh alpha)) * (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s)) by product.
  assert (0 <= (1 / (INR T * eta * tanh alpha)) * tail) by product.
  assert (0 <= (L * eta / (2 * tanh alpha)) * (INR n - square s)) by product.
  assert (0 <= (1 / tanh alpha) * (inner s - N s * gamma s)) by product.
  apply (by_gaps _ _ ((1 / (eta * tanh alpha)) * (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s) + (1 / (INR T * eta * tanh alpha)) * tail + (L * eta / (2 * tanh alpha)) * (INR n - square s) + (1 / tanh alpha) * (inner s - N s * gamma s))); [measured; written; equal | sums].
Qed.
