From AlphaLab Require Import Sums Closing.
Proof.
  red. intros eta eps L Heta Heps HL b1 b2 Hb1 Hb2 root Hc.
  assert (Hp : 0 < root).
  { unfold root. apply Rmult_lt_compat_r with (r := (1 - b1) / (2 * (1 + b1))) in Hc; [|apply Rdiv_lt_0_compat; lra].
    replace (2 * eps * (1 + b1) / (L * (1 - b1)) * ((1 - b1) / (2 * (1 + b1)))) with (eps / L) in Hc by (field; lra).
    replace (eta * ((1 - b1) / (2 * (1 + b1)))) with (eta * (1 - b1) / (2 * (1 + b1))) in Hc by (field; lra). lra. }
  split; [exact Hp|]. intros y p q Hy Hp0 Hq0 Hrun.
  assert (Hpow : forall k, (-1) ^ k * (-1) ^ k = 1).
  { intros k. rewrite <- Rpow_mult_distr. replace (-1 * -1) with 1 by ring. apply pow1. }
  assert (Habs : forall k, Rabs ((-1) ^ k) = 1).
  { intros k. rewrite <- RPow_abs. replace (Rabs (-1)) with 1 by (rewrite Rabs_left; lra). apply pow1. }
  assert (HLr : 0 < L * root) by (apply Rmult_lt_0_compat; assumption).
  assert (Hroot : eta * ((1 - b1) / (1 + b1)) * (L * root) = 2 * root * (L * root + eps)).
  { unfold root. field. lra. }
  intros k. induction k as [|k [IH1 [IH2 IH3]]].
  - destruct (Hrun O) as [E1 [E2 _]]. rewrite E1, E2, Hp0, Hq0, Hy. simpl. repeat split; [ring | field; lra | ring].
  - destruct (Hrun k) as [_ [_ E3]]. destruct (Hrun (S k)) as [E1 [E2 _]].
    assert (Ek : y (S k) = (-1) ^ S k * root).
    { rewrite E3, IH2, IH3, IH1.
      replace (sqrt ((L * ((-1) ^ k * root)) ^ 2)) with (L * root).
      - replace (eta * ((1 - b1) / (1 + b1) * (L * ((-1) ^ k * root)))) with ((-1) ^ k * (2 * root * (L * root + eps)))
          by (rewrite <- Hroot; ring).
        simpl. field. lra.
      - replace ((L * ((-1) ^ k * root)) ^ 2) with ((-1) ^ k * (-1) ^ k * ((L * root) * (L * root))) by ring.
        rewrite Hpow, Rmult_1_l, sqrt_square; lra. }
    split; [exact Ek|]. rewrite E1, E2, IH2, IH3, IH1, Ek. simpl. split; [field; lra | ring].
Qed.
