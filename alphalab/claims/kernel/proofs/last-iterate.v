From AlphaLab Require Import Schedules Closing.
Proof.
  begin. rewrite S_INR. pose proof (pos_INR t). close (N2_last n t f grad L f_star alpha eps eta x x_star D).
Qed.
