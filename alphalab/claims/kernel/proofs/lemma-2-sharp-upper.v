From AlphaLab Require Import Direction Closing.
Proof. begin. close (alphagrad_L2_upper alpha eps n g). Qed.
