From AlphaLab Require Import Price Closing.
Proof. begin. close (N1_best n T f grad L f_inf alpha eta eps Q x). Qed.
