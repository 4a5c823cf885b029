From AlphaLab Require Import Values Closing.
Proof. begin. close (rho_below alpha n). Qed.
