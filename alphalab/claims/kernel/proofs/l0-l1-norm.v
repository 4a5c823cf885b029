From AlphaLab Require Import Others Closing.
From AlphaLab Require claim_l0_l1 claim_lemma_4_sharp.
Proof.
  red. intros.
  assert (HA : mean T (fun t => dot n (g t) (squash alpha eps n (g t)))
    <= (L0 * eta * (INR n * tanh (alpha / sqrt (INR n)) ^ 2) / 2 + Delta / (INR T * eta)) / (1 - theta / 2)).
  { apply (claim_l0_l1.checked n T alpha eta eps L0 L1 Q f_inf f grad x); assumption. }
  assert (Ht : 0 < tanh alpha) by (apply tanh_alpha_pos; assumption).
  assert (HN : forall t, (t < T)%nat -> N t <= dot n (g t) (squash alpha eps n (g t)) / tanh alpha + eps).
  { intros t _. apply (claim_lemma_4_sharp.checked n alpha eps (g t)); assumption. }
  pose proof (mean_by_alignment T N _ (tanh alpha) eps _ ltac:(assumption) Ht HN HA) as K.
  apply (same_sides _ _ _ _ K); [reflexivity|]. unfold theta, M, Delta in *. field. repeat split; nonzero.
Qed.
