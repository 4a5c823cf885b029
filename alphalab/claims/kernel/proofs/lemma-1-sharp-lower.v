From AlphaLab Require Import Direction Closing.
Proof. begin. close (alphagrad_L1_lower alpha eps n g). Qed.
