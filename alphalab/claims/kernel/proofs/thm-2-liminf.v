From AlphaLab Require Import Orbits Closing.
Proof. (* L = eps = 1, eta = 4, alpha = ln 3: x_t = +-1 *)
  begin. intro C. pose proof ln3_pos. pose proof swinging.
  pose proof (bowl_smooth 1 1). pose proof (bowl_below 1 1 ltac:(lra)).
  pose proof (C 1%nat (ln 3) 4 1 1 0 (bowl 1 1) (slope 1) (orbit 1)) as K. premises K.
  destruct (K 1 O ltac:(lra)) as [t [_ Ht]]. rewrite slope_orbit in Ht by lra. lra.
Qed.
