From AlphaLab Require Import Direction Closing.
Proof. begin. close (alphagrad_lemma_2 alpha eps n g). Qed.
