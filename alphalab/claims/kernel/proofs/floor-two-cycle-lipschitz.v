From AlphaLab Require Import Returns Closing.
Proof. begin. close (return_bound n grad ell alpha eta eps x t). Qed.
