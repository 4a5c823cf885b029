From AlphaLab Require Import Descent Closing.
Proof.
  begin. match goal with H : below f f_inf |- _ => pose proof (H (x O)) end.
  match goal with |- ?b / 2 + sqrt _ / 2 <= eps + ?b =>
    assert (0 <= b) by positive; close (h_inverse_le eps ltac:(assumption) b)
  end.
Qed.
