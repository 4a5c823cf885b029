From AlphaLab Require Import Remarks Closing.
Proof. begin. split; [apply alphagrad_L1_M; assumption | apply M_below; assumption]. Qed.
