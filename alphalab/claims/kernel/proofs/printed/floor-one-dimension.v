From AlphaLab Require Import Lines.
From AlphaLab Require claim_thm_2_norm claim_thm_2_plain.
Proof.
  red. intros.
  pose (tail := f (x T) - f_inf).
  pose (M := INR n * tanh (alpha / sqrt (INR n)) ^ 2).
  assert (0 < M) by (apply M_pos; assumption).
  assert (0 <= Delta) by (apply above; assumption).
  assert (0 <= ((L * eta * M / 2 + Delta / (INR T * eta)) / (2 * tanh alpha) + sqrt (4 * eps * (L * eta * M / 2 + Delta / (INR T * eta)) / tanh alpha + (L * eta * M / 2 + Delta / (INR T * eta)) ^ 2 / tanh alpha ^ 2) / 2 - mean_N)) by (gap (claim_thm_2_norm.checked n T alpha eta eps L f_inf f grad x)).
  assert (0 <= (eps + (L * eta * M / 2 + Delta / (INR T * eta)) / (2 * tanh alpha) - sqrt (4 * eps * (L * eta * M / 2 + Delta / (INR T * eta)) / tanh alpha + (L * eta * M / 2 + Delta / (INR T * eta)) ^ 2 / tanh alpha ^ 2) / 2)) by (gap (claim_thm_2_plain.checked n T alpha eta eps L f_inf f grad x)).
  assert (0 <= (sqrt (INR n) * Q * tanh (alpha / sqrt (INR n)) - INR n * tanh (alpha / sqrt (INR n)) ^ 2)) by (gap (price_balanced alpha n Q)).
  assert (0 <= 1 * ((L * eta * M / 2 + Delta / (INR T * eta)) / (2 * tanh alpha) + sqrt (4 * eps * (L * eta * M / 2 + Delta / (INR T * eta)) / tanh alpha + (L * eta * M / 2 + Delta / (INR T * eta)) ^ 2 / tanh alpha ^ 2) / 2 - mean_N)) by product.
  assert (0 <= 1 * (eps + (L * eta * M / 2 + Delta / (INR T * eta)) / (2 * tanh alpha) - sqrt (4 * eps * (L * eta * M / 2 + Delta / (INR T * eta)) / tanh alpha + (L * eta * M / 2 + Delta / (INR T * eta)) ^ 2 / tanh alpha ^ 2) / 2)) by product.
  assert (0 <= (L * eta / (2 * tanh alpha)) * (sqrt (INR n) * Q * tanh (alpha / sqrt (INR n)) - INR n * tanh (alpha / sqrt (INR n)) ^ 2)) by product.
  apply (by_gaps _ _ (1 * ((L * eta * M / 2 + Delta / (INR T * eta)) / (2 * tanh alpha) + sqrt (4 * eps * (L * eta * M / 2 + Delta / (INR T * eta)) / tanh alpha + (L * eta * M / 2 + Delta / (INR T * eta)) ^ 2 / tanh alpha ^ 2) / 2 - mean_N) + 1 * (eps + (L * eta * M / 2 + Delta / (INR T * eta)) / (2 * tanh alpha) - sqrt (4 * eps * (L * eta * M / 2 + Delta / (INR T * eta)) / tanh alpha + (L * eta * M / 2 + Delta / (INR T * eta)) ^ 2 / tanh alpha ^ 2) / 2) + (L * eta / (2 * tanh alpha)) * (sqrt (INR n) * Q * tanh (alpha / sqrt (INR n)) - INR n * tanh (alpha / sqrt (INR n)) ^ 2))); [measured; written; chosen; equal | sums].
Qed.
