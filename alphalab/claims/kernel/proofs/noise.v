From AlphaLab Require Import Noise Closing.
Proof.
  begin. pose proof (N4_rate n T f grad L f_inf alpha eta eps x xi) as K. cbv beta zeta in K. premises K.
  rewrite (root_M alpha n) in K by assumption. apply (same_sides _ _ _ _ K); equal.
Qed.
