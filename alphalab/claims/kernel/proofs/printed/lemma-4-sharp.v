From AlphaLab Require Import Lines.
From AlphaLab Require claim_lemma_2.
Proof.
  red. intros.
  pose (r := N / (N + eps)).
  pose (gamma := tanh alpha * r).
  pose (square := dot n d d).
  assert (0 <= N) by (apply norm_nonneg).
  assert (0 <= inner) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= (inner - N * gamma)) by (gap (claim_lemma_2.checked n alpha eps g)).
  assert (Hm : 0 < N + eps \/ (N = 0 /\ r = 0 /\ square = 0 /\ inner = 0)) by (apply moving; assumption).
  destruct Hm as [Hm|[Z1 [Z2 [Z3 Z4]]]]; [|at_rest].
  assert (0 <= (eps ^ 2 / (N + eps))) by (nonnegative).
  assert (0 <= (1 / tanh alpha) * (inner - N * gamma)) by product.
  assert (0 <= 1 * (eps ^ 2 / (N + eps))) by product.
  apply (by_gaps _ _ ((1 / tanh alpha) * (inner - N * gamma) + 1 * (eps ^ 2 / (N + eps)))); [measured; written; equal | sums].
Qed.
