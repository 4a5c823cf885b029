From AlphaLab Require Import Slopes Closing.
Proof. begin. close (slopes_mean_h sigma n T f grad L f_inf low high M_hat eta eps x). Qed.
