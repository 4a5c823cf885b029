From AlphaLab Require Import Steps Closing.
Proof. begin. close (T4_rate n f grad L alpha eta eps x t f_star mu). Qed.
