From AlphaLab Require Import Cycle Orbits Closing.
Proof.
  begin. assert (He : 0 < eps) by assumption.
  destruct (root_exists L alpha eta eps) as [a [Ha Ea]]; try assumption.
  exists a. split; [split; assumption|]. split; [|split].
  - intros b [Hb Eb]. symmetry. apply (root_unique L alpha eta eps); assumption.
  - intros z Hz Hz0. assert (Hs : forall k, (-1) ^ k = 1 \/ (-1) ^ k = -1).
    { induction k as [|k [E|E]]; simpl; [left | right | left]; rewrite ?E; lra. }
    assert (Hla : 0 < L * a) by (apply Rmult_lt_0_compat; assumption).
    induction k as [|k IH]; [rewrite Hz0; simpl; ring|].
    rewrite (Hz k O) by lia. unfold squash. rewrite norm_one, IH. simpl. destruct (Hs k) as [-> | ->].
    + replace (L * (1 * a)) with (L * a) by ring. rewrite Rabs_pos_eq, <- Ea by lra. ring.
    + replace (L * (-1 * a)) with (- (L * a)) by ring. rewrite Rabs_Ropp, Rabs_pos_eq by lra.
      replace (alpha * (- (L * a) / (L * a + eps))) with (- (alpha * (L * a / (L * a + eps)))) by (field; lra).
      rewrite tanh_odd. replace (eta * - tanh (alpha * (L * a / (L * a + eps)))) with (- (2 * a)) by (rewrite Ea; ring). ring.
  - apply (root_bracket L alpha eta eps); assumption.
Qed.
