From AlphaLab Require Import Methods Closing.
Proof. begin. close (N3_rate n T f grad L_max f_inf alpha eta eps x). Qed.
