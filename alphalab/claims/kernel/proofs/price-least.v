From AlphaLab Require Import Values Closing.
Proof. begin. close (M_above alpha n). Qed.
