From AlphaLab Require Import Steps Closing.
Proof. begin. close (T5_decrease n f grad L alpha eta eps x t). Qed.
