From AlphaLab Require Import Limit Closing.
Proof.
  begin. pose proof (T3_limit n t f grad L alpha eta eps x f_star mu) as K. cbv beta zeta in K. premises K.
  assert (Hn : 0 < INR n) by positive. assert (0 < tanh alpha) by positive. assert (0 < sqrt mu) by positive.
  apply Rle_trans with (1 := K). right. unfold M.
  match goal with |- Rmax ?a (Rmax ?b ?c) = Rmax ?a' (Rmax ?b' ?c') =>
    replace a' with a by algebra; replace b' with b by algebra; replace c' with c by ring
  end.
  reflexivity.
Qed.
