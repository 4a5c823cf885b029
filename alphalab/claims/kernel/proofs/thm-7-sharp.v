From AlphaLab Require Import Methods Closing.
Proof. begin. close (T7_sharp m T n f grad L f_inf eta alpha eps x). Qed.
