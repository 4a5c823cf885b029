From AlphaLab Require Import Direction Closing.
Proof. begin. close (alphagrad_L3 alpha eps n g). Qed.
