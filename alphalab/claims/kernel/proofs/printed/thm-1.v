From AlphaLab Require Import Lines.
From AlphaLab Require claim_lemma_1 claim_lemma_2.
Proof.
  red. intros.
  pose (d := fun t : nat => squash alpha eps n (g t)).
  pose (inner := fun t : nat => dot n (g t) (d t)).
  pose (square := fun t : nat => dot n (d t) (d t)).
  pose (decrease := fun t : nat => f (x t) - f (x (S t))).
  pose (distance := fun t : nat => norm n (sub (x t) x_star)).
  pose (tail0 := f (x T) - f_star).
  assert (within : (forall s, (s < T)%nat -> norm n (sub (x s) x_star) <= D)) by assumption.
  apply Rle_trans with ((D / (INR T * eta * gamma_min)) * (f (x O) - f (x T)) + (D * L * eta * INR n / (2 * gamma_min) + D * tail0 / (INR T * eta * gamma_min))); [|right; written; equal].
  apply (over_steps T (fun s => f (x s)) (fun s => delta s) (D / (INR T * eta * gamma_min))); [assumption | intros s Hs].
  assert (0 <= N s) by (apply norm_nonneg).
  assert (0 <= inner s) by (apply alphagrad_inner_nonneg; assumption).
  assert (0 <= square s) by (apply dot_self_nonneg).
  assert (0 <= distance s) by (apply norm_nonneg).
  assert (0 <= Delta0) by (apply above; assumption).
  at_this_step s.
  assert (0 <= (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s)) by (gap (descent n f grad L alpha eta eps x s)).
  assert (0 <= tail0) by (gap (tail_above f f_star (x T))).
  assert (0 <= (INR n - square s)) by (gap (claim_lemma_1.checked n alpha eps (g s))).
  assert (0 <= (inner s - N s * gamma s)) by (gap (claim_lemma_2.checked n alpha eps (g s))).
  assert (0 <= (gamma s - gamma_min)) by (gap (minimum_le T gamma s)).
  assert (0 <= (D - distance s)) by (gap (within s)).
  assert (0 <= (N s * distance s - delta s)) by (gap (convex_gap n f grad x s x_star f_star)).
  clearbody r.
  assert (0 <= (D / (eta * gamma_min)) * (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s)) by product.
  assert (0 <= (D / (INR T * eta * gamma_min)) * tail0) by product.
  assert (0 <= (D * L * eta / (2 * gamma_min)) * (INR n - square s)) by product.
  assert (0 <= (D / gamma_min) * (inner s - N s * gamma s)) by product.
  assert (0 <= (D * N s / gamma_min) * (gamma s - gamma_min)) by product.
  assert (0 <= (N s) * (D - distance s)) by product.
  assert (0 <= 1 * (N s * distance s - delta s)) by product.
  apply (by_gaps _ _ ((D / (eta * gamma_min)) * (decrease s + L * eta ^ 2 * square s / 2 - eta * inner s) + (D / (INR T * eta * gamma_min)) * tail0 + (D * L * eta / (2 * gamma_min)) * (INR n - square s) + (D / gamma_min) * (inner s - N s * gamma s) + (D * N s / gamma_min) * (gamma s - gamma_min) + (N s) * (D - distance s) + 1 * (N s * distance s - delta s))); [measured; written; equal | sums].
Qed.
