From AlphaLab Require Import Lines.
From AlphaLab Require claim_lemma_1_dimension claim_lemma_4_sharp.
Proof.
  red. intros.
  pose (g := fun t : nat => grad (x t)).
  pose (d := fun t : nat => squash alpha eps n (g t)).
  pose (N := fun t : nat => norm n (g t)).
  pose (r := fun t : nat => N t / (N t + eps)).
  pose (inner := fun t : nat => dot n (g t) (d t)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  assert (0 <= N t) by (apply norm_nonneg).
  assert (0 <= inner t) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= square t) by (apply dot_self_nonneg).
  assert (0 < M) by (apply M_pos; assumption).
  at_this_step t.
  assert (0 <= (decrease t + L * eta ^ 2 * square t / 2 - eta * inner t)) by (gap (descent n f grad L alpha eta eps x t)).
  assert (0 <= (M - square t)) by (gap (claim_lemma_1_dimension.checked n alpha eps (g t))).
  assert (0 <= (inner t / tanh alpha + eps - N t)) by (gap (claim_lemma_4_sharp.checked n alpha eps (g t))).
  assert (0 <= (N t - sqrt 2 * sqrt (delta t) * sqrt mu)) by (gap (lojasiewicz_root n f grad x t f_star mu)).
  clearbody r.
  assert (0 <= 1 * (decrease t + L * eta ^ 2 * square t / 2 - eta * inner t)) by product.
  assert (0 <= (L * eta ^ 2 / 2) * (M - square t)) by product.
  assert (0 <= (eta * tanh alpha) * (inner t / tanh alpha + eps - N t)) by product.
  assert (0 <= (eta * tanh alpha) * (N t - sqrt 2 * sqrt (delta t) * sqrt mu)) by product.
  apply (by_gaps _ _ (1 * (decrease t + L * eta ^ 2 * square t / 2 - eta * inner t) + (L * eta ^ 2 / 2) * (M - square t) + (eta * tanh alpha) * (inner t / tanh alpha + eps - N t) + (eta * tanh alpha) * (N t - sqrt 2 * sqrt (delta t) * sqrt mu))); [measured; written; equal | sums].
Qed.
