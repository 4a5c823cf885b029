From AlphaLab Require Import Orbits Closing.
Proof. (* the walk in one dimension, at eps = 0 *)
  begin. set (tau := tanh (alpha / sqrt (INR 1))).
  exists 1%nat, 0, 0, (bowl L 1), (slope L), (walk T (eta * tau)).
  assert (Ht : 0 < tanh alpha) by positive.
  repeat split.
  - lia.
  - lra.
  - apply walk_runs; try assumption; lia.
  - apply bowl_smooth.
  - apply bowl_below. lra.
  - unfold tau. rewrite walk_attains_norm by assumption. fold tau. unfold M. fold tau.
    set (b := _ / tanh alpha). replace (4 * 0 * b + b ^ 2) with (b * b) by ring. rewrite sqrt_square; [field; lra|].
    unfold b. apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat, Ht].
    apply Rplus_le_le_0_compat.
    + apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; [apply Rmult_le_pos; lra|].
      apply Rmult_le_pos; [apply pos_INR | apply pow2_ge_0].
    + pose proof (bowl_below L 1 ltac:(lra) (walk T (eta * tau) 0)).
      apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat, Rmult_lt_0_compat; [apply lt_0_INR|]; assumption].
Qed.
