From AlphaLab Require Import Orbits Closing.
Proof. (* the same orbit: f(x_t) - f* = 1/2 for ever *)
  begin. intro C. pose proof ln3_pos. pose proof swinging.
  pose proof (bowl_smooth 1 1). pose proof (bowl_below 1 1 ltac:(lra)).
  assert (lojasiewicz 1 (bowl 1 1) (slope 1) 0 1).
  { intros x. unfold slope. rewrite norm_scal by lra. rewrite Rmult_1_l, pow2, norm_sq. unfold bowl. lra. }
  pose proof (C 1%nat (ln 3) 4 1 1 1 0 (bowl 1 1) (slope 1) (orbit 1)) as K. premises K.
  destruct K as [c [q [Hq Hk]]].
  assert (Hc : 0 < / (2 * (Rabs c + 1))) by (apply Rinv_0_lt_compat; pose proof (Rabs_pos c); lra).
  destruct (pow_lt_1_zero q ltac:(rewrite Rabs_pos_eq; lra) _ Hc) as [k Hsmall].
  pose proof (Hsmall k ltac:(lia)) as H4. pose proof (Hk k) as H5. rewrite bowl_orbit in H5.
  pose proof (RRle_abs (c * q ^ k)) as H6. rewrite Rabs_mult in H6.
  pose proof (Rabs_pos c). pose proof (Rabs_pos (q ^ k)).
  assert ((Rabs c + 1) * Rabs (q ^ k) < (Rabs c + 1) * / (2 * (Rabs c + 1))) by (apply Rmult_lt_compat_l; lra).
  assert ((Rabs c + 1) * / (2 * (Rabs c + 1)) = / 2) by (field; lra).
  rewrite pow1 in H5. lra.
Qed.
