From AlphaLab Require Import Methods Closing.
Proof. begin. close (T6_sharp n T f grad ell f_inf alpha eta eps c x). Qed.
