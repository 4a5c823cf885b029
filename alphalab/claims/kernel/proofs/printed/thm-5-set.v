From AlphaLab Require Import Lines.
From AlphaLab Require claim_thm_5_sharp.
Proof.
  red. intros.
  pose (g := fun t : nat => grad (x t)).
  pose (d := fun t : nat => squash alpha eps n (g t)).
  pose (N := fun t : nat => norm n (g t)).
  pose (r := fun t : nat => N t / (N t + eps)).
  pose (inner := fun t : nat => dot n (g t) (d t)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  assert (scaled : alpha * L * eta <= eps) by assumption.
  assert (inside : delta t <= eps ^ 2 / (2 * L)) by assumption.
  assert (0 <= inner t) by (apply alphagrad_inner_nonneg; assumption).
  at_this_step t.
  assert (0 <= (eps ^ 2 / (2 * L) - delta t)) by (gap (inside)).
  assert (0 <= (decrease t - eta * inner t / 2)) by (gap (claim_thm_5_sharp.checked n t alpha eta eps L f grad x)).
  clearbody r.
  assert (0 <= (eta * inner t / 2)) by (nonnegative).
  assert (0 <= 1 * (eps ^ 2 / (2 * L) - delta t)) by product.
  assert (0 <= 1 * (decrease t - eta * inner t / 2)) by product.
  assert (0 <= 1 * (eta * inner t / 2)) by product.
  apply (by_gaps _ _ (1 * (eps ^ 2 / (2 * L) - delta t) + 1 * (decrease t - eta * inner t / 2) + 1 * (eta * inner t / 2))); [measured; written; equal | sums].
Qed.
