(* One step: T3*, T4*, T5* and what they give together with Polyak-Lojasiewicz; thm-3-sharp, thm-4-*, thm-5-*. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Descent.
Open Scope R_scope.

Section Step.
Variables (n : nat) (f : vec -> R) (grad : vec -> vec) (L alpha eta eps : R) (x : nat -> vec) (t : nat) (f_star mu : R).
Hypotheses (Hn : (0 < n)%nat) (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L).
Hypotheses (Hsmooth : smooth n f grad L) (Hrun : alphagrad n grad alpha eta eps x).
Let g := grad (x t).
Let d := squash alpha eps n g.
Let N := norm n g.
Let I := dot n g d.
Let Q := dot n d d.

Lemma step_decrease : f (x (S t)) <= f (x t) - eta * I + L * eta ^ 2 / 2 * Q.
Proof. exact (descent_step n f grad L eta (x t) (x (S t)) d Hsmooth (Hrun t)). Qed.

Lemma half_positive : 0 <= L * eta ^ 2 / 2.
Proof. apply Rmult_le_pos; [apply Rmult_le_pos; [lra | apply pow2_ge_0] | lra]. Qed.

Lemma N_nonneg' : 0 <= N.
Proof. apply norm_nonneg. Qed.
Lemma I_nonneg : 0 <= I.
Proof. apply alphagrad_inner_nonneg; assumption. Qed.

(* either N + eps > 0 or nothing moves *)
Lemma moves : 0 < N + eps \/ (N = 0 /\ I = 0).
Proof.
  destruct (at_rest_or_not (fun z => tanh (alpha * z)) eps n g (tanh_family alpha Ha) Heps) as [H|[H [_ [_ H1]]]].
  - left. exact H.
  - right. split; [exact H | exact H1].
Qed.

(* T4*: with any share of <g,g'> that bounds ||g'||^2 *)
Lemma decrease_with share : Q <= share * I -> eta * I * (1 - L * eta * share / 2) <= f (x t) - f (x (S t)).
Proof.
  intros H. pose proof step_decrease as H1. apply Rmult_le_compat_l with (1 := half_positive) in H.
  replace (eta * I * (1 - L * eta * share / 2)) with (eta * I - L * eta ^ 2 / 2 * (share * I)) by field. lra.
Qed.

Lemma L3_share : Q <= alpha / (N + eps) * I.
Proof.
  pose proof (alphagrad_L3 alpha eps n g Ha Heps) as H. fold d N I Q in H.
  replace (alpha / (N + eps) * I) with (alpha * I / (N + eps)) by (unfold Rdiv; ring). exact H.
Qed.

Theorem T4_decrease : eta * I * (1 - L * alpha * eta / (2 * N + 2 * eps)) <= f (x t) - f (x (S t)).
Proof.
  apply Rle_trans with (2 := decrease_with _ L3_share). right.
  destruct moves as [H|[_ ->]]; [field; lra | ring].
Qed.

(* T5*: eps >= alpha L eta gives half the first-order decrease, from anywhere *)
Theorem T5_decrease : alpha * L * eta <= eps -> eta * I / 2 <= f (x t) - f (x (S t)).
Proof.
  intros Hs. apply Rle_trans with (2 := T4_decrease). pose proof N_nonneg'.
  assert (0 < alpha * L * eta) by (repeat apply Rmult_lt_0_compat; assumption).
  assert (Hr : L * alpha * eta / (2 * N + 2 * eps) <= / 2).
  { apply Rmult_le_reg_r with (2 * (N + eps)); [lra|].
    replace (L * alpha * eta / (2 * N + 2 * eps) * (2 * (N + eps))) with (alpha * L * eta) by (field; lra). lra. }
  replace (eta * I / 2) with (eta * I * (1 - / 2)) by field.
  apply Rmult_le_compat_l; [apply Rmult_le_pos; [lra | apply I_nonneg] | lra].
Qed.

(* what a step gains at least: T4* and Lemma 2 *)
Lemma gain : 0 <= 2 * N + 2 * eps - L * alpha * eta ->
  eta * tanh alpha * N ^ 2 * (2 * N + 2 * eps - L * alpha * eta) / (2 * (N + eps) ^ 2) <= f (x t) - f (x (S t)).
Proof.
  intros Hp. apply Rle_trans with (2 := T4_decrease). pose proof N_nonneg'.
  destruct moves as [H0|[E1 E2]].
  - pose proof (alphagrad_lemma_2 alpha eps n g Ha Heps) as H2. fold d N I in H2.
    replace (eta * I * (1 - L * alpha * eta / (2 * N + 2 * eps)))
      with (I * (eta * ((2 * N + 2 * eps - L * alpha * eta) / (2 * (N + eps))))) by (field; lra).
    replace (eta * tanh alpha * N ^ 2 * (2 * N + 2 * eps - L * alpha * eta) / (2 * (N + eps) ^ 2))
      with (tanh alpha * h eps N * (eta * ((2 * N + 2 * eps - L * alpha * eta) / (2 * (N + eps)))))
      by (unfold h; field; lra).
    apply Rmult_le_compat_r; [|exact H2].
    apply Rmult_le_pos; [lra|]. apply Rmult_le_pos; [exact Hp | left; apply Rinv_0_lt_compat; lra].
  - rewrite E1, E2. right. unfold Rdiv. ring.
Qed.

(* that gain increases with N *)
Lemma gain_increases w z : 0 <= w <= z -> 0 <= 2 * w + 2 * eps - L * alpha * eta ->
  w ^ 2 * (2 * w + 2 * eps - L * alpha * eta) / (2 * (w + eps) ^ 2)
  <= z ^ 2 * (2 * z + 2 * eps - L * alpha * eta) / (2 * (z + eps) ^ 2).
Proof.
  intros Hw Hp.
  assert (0 < L * alpha * eta) by (repeat apply Rmult_lt_0_compat; assumption).
  assert (Hwe : 0 < w + eps) by lra. assert (Hze : 0 < z + eps) by lra.
  set (p := 2 * w + 2 * eps - L * alpha * eta) in *.
  replace (2 * z + 2 * eps - L * alpha * eta) with (p + 2 * (z - w)) by (unfold p; ring).
  assert (Hr : 0 <= w / (w + eps)) by (apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat, Hwe]).
  assert (Hr2 : w / (w + eps) <= z / (z + eps)).
  { apply Rmult_le_reg_r with ((w + eps) * (z + eps)); [apply Rmult_lt_0_compat; assumption|].
    replace (w / (w + eps) * ((w + eps) * (z + eps))) with (w * (z + eps)) by (field; lra).
    replace (z / (z + eps) * ((w + eps) * (z + eps))) with (z * (w + eps)) by (field; lra). nra. }
  replace (w ^ 2 * p / (2 * (w + eps) ^ 2)) with (w / (w + eps) * (w / (w + eps)) * (p / 2)) by (field; lra).
  replace (z ^ 2 * (p + 2 * (z - w)) / (2 * (z + eps) ^ 2))
    with (z / (z + eps) * (z / (z + eps)) * ((p + 2 * (z - w)) / 2)) by (field; lra).
  apply Rmult_le_compat; [apply Rmult_le_pos; assumption | lra | apply Rmult_le_compat; assumption | lra].
Qed.

(* N^2 <= 2 L delta: a step g/L gains N^2/(2L) and cannot pass below f* *)
Lemma norm_by_value (low : R) (y : vec) : below f low -> norm n (grad y) ^ 2 <= 2 * L * (f y - low).
Proof.
  intros Hb. set (z := fun i => y i - / L * grad y i).
  pose proof (descent_step n f grad L (/ L) y z (grad y) Hsmooth ltac:(intros; reflexivity)) as H.
  pose proof (Hb z) as H1. rewrite pow2, norm_sq.
  replace (f y - / L * dot n (grad y) (grad y) + L * (/ L) ^ 2 / 2 * dot n (grad y) (grad y))
    with (f y - dot n (grad y) (grad y) * / (2 * L)) in H by (field; lra).
  assert (H2 : dot n (grad y) (grad y) * / (2 * L) <= f y - low) by lra.
  apply Rmult_le_compat_l with (r := 2 * L) in H2; [|lra].
  replace (2 * L * (dot n (grad y) (grad y) * / (2 * L))) with (dot n (grad y) (grad y)) in H2 by (field; lra). exact H2.
Qed.

Section Lojasiewicz.
Hypotheses (Hmu : 0 < mu) (Hlow : below f f_star) (HPL : lojasiewicz n f grad f_star mu).
Let delta := f (x t) - f_star.

Lemma delta_nonneg : 0 <= delta.
Proof. pose proof (Hlow (x t)). unfold delta. lra. Qed.

Lemma PL_norm : sqrt 2 * sqrt delta * sqrt mu <= N.
Proof.
  pose proof delta_nonneg. pose proof (HPL (x t)) as H1. fold g N delta in H1. pose proof N_nonneg'.
  apply Rsqr_incr_0_var; [|assumption]. unfold Rsqr.
  replace (sqrt 2 * sqrt delta * sqrt mu * (sqrt 2 * sqrt delta * sqrt mu))
    with ((sqrt 2 * sqrt 2) * (sqrt delta * sqrt delta) * (sqrt mu * sqrt mu)) by ring.
  rewrite !sqrt_sqrt by lra. lra.
Qed.

Lemma PL_square : (sqrt 2 * sqrt delta * sqrt mu) ^ 2 = 2 * delta * mu.
Proof.
  pose proof delta_nonneg.
  replace ((sqrt 2 * sqrt delta * sqrt mu) ^ 2)
    with ((sqrt 2 * sqrt 2) * (sqrt delta * sqrt delta) * (sqrt mu * sqrt mu)) by ring.
  rewrite !sqrt_sqrt by lra. ring.
Qed.

Theorem T3_step : f (x (S t)) - f_star <=
  delta - eta * tanh alpha * (sqrt 2 * sqrt delta * sqrt mu - eps) + L * eta ^ 2 / 2 * M alpha n.
Proof.
  pose proof step_decrease as H. pose proof (tanh_alpha_pos alpha Ha) as Ht.
  pose proof (alphagrad_L1_M alpha eps n g Ha Heps Hn) as H1. fold d Q in H1.
  pose proof (alphagrad_L4 alpha eps n g Ha Heps) as H4. fold d N I in H4.
  apply Rmult_le_compat_l with (1 := half_positive) in H1.
  pose proof PL_norm.
  assert (Hi : tanh alpha * (sqrt 2 * sqrt delta * sqrt mu - eps) <= I).
  { apply Rle_trans with (tanh alpha * (I / tanh alpha)); [apply Rmult_le_compat_l; lra | right; field; lra]. }
  apply Rmult_le_compat_l with (r := eta) in Hi; [|lra]. unfold delta in *. lra.
Qed.

Theorem T4_rate : eta <= 2 * eps / (alpha * L) -> let w := sqrt 2 * sqrt delta * sqrt mu in
  f (x (S t)) - f_star
  <= delta * (1 - eta * mu * (2 * w + 2 * eps - L * alpha * eta) * tanh alpha / (w + eps) ^ 2).
Proof.
  intros Ht w. pose proof PL_norm as HN. fold w in HN. pose proof PL_square as Hw2. fold w in Hw2.
  assert (Hal : 0 < alpha * L) by (apply Rmult_lt_0_compat; assumption).
  assert (Hal2 : 0 < L * alpha * eta) by (repeat apply Rmult_lt_0_compat; assumption).
  assert (Hp : L * alpha * eta <= 2 * eps).
  { apply Rmult_le_compat_r with (r := alpha * L) in Ht; [|lra].
    replace (2 * eps / (alpha * L) * (alpha * L)) with (2 * eps) in Ht by (field; lra). lra. }
  assert (Hw0 : 0 <= w) by (unfold w; repeat apply Rmult_le_pos; apply sqrt_pos).
  pose proof (gain_increases w N ltac:(lra) ltac:(lra)) as H1.
  pose proof (gain ltac:(lra)) as H2. pose proof (tanh_alpha_pos alpha Ha) as Hta.
  apply Rmult_le_compat_l with (r := eta * tanh alpha) in H1; [|apply Rmult_le_pos; lra].
  replace (eta * tanh alpha * (N ^ 2 * (2 * N + 2 * eps - L * alpha * eta) / (2 * (N + eps) ^ 2)))
    with (eta * tanh alpha * N ^ 2 * (2 * N + 2 * eps - L * alpha * eta) / (2 * (N + eps) ^ 2)) in H1 by (unfold Rdiv; ring).
  assert (E : eta * tanh alpha * (w ^ 2 * (2 * w + 2 * eps - L * alpha * eta) / (2 * (w + eps) ^ 2))
    = delta * (eta * mu * (2 * w + 2 * eps - L * alpha * eta) * tanh alpha / (w + eps) ^ 2)).
  { rewrite Hw2. field. lra. }
  rewrite E in H1. unfold delta in *. lra.
Qed.

Theorem T5_rate : eps = alpha * L * eta -> let r := N / (N + eps) in
  f (x (S t)) - f_star <= delta * (1 - mu * (1 - r) * tanh (alpha * r) / (L * alpha * r)).
Proof.
  intros He r. assert (Hal : 0 < alpha * L * eta) by (repeat apply Rmult_lt_0_compat; assumption).
  pose proof N_nonneg' as HN. pose proof delta_nonneg as Hd.
  pose proof (T5_decrease ltac:(lra)) as H5. pose proof (HPL (x t)) as HP. fold g N delta in HP.
  pose proof (alphagrad_L2_lower alpha eps n g Ha Heps) as H2. fold d N I r in H2.
  destruct HN as [HN|HN].
  - assert (Hr : 0 < r) by (apply Rdiv_lt_0_compat; lra).
    pose proof (tanh_scaled_nonneg alpha Ha r ltac:(lra)) as Hth.
    (* eta = N (1 - r)/(r alpha L) *)
    assert (E1 : eta * N = N ^ 2 * ((1 - r) / (r * (alpha * L)))).
    { unfold r. rewrite He. field. repeat split; nra. }
    assert (Hk : 0 <= (1 - r) / (r * (alpha * L)) * tanh (alpha * r)).
    { apply Rmult_le_pos; [|exact Hth]. apply Rmult_le_pos.
      - unfold r. replace (1 - N / (N + eps)) with (eps / (N + eps)) by (field; lra).
        left. apply Rdiv_lt_0_compat; lra.
      - left. apply Rinv_0_lt_compat. apply Rmult_lt_0_compat; [exact Hr | apply Rmult_lt_0_compat; assumption]. }
    apply Rmult_le_compat_r with (1 := Hk) in HP.
    apply Rmult_le_compat_l with (r := eta / 2) in H2; [|lra].
    replace (eta / 2 * (N * tanh (alpha * r))) with (eta * N * tanh (alpha * r) / 2) in H2 by field.
    rewrite E1 in H2.
    replace (delta * (1 - mu * (1 - r) * tanh (alpha * r) / (L * alpha * r)))
      with (delta - 2 * mu * delta * ((1 - r) / (r * (alpha * L)) * tanh (alpha * r)) / 2) by (field; lra).
    unfold delta in *. lra.
  - rewrite <- HN in HP. assert (delta = 0) by nra. rewrite H.
    assert (0 <= eta * I / 2) by (pose proof I_nonneg; apply Rmult_le_pos; [apply Rmult_le_pos; lra | lra]).
    unfold delta in *. lra.
Qed.
End Lojasiewicz.

Theorem T5_set : alpha * L * eta <= eps -> f (x t) - f_star <= eps ^ 2 / (2 * L) ->
  f (x (S t)) - f_star <= eps ^ 2 / (2 * L).
Proof.
  intros Hs H. pose proof (T5_decrease Hs) as H5.
  assert (0 <= eta * I / 2) by (pose proof I_nonneg; apply Rmult_le_pos; [apply Rmult_le_pos; lra | lra]). lra.
Qed.
End Step.
