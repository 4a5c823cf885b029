From AlphaLab Require Import Cycle Closing.
Proof. begin. close (T4_stationary n T f grad L f_inf alpha eta eps x). Qed.
