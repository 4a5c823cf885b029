From AlphaLab Require Import Cycle Closing.
Proof. begin. close (T4_attraction n t f grad L alpha eta eps a x). Qed.
