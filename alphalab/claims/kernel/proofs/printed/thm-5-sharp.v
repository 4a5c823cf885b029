From AlphaLab Require Import Lines.
From AlphaLab Require claim_lemma_3_sharp.
Proof.
  red. intros.
  pose (N := fun t : nat => norm n (g t)).
  pose (r := fun t : nat => N t / (N t + eps)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  assert (scaled : alpha * L * eta <= eps) by assumption.
  assert (0 <= N t) by (apply norm_nonneg).
  assert (0 <= inner t) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= square t) by (apply dot_self_nonneg).
  at_this_step t.
  assert (0 <= (decrease t + L * eta ^ 2 * square t / 2 - eta * inner t)) by (gap (descent n f grad L alpha eta eps x t)).
  assert (0 <= (alpha * inner t / (N t + eps) - square t)) by (gap (claim_lemma_3_sharp.checked n alpha eps (g t))).
  assert (0 <= (eps - L * alpha * eta)) by (gap (scaled)).
  assert (Hm : 0 < N t + eps \/ (N t = 0 /\ r t = 0 /\ square t = 0 /\ inner t = 0)) by (apply moving; assumption).
  destruct Hm as [Hm|[Z1 [Z2 [Z3 Z4]]]]; [|at_rest].
  assert (0 <= (N t * eta * inner t / (2 * N t + 2 * eps))) by (nonnegative).
  assert (0 <= 1 * (decrease t + L * eta ^ 2 * square t / 2 - eta * inner t)) by product.
  assert (0 <= (L * eta ^ 2 / 2) * (alpha * inner t / (N t + eps) - square t)) by product.
  assert (0 <= (eta * inner t / (2 * N t + 2 * eps)) * (eps - L * alpha * eta)) by product.
  assert (0 <= 1 * (N t * eta * inner t / (2 * N t + 2 * eps))) by product.
  apply (by_gaps _ _ (1 * (decrease t + L * eta ^ 2 * square t / 2 - eta * inner t) + (L * eta ^ 2 / 2) * (alpha * inner t / (N t + eps) - square t) + (eta * inner t / (2 * N t + 2 * eps)) * (eps - L * alpha * eta) + 1 * (N t * eta * inner t / (2 * N t + 2 * eps)))); [measured; written; equal | sums].
Qed.
