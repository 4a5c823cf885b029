(* Steps that vanish and whose sum does not: T8's limit inferior. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Tanh Direction Descent Schedules.
Open Scope R_scope.

Lemma h_increases eps w z : 0 <= eps -> 0 < w <= z -> h eps w <= h eps z.
Proof.
  intros He Hw. pose proof (h_tangent eps He w z ltac:(lra) ltac:(lra)) as H.
  assert (0 <= w * (w + 2 * eps) / ((w + eps) * (w + eps)) * (z - w)); [|lra].
  apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; [apply Rmult_le_pos; lra|].
  left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra.
Qed.

(* what gains at least c eta from step k on gains without bound *)
Lemma sum_from (w eta : nat -> R) c k : (forall t, (k <= t)%nat -> c * eta t <= w t) ->
  forall j, sum k w + c * (sum (k + j) eta - sum k eta) <= sum (k + j) w.
Proof.
  intros H. induction j as [|j IH]; [rewrite Nat.add_0_r; lra|].
  rewrite Nat.add_succ_r. simpl sum. pose proof (H (k + j)%nat ltac:(lia)). lra.
Qed.

Theorem T8_liminf n f grad L low alpha eps eta x : (0 < n)%nat -> 0 < alpha -> (forall s, 0 < eta s) -> 0 <= eps ->
  0 < L -> smooth n f grad L -> below f low -> scheduled n grad alpha eta eps x ->
  (forall e, 0 < e -> exists k, forall t, (k <= t)%nat -> eta t < e) ->
  (forall c, exists m, c < sum m eta) -> liminf_is_zero (fun t => norm n (grad (x t))).
Proof.
  intros Hn Ha Heta Heps HL Hsmooth Hlow Hrun Hsmall Hlarge delta t0 Hdelta.
  set (N := fun t => norm n (grad (x t))).
  destruct (Classical_Prop.classic (exists t, (t0 <= t)%nat /\ N t < delta)) as [H|H]; [exact H|exfalso].
  assert (Hbig : forall t, (t0 <= t)%nat -> delta <= N t).
  { intros t Ht. apply Rnot_lt_le. intros C. apply H. exists t. split; assumption. }
  set (t1 := tanh alpha). assert (Ht1 : 0 < t1) by (apply tanh_alpha_pos, Ha).
  set (C := L * M alpha n). assert (HC : 0 < C) by (apply Rmult_lt_0_compat; [exact HL | apply M_pos; assumption]).
  assert (Hh : 0 < h eps delta) by (apply Rdiv_lt_0_compat; [apply pow_lt, Hdelta | lra]).
  set (c := t1 * h eps delta / 2). assert (Hc : 0 < c) by (unfold c; apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; assumption | lra]).
  destruct (Hsmall (2 * c / C) ltac:(apply Rdiv_lt_0_compat; lra)) as [k1 Hk1].
  set (k := Nat.max t0 k1). set (w := fun t => eta t * (t1 * h eps (N t)) - C * eta t ^ 2 / 2).
  assert (Hstep : forall t, w t <= f (x t) - f (x (S t))).
  { intros t. set (d := squash alpha eps n (grad (x t))).
    pose proof (descent_step n f grad L (eta t) (x t) (x (S t)) d Hsmooth (Hrun t)) as H1.
    pose proof (alphagrad_L1_M alpha eps n (grad (x t)) Ha Heps Hn) as H2. fold d in H2.
    pose proof (alphagrad_lemma_2 alpha eps n (grad (x t)) Ha Heps) as H3. fold d t1 in H3. fold (N t) in H3.
    pose proof (Heta t) as He. apply Rmult_le_compat_l with (r := eta t) in H3; [|lra].
    apply Rmult_le_compat_l with (r := L * eta t ^ 2 / 2) in H2;
      [|apply Rmult_le_pos; [apply Rmult_le_pos; [lra | apply pow2_ge_0] | lra]].
    unfold w, C. lra. }
  assert (Hfrom : forall t, (k <= t)%nat -> c * eta t <= w t).
  { intros t Ht. pose proof (Heta t) as He. pose proof (Hk1 t ltac:(lia)) as He2.
    pose proof (h_increases eps delta (N t) Heps (conj Hdelta (Hbig t ltac:(lia)))) as H1.
    assert (H2 : C * eta t <= 2 * c).
    { apply Rmult_lt_compat_l with (r := C) in He2; [|exact HC]. replace (C * (2 * c / C)) with (2 * c) in He2 by (field; lra). lra. }
    assert (H3 : eta t * (t1 * h eps delta) <= eta t * (t1 * h eps (N t))).
    { apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; lra. }
    apply Rmult_le_compat_l with (r := eta t / 2) in H2; [|lra].
    unfold w. replace (t1 * h eps delta) with (2 * c) in H3 by (unfold c; field). lra. }
  set (top := (f (x O) - low - sum k w) / c + sum k eta).
  assert (Hbound : forall m, sum m eta <= Rmax top (sum k eta)).
  { intros m. destruct (Nat.le_gt_cases k m) as [Hm|Hm].
    - apply Rle_trans with (2 := Rmax_l _ _). replace m with (k + (m - k))%nat by lia. set (j := (m - k)%nat).
      pose proof (sum_from w eta c k Hfrom j) as H1.
      assert (H2 : sum (k + j) w <= f (x O) - low).
      { apply Rle_trans with (sum (k + j) (fun t => f (x t) - f (x (S t)))); [apply sum_le; intros; apply Hstep|].
        rewrite (sum_telescope (k + j) (fun t => f (x t))). pose proof (Hlow (x (k + j)%nat)). lra. }
      unfold top. apply Rmult_le_reg_l with c; [exact Hc|].
      replace (c * ((f (x O) - low - sum k w) / c + sum k eta)) with (f (x O) - low - sum k w + c * sum k eta) by (field; lra). lra.
    - apply Rle_trans with (2 := Rmax_r _ _). replace k with (m + (k - m))%nat by lia.
      pose proof (sum_from eta eta 1 m ltac:(intros; lra) (k - m)) as H1. 
      assert (0 <= sum (m + (k - m)) eta - sum m eta); [|lra].
      clear H1. induction (k - m)%nat as [|j IH]; [rewrite Nat.add_0_r; lra|].
      rewrite Nat.add_succ_r. simpl sum. pose proof (Heta (m + j)%nat). lra. }
  destruct (Hlarge (Rmax top (sum k eta))) as [m Hm]. pose proof (Hbound m). lra.
Qed.
