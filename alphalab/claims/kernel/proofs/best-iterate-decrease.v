From AlphaLab Require Import Price Closing.
Proof. begin. close (N1_decrease n t f grad L alpha eta eps Q x). Qed.
