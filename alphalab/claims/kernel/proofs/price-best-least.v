From AlphaLab Require Import Values Closing.
Proof. begin. close (price_above alpha Q n). Qed.
