From AlphaLab Require Import Lines.
From AlphaLab Require claim_best_iterate_lemma.
Proof.
  red. intros.
  pose (r := fun t : nat => N t / (N t + eps)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  assert (short : theta < 2) by assumption.
  unfold theta in short.
  assert (0 <= N t) by (apply norm_nonneg).
  assert (0 <= inner t) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= square t) by (apply dot_self_nonneg).
  assert (t < T)%nat by (unfold T; lia).
  at_this_step t.
  assert (0 <= (decrease t + eta ^ 2 * square t * (L0 + L1 * N t) / 2 - eta * inner t)) by (gap (descent_steep n f grad L0 L1 alpha eta eps x t)).
  assert (0 <= (inner t * Q / N t - square t)) by (gap (claim_best_iterate_lemma.checked n alpha eps Q (g t))).
  clearbody r.
  assert (0 <= 1 * (decrease t + eta ^ 2 * square t * (L0 + L1 * N t) / 2 - eta * inner t)) by product.
  assert (0 <= (eta ^ 2 * (L0 + L1 * N t) / 2) * (inner t * Q / N t - square t)) by product.
  apply (by_gaps _ _ (1 * (decrease t + eta ^ 2 * square t * (L0 + L1 * N t) / 2 - eta * inner t) + (eta ^ 2 * (L0 + L1 * N t) / 2) * (inner t * Q / N t - square t))); [measured; written; equal | sums].
Qed.
