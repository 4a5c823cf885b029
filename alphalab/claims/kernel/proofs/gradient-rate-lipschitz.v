From AlphaLab Require Import Gradient Closing.
Proof. begin. close (gradient_best n T f grad ell f_inf eta x). Qed.
