From AlphaLab Require Import Direction Closing.
Proof. begin. close (alphagrad_L4 alpha eps n g). Qed.
