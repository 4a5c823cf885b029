From AlphaLab Require Import Remarks Closing.
Proof.
  begin. split.
  - split; [apply alphagrad_L1_M; assumption | apply M_below; assumption].
  - intros k ->. assert (0 < sqrt (INR n)) by positive.
    replace (k * sqrt (INR n) / sqrt (INR n)) with k by (field; lra). reflexivity.
Qed.
