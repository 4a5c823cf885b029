From AlphaLab Require Import Rates Closing.
Proof. begin. close (T2_norm n T f grad L f_inf alpha eta eps x). Qed.
