From AlphaLab Require Import Schedules Closing.
Proof. begin. close (T8_summed n T f grad L f_inf alpha eps eta x). Qed.
