From AlphaLab Require Import Remarks Closing.
Proof. begin. close (gamma_near alpha eps T (fun t => norm n (grad (x t)))). Qed.
