From AlphaLab Require Import Lines.
From AlphaLab Require claim_best_iterate_lemma claim_lemma_4_sharp.
Proof.
  red. intros.
  pose (d := fun t : nat => squash alpha eps n (g t)).
  pose (r := fun t : nat => N t / (N t + eps)).
  pose (inner := fun t : nat => dot n (g t) (d t)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  pose (tail := f (x T) - f_inf).
  assert (short : theta < 2) by assumption.
  unfold theta in short.
  destruct (Rle_or_lt 0 ((1 - theta / 2) * (least_N - eps) - L0 * eta * Q / 2)) as [case|case]; [|apply Rlt_le in case].
  {
  apply Rle_trans with ((- (2 / (INR T * eta * (theta - 2) * tanh alpha))) * (f (x O) - f (x T)) + (L0 * eta * Q / (2 * (1 - theta / 2)) + eps - 2 * tail / (INR T * eta * (theta - 2) * tanh alpha))); [|right; written; equal].
  apply (over_steps_fixed T (fun s => f (x s)) (least_N) (- (2 / (INR T * eta * (theta - 2) * tanh alpha)))); [assumption | intros s Hs].
  assert (0 <= N s) by (apply norm_nonneg).
  assert (0 <= inner s) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= square s) by (apply dot_self_nonneg).
  assert (0 <= Delta) by (apply above; assumption).
  at_this_step s.
  assert (0 <= (decrease s + eta ^ 2 * square s * (L0 + L1 * N s) / 2 - eta * inner s)) by (gap (descent_steep n f grad L0 L1 alpha eta eps x s)).
  assert (0 <= tail) by (gap (tail_above f f_inf (x T))).
  assert (0 <= (inner s * Q / N s - square s)) by (gap (claim_best_iterate_lemma.checked n alpha eps Q (g s))).
  assert (0 <= (N s - least_N)) by (gap (minimum_le T N s)).
  assert (0 <= (inner s / tanh alpha + eps - N s)) by (gap (claim_lemma_4_sharp.checked n alpha eps (g s))).
  assert (0 <= ((1 - theta / 2) * (least_N - eps) - L0 * eta * Q / 2)) by (gap case).
  clearbody r.
  assert (0 <= (L0 * eta * eps * Q / (2 * N s * (1 - theta / 2)))) by (nonnegative).
  assert (0 <= (1 / (eta * (1 - theta / 2) * tanh alpha)) * (decrease s + eta ^ 2 * square s * (L0 + L1 * N s) / 2 - eta * inner s)) by product.
  assert (0 <= (1 / (INR T * eta * (1 - theta / 2) * tanh alpha)) * tail) by product.
  assert (0 <= (eta * (L0 + L1 * N s) / (2 * (1 - theta / 2) * tanh alpha)) * (inner s * Q / N s - square s)) by product.
  assert (0 <= (1 / N s) * (N s - least_N) * (inner s / tanh alpha + eps - N s)) by product.
  assert (0 <= (1 / (N s * (1 - theta / 2))) * ((1 - theta / 2) * (least_N - eps) - L0 * eta * Q / 2) * (inner s / tanh alpha + eps - N s)) by product.
  assert (0 <= (eps / N s) * (inner s / tanh alpha + eps - N s)) by product.
  assert (0 <= 1 * (N s - least_N)) by product.
  assert (0 <= 1 * (L0 * eta * eps * Q / (2 * N s * (1 - theta / 2)))) by product.
  apply (by_gaps _ _ ((1 / (eta * (1 - theta / 2) * tanh alpha)) * (decrease s + eta ^ 2 * square s * (L0 + L1 * N s) / 2 - eta * inner s) + (1 / (INR T * eta * (1 - theta / 2) * tanh alpha)) * tail + (eta * (L0 + L1 * N s) / (2 * (1 - theta / 2) * tanh alpha)) * (inner s * Q / N s - square s) + (1 / N s) * (N s - least_N) * (inner s / tanh alpha + eps - N s) + (1 / (N s * (1 - theta / 2))) * ((1 - theta / 2) * (least_N - eps) - L0 * eta * Q / 2) * (inner s / tanh alpha + eps - N s) + (eps / N s) * (inner s / tanh alpha + eps - N s) + 1 * (N s - least_N) + 1 * (L0 * eta * eps * Q / (2 * N s * (1 - theta / 2))))); [measured; written; equal | sums].
  }
  {
  assert (0 <= Delta) by (apply above; assumption).
  assert (0 <= (L0 * eta * Q / 2 - (1 - theta / 2) * (least_N - eps))) by (gap case).
  assert (0 <= (Delta / (INR T * eta * (1 - theta / 2) * tanh alpha))) by (nonnegative).
  assert (0 <= (1 / (1 - theta / 2)) * (L0 * eta * Q / 2 - (1 - theta / 2) * (least_N - eps))) by product.
  assert (0 <= 1 * (Delta / (INR T * eta * (1 - theta / 2) * tanh alpha))) by product.
  apply (by_gaps _ _ ((1 / (1 - theta / 2)) * (L0 * eta * Q / 2 - (1 - theta / 2) * (least_N - eps)) + 1 * (Delta / (INR T * eta * (1 - theta / 2) * tanh alpha)))); [measured; written; equal | sums].
  }
Qed.
