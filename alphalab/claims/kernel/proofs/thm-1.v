From AlphaLab Require Import Rates Closing.
Proof.
  begin. subst f_star. set (gamma_min := minimum T _) in *.
  assert (forall t, (t < T)%nat -> gamma_min <= tanh alpha * (norm n (grad (x t)) / (norm n (grad (x t)) + eps)))
    by (intros; exact (minimum_le T _ t ltac:(assumption))).
  close (thm_1 n T f grad L (f x_star) alpha eta eps x x_star D gamma_min).
Qed.
