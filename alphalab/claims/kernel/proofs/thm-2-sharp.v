From AlphaLab Require Import Rates Closing.
Proof. begin. close (T2_sharp n T f grad L f_inf alpha eta eps x). Qed.
