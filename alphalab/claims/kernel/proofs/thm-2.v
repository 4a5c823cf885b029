From AlphaLab Require Import Rates Closing.
Proof. begin. close (thm_2 n T f grad L f_inf alpha eta eps x). Qed.
