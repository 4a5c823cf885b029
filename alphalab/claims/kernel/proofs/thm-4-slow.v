From AlphaLab Require Import Cycle Closing.
Proof. begin. close (T4_slow n t f grad L alpha eta eps x). Qed.
