From AlphaLab Require Import Orbits Closing.
Proof. (* T = 2, f = x^2/2, x_1 = D = 32, eta = 128, eps = 1, alpha = (33/64) ln 3: the orbit +-32 *)
  begin. intro C. pose proof ln3_pos. pose proof (bowl_smooth 1 1). pose proof (bowl_below 1 1 ltac:(lra)).
  pose proof (bowl_convex 1 1 ltac:(lra)). pose proof (bowl_zero 1 1).
  set (alpha := ln 3 / 2 * (33 / 32)). assert (Ha : 0 < alpha) by (unfold alpha; lra).
  assert (Earg : alpha * (1 * 32 / (1 * 32 + 1)) = ln 3 / 2) by (unfold alpha; field).
  assert (alphagrad 1 (slope 1) alpha 128 1 (orbit 32)).
  { apply orbit_runs; try lra. rewrite Earg, tanh_half_ln3. field. }
  assert (Hhalf : / 2 <= tanh alpha).
  { rewrite <- tanh_half_ln3. replace (ln 3 / 2) with (alpha * (32 / 33)) by (unfold alpha; field).
    rewrite <- (Rmult_1_r alpha) at 2. apply tanh_scaled_mono; [exact Ha | lra]. }
  pose proof (C 1%nat 2%nat alpha 128 1 1 32 0 (fun _ => 0) (bowl 1 1) (slope 1) (orbit 32)) as K. clear C.
  assert (HI : INR 2 = 2) by (simpl; lra). assert (HI1 : INR 1 = 1) by reflexivity.
  rewrite HI, HI1 in K.
  assert (Hg : forall t, norm 1 (slope 1 (orbit 32 t)) = 32) by (intros; rewrite slope_orbit; lra).
  assert (E0 : bowl 1 1 (orbit 32 O) - 0 = 512) by (rewrite bowl_orbit; lra).
  assert (Em : mean 2 (fun t => bowl 1 1 (orbit 32 t) - 0) = 512).
  { unfold mean. rewrite (sum_ext 2 _ (fun _ => 512)) by (intros; rewrite bowl_orbit; lra).
    rewrite sum_const, HI. lra. }
  assert (Emin : minimum 2 (fun t => tanh alpha * (norm 1 (slope 1 (orbit 32 t)) / (norm 1 (slope 1 (orbit 32 t)) + 1)))
                 = tanh alpha * (32 / 33)).
  { unfold minimum. rewrite !Hg. replace (32 + 1) with 33 by ring. apply Rmin_left. lra. }
  assert (Er : sqrt 32 * sqrt 512 = 128).
  { rewrite <- sqrt_mult by lra. replace (32 * 512) with (128 * 128) by ring. apply sqrt_square. lra. }
  assert (Hr2 : 0 < sqrt 2) by (apply sqrt_lt_R0; lra).
  rewrite E0, Em, Emin in K.
  assert (128 = sqrt 2 * sqrt 32 * sqrt 512 / (sqrt 1 * sqrt 2 * sqrt 1)).
  { rewrite sqrt_1. transitivity (sqrt 32 * sqrt 512); [lra | field; lra]. }
  assert (forall s, (s < 2)%nat -> norm 1 (sub (orbit 32 s) (fun _ => 0)) <= 32).
  { intros s _. rewrite norm_one. unfold sub. rewrite Rminus_0_r, <- norm_one. rewrite norm_orbit; lra. }
  premises K.
  replace (sqrt 2 * sqrt 32 * sqrt 1 * sqrt 512 * sqrt 1 / (sqrt 2 * (tanh alpha * (32 / 33))))
    with (sqrt 32 * sqrt 512 * (33 / 32) / tanh alpha) in K by (rewrite sqrt_1; field; lra).
  rewrite Er in K. apply Rmult_le_compat_r with (r := tanh alpha) in K; [|lra].
  replace (128 * (33 / 32) / tanh alpha * tanh alpha) with (128 * (33 / 32)) in K by (field; lra). lra.
Qed.
