From AlphaLab Require Import Direction Closing.
Proof. begin. close (alphagrad_L1_upper alpha eps n g). Qed.
