From AlphaLab Require Import Values Closing.
Proof. begin. close (largest_component n (squash alpha eps n g) peak). Qed.
