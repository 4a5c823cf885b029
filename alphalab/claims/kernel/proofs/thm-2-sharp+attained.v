From AlphaLab Require Import Orbits Closing.
Proof. (* the walk down the diagonal of (L/2)||x||^2 at eps = 0 *)
  begin. exists 0, 0, (bowl L n), (slope L), (walk T (eta * tanh (alpha / sqrt (INR n)))).
  repeat split.
  - lra.
  - apply walk_runs; assumption.
  - apply bowl_smooth.
  - apply bowl_below. lra.
  - apply walk_attains; assumption.
Qed.
