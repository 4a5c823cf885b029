From AlphaLab Require Import Rates Closing.
Proof. begin. subst f_star. close (T1_sharp n T f grad L f_inf alpha eta eps x x_star D). Qed.
