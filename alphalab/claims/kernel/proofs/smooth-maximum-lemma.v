From AlphaLab Require Import OneNorm Closing.
Proof. begin. close (one_norm_lemma alpha eps W n g). Qed.
