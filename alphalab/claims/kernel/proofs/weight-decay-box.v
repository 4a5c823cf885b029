From AlphaLab Require Import Methods Closing.
Proof.
  red. intros.
  match goal with |- Rabs ?u - _ <= _ => assert (Step : Rabs u <= (1 - eta * w) * Rabs (y i) + eta * tanh alpha) end.
  - unfold Rminus at 1. apply Rle_trans with (1 := Rabs_triang _ _). apply Rplus_le_compat.
    + rewrite Rabs_mult, (Rabs_pos_eq (1 - eta * w)) by lra. lra.
    + rewrite Rabs_Ropp, Rabs_mult, (Rabs_pos_eq eta) by lra. apply Rmult_le_compat_l; [lra|].
      apply (largest n (fun _ => v) alpha eps (fun _ => v)); (assumption || exact O).
  - assert (Out : Rabs (y i) <= tanh alpha / w + Rmax 0 (top - tanh alpha / w)).
    { match goal with Top : forall k, _ -> Rabs (y k) <= top |- _ => pose proof (Top i ltac:(assumption)) end.
      pose proof (Rmax_r 0 (top - tanh alpha / w)). lra. }
    apply Rmult_le_compat_l with (r := 1 - eta * w) in Out; [|lra].
    replace ((1 - eta * w) * (tanh alpha / w + Rmax 0 (top - tanh alpha / w)))
      with (tanh alpha / w - eta * tanh alpha + (1 - eta * w) * Rmax 0 (top - tanh alpha / w)) in Out by (field; lra).
    lra.
Qed.
