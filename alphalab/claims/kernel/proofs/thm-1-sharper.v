From AlphaLab Require Import Rates Closing.
Proof.
  begin. subst f_star. pose proof (T1_sharper n T f grad L f_inf alpha eta eps x x_star D) as K.
  cbv beta zeta in K. premises K.
  match type of K with context [Rmin _ ?Z] => match goal with |- context [Rmin (D * L) ?Y] =>
    replace (Rmin (D * L) Y) with (Rmin (L * D) Z) by (f_equal; equal)
  end end.
  exact K.
Qed.
