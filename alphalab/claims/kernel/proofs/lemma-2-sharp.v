From AlphaLab Require Import Direction Closing.
Proof. begin. close (alphagrad_L2_lower alpha eps n g). Qed.
