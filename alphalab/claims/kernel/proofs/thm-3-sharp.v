From AlphaLab Require Import Steps Closing.
Proof. begin. close (T3_step n f grad L alpha eta eps x t f_star mu). Qed.
