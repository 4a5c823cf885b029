From AlphaLab Require Import Schedules Closing.
Proof.
  begin. subst eps. rewrite Nat.sub_1_r. simpl pred.
  assert (Hn : 0 < INR n) by (apply lt_0_INR; assumption).
  assert (Ht : 0 < tanh alpha) by positive.
  assert (Hq : 1 - mu * tanh alpha ^ 2 / (L * INR n * tanh (alpha / sqrt (INR n)) ^ 2)
             = 1 - mu * tanh alpha ^ 2 / (L * M alpha n)) by (unfold M; algebra).
  rewrite Hq in *. 
  apply (linear_upto n f grad L f_star alpha eta x mu); try assumption.
  assert (E : L * (sqrt (INR n) * tanh (alpha / sqrt (INR n)) / tanh alpha) ^ 2 = L * M alpha n / tanh alpha ^ 2).
  { unfold M. replace (INR n) with (sqrt (INR n) * sqrt (INR n)) at 3 by (apply sqrt_sqrt; lra). algebra. }
  match goal with H : 2 * mu <= _ |- _ => rewrite E in H; apply Rmult_le_compat_r with (r := tanh alpha ^ 2) in H; [|positive] end.
  replace (L * M alpha n / tanh alpha ^ 2 * tanh alpha ^ 2) with (L * M alpha n) in * by algebra. assumption.
Qed.
