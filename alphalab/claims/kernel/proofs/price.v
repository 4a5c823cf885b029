From AlphaLab Require Import Values Closing.
Proof. begin. close (M_below alpha n). Qed.
