From AlphaLab Require Import Vanishing Closing.
Proof. begin. pose proof (T8_liminf n f grad L f_inf alpha eps eta x) as K. premises K. exact K. Qed.
