From AlphaLab Require Import Direction Closing.
Proof. begin. close (alphagrad_L1_M alpha eps n g). Qed.
