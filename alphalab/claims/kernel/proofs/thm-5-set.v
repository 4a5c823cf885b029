From AlphaLab Require Import Steps Closing.
Proof. begin. close (T5_set n f grad L alpha eta eps x t f_star). Qed.
