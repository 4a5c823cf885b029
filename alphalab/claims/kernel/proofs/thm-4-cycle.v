From AlphaLab Require Import Cycle Closing.
Proof.
  begin. assert (He : 0 < eps) by assumption.
  destruct (root_exists L alpha eta eps) as [a [Ha Ea]]; try assumption.
  exists a. repeat split; try assumption.
  - intros b [Hb Eb]. symmetry. apply (root_unique L alpha eta eps); assumption.
  - apply (root_bracket L alpha eta eps); assumption.
  - apply (root_bracket L alpha eta eps); assumption.
Qed.
