From AlphaLab Require Import Remarks Closing.
Proof. begin. apply component_below_1. Qed.
