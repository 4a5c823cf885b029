From AlphaLab Require Import Rates Closing.
Proof. begin. close (thm_2_rate n T f grad L f_inf alpha eta eps x). Qed.
