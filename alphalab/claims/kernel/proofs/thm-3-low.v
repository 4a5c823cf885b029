From AlphaLab Require Import Refuted Closing.
Proof. (* x^2/2, eps = 0, alpha = ln 3, eta = 5/2: x = 3/2 and -1/2 by turns, delta_inf = 1/2, q = 0 *)
  begin. intro C. pose proof ln3_pos. pose proof swing_runs. pose proof (bowl_smooth 1 1).
  pose proof (bowl_below 1 1 ltac:(lra)).
  assert (lojasiewicz 1 (bowl 1 1) (slope 1) 0 1).
  { intros x. unfold slope. rewrite norm_scal by lra. rewrite Rmult_1_l, pow2, norm_sq. unfold bowl. lra. }
  pose proof (C 1%nat 1%nat (ln 3) (5 / 2) 0 1 1 0 (bowl 1 1) (slope 1) swing) as K. premises K. clear C.
  assert (E0 : bowl 1 1 (swing 0) - 0 = 9 / 8) by (unfold bowl, dot, swing; simpl; lra).
  assert (E2 : bowl 1 1 (swing 2) - 0 = 9 / 8) by (unfold bowl, dot, swing; simpl; lra).
  assert (Et : tanh (ln 3 / sqrt (INR 1)) = 4 / 5).
  { change (INR 1) with 1. rewrite sqrt_1. replace (ln 3 / 1) with (ln 3) by field. apply tanh_ln3. }
  rewrite E0, E2, Et, tanh_ln3, sqrt_1 in K. change (INR 1) with 1 in K.
  assert (Hr2 : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra).
  assert (Hr3 : 1 < sqrt 2 < 3 / 2) by (split; apply Rsqr_incrst_0; unfold Rsqr; try lra; apply sqrt_pos).
  assert (Hr4 : 0 < sqrt (9 / 8) < 9 / 8).
  { split; [apply sqrt_lt_R0; lra|]. apply Rsqr_incrst_0; unfold Rsqr; [rewrite sqrt_sqrt; lra | apply sqrt_pos | lra]. }
  match type of K with context [Rmax 0 (1 - ?q)] => replace (Rmax 0 (1 - q)) with 0 in K end.
  - revert K. unfold Rmax. repeat match goal with |- context [Rle_dec ?a ?b] => destruct (Rle_dec a b) end; simpl; lra.
  - symmetry. apply Rmax_left.
    assert (Q : forall a b, 0 < b -> b <= a -> 1 <= a / b).
    { intros a b Hb Hab. apply Rmult_le_reg_r with b; [exact Hb|]. replace (a / b * b) with a by (field; lra). lra. }
    match goal with |- 1 - ?a / ?b <= 0 => pose proof (Q a b ltac:(lra) ltac:(lra)) end. lra.
Qed.
