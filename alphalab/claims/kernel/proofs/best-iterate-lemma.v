From AlphaLab Require Import Price Closing.
Proof. begin. close (price_lemma alpha eps Q n g). Qed.
