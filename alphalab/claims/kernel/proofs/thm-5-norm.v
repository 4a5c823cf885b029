From AlphaLab Require Import Refuted Closing.
Proof. (* x^T A x/2, A = ((1, -2), (-2, 5)), L = 6, eps = 25, alpha = 25 ln 3, gradient (24, 7) *)
  begin. intro C. pose proof ln3_pos. pose proof tilted_smooth. destruct tilted_escapes as [E H1].
  set (start := fun i => match i with O => 134 | S _ => 55 end) in *.
  pose proof (C 2%nat 0%nat (25 * ln 3) (/ (6 * ln 3)) 25 6 tilted tilted_slope _
    ltac:(lia) ltac:(lra) ltac:(positive) ltac:(lra) ltac:(lra) (run_runs 2 tilted_slope (25 * ln 3) (/ (6 * ln 3)) 25 start)
    ltac:(assumption) ltac:(right; field; lra) ltac:(right; exact E)) as K.
  lra.
Qed.
