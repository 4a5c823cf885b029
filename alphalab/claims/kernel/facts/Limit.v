(* Where a constant step ends under Polyak-Lojasiewicz, thm-3-limit. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Descent Steps.
Open Scope R_scope.

Section Limit.
Variables (n t : nat) (f : vec -> R) (grad : vec -> vec) (L alpha eta eps : R) (x : nat -> vec) (f_star mu : R).
Hypotheses (Hn : (0 < n)%nat) (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L) (Hmu : 0 < mu).
Hypotheses (Hsmooth : smooth n f grad L) (Hlow : below f f_star) (HPL : lojasiewicz n f grad f_star mu).
Hypothesis Hrun : alphagrad n grad alpha eta eps x.
Let delta s := f (x s) - f_star.
Let e := L * eta * M alpha n / (2 * tanh alpha) + eps.
Let A := sqrt 2 * eta * sqrt mu * tanh alpha.
Let root := sqrt 2 * e / (2 * sqrt mu).                 (* sqrt(delta_inf) *)
Let low := e ^ 2 / (2 * mu).                            (* delta_inf *)
Let c := L * eta ^ 2 * M alpha n / 2 + eta * eps * tanh alpha.
Let q := Rmax 0 (1 - A / (sqrt (delta O) + root)).
Let m := Rmax c low.

Theorem T3_limit : delta (S t) <= Rmax c (Rmax low (low + (delta O - low) * q ^ S t)).
Proof.
  pose proof (tanh_alpha_pos alpha Ha) as Ht. pose proof (M_pos alpha n Hn Ha) as HM.
  pose proof (sqrt_lt_R0 mu Hmu) as Hsm. pose proof (sqrt_lt_R0 2 ltac:(lra)) as Hs2.
  pose proof (sqrt_sqrt mu ltac:(lra)) as Em. pose proof (sqrt_sqrt 2 ltac:(lra)) as E2.
  assert (He : 0 < e).
  { unfold e. apply Rplus_lt_le_0_compat; [|exact Heps]. apply Rdiv_lt_0_compat; [|lra].
    apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; assumption | exact HM]. }
  assert (HA : 0 < A) by (unfold A; apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat|]|]; assumption).
  assert (Hroot : 0 < root) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; assumption | lra]).
  assert (Elow : root * root = low).
  { unfold root, low. replace (sqrt 2 * e / (2 * sqrt mu) * (sqrt 2 * e / (2 * sqrt mu)))
      with ((sqrt 2 * sqrt 2) * e ^ 2 / (4 * (sqrt mu * sqrt mu))) by (field; lra). rewrite E2, Em. field. lra. }
  assert (Ec : A * root = c).
  { unfold A, root. replace (sqrt 2 * eta * sqrt mu * tanh alpha * (sqrt 2 * e / (2 * sqrt mu)))
      with ((sqrt 2 * sqrt 2) * eta * tanh alpha * e / 2) by (field; lra). rewrite E2. unfold e, c. field. lra. }
  assert (Hstep : forall s, delta (S s) <= sqrt (delta s) * sqrt (delta s) - A * sqrt (delta s) + c /\ 0 <= delta s).
  { intros s. pose proof (T3_step n f grad L alpha eta eps x s f_star mu Hn Ha Heta Heps HL Hsmooth Hrun Hmu Hlow HPL) as H.
    cbv zeta in H. change (f (x (S s)) - f_star) with (delta (S s)) in H. change (f (x s) - f_star) with (delta s) in H.
    assert (H0 : 0 <= delta s) by (pose proof (Hlow (x s)); unfold delta; lra). split; [|exact H0].
    rewrite (sqrt_sqrt _ H0). unfold A, c. lra. }
  assert (Hq : 0 <= q) by apply Rmax_l.
  assert (Hm1 : c <= m) by apply Rmax_l. assert (Hm2 : low <= m) by apply Rmax_r.
  (* from p = sqrt(delta) <= root the step stays below m; beyond it F = p^2 - A (p - root) *)
  assert (Hind : forall s, delta s <= Rmax m (low + (delta O - low) * q ^ s)).
  { induction s as [|s IH].
    - simpl. apply Rle_trans with (2 := Rmax_r _ _). lra.
    - destruct (Hstep s) as [H H0]. set (p := sqrt (delta s)) in *. assert (Hp : 0 <= p) by apply sqrt_pos.
      assert (Ep : p * p = delta s) by (apply sqrt_sqrt, H0). rewrite <- Ec in H.
      destruct (Rle_or_lt p root) as [Hpr|Hpr].
      + apply Rle_trans with (2 := Rmax_l _ _). apply Rle_trans with (1 := H).
        assert (H1 : p * p <= p * root) by (apply Rmult_le_compat_l; assumption).
        assert (H2 : p * (root * root) <= p * m) by (apply Rmult_le_compat_l; [exact Hp | rewrite Elow; exact Hm2]).
        assert (H3 : (root - p) * (A * root) <= (root - p) * m) by (apply Rmult_le_compat_l; [lra | rewrite Ec; exact Hm1]).
        apply Rmult_le_reg_r with root; [exact Hroot|].
        apply Rmult_le_compat_r with (r := root) in H1; [|lra].
        replace ((p * p - A * p + A * root) * root) with (p * p * root + (root - p) * (A * root)) by ring.
        replace (m * root) with (p * m + (root - p) * m) by ring. lra.
      + destruct (Rle_or_lt (delta s) m) as [Hdm|Hdm].
        * apply Rle_trans with (2 := Rmax_l _ _). assert (0 <= A * (p - root)) by (apply Rmult_le_pos; lra). lra.
        * apply Rle_trans with (2 := Rmax_r _ _).
          assert (IH2 : delta s <= low + (delta O - low) * q ^ s).
          { revert IH. unfold Rmax at 1. destruct (Rle_dec m (low + (delta O - low) * q ^ s)); lra. }
          assert (Hq1 : q <= 1).
          { unfold q. apply Rmax_lub; [lra|]. pose proof (sqrt_pos (delta O)).
            assert (0 <= A / (sqrt (delta O) + root)) by (apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]). lra. }
          assert (Hqs : 0 <= q ^ s <= 1).
          { split; [apply pow_le, Hq|]. rewrite <- (pow1 s). apply pow_incr. lra. }
          assert (Hbig : low < delta O).
          { destruct (Rlt_or_le low (delta O)) as [Hb|Hb]; [exact Hb|exfalso].
            assert (0 <= (low - delta O) * q ^ s) by (apply Rmult_le_pos; lra). lra. }
          assert (Hd0 : delta s <= delta O).
          { assert ((delta O - low) * q ^ s <= (delta O - low) * 1) by (apply Rmult_le_compat_l; lra). lra. }
          assert (Hp1 : p <= sqrt (delta O)) by (apply sqrt_le_1_alt, Hd0).
          assert (Hk : 1 - A / (p + root) <= q).
          { apply Rle_trans with (2 := Rmax_r _ _).
            assert (/ (sqrt (delta O) + root) <= / (p + root)) by (apply Rinv_le_contravar; lra).
            assert (A * / (sqrt (delta O) + root) <= A * / (p + root)) by (apply Rmult_le_compat_l; lra). unfold Rdiv. lra. }
          assert (EF : p * p - A * p + A * root = low + (delta s - low) * (1 - A / (p + root))).
          { rewrite <- Ep, <- Elow. field. lra. }
          rewrite EF in H. apply Rle_trans with (1 := H). apply Rplus_le_compat_l.
          apply Rle_trans with ((delta s - low) * q); [apply Rmult_le_compat_l; lra|].
          replace ((delta O - low) * q ^ S s) with ((delta O - low) * q ^ s * q) by (simpl; ring).
          apply Rmult_le_compat_r; [exact Hq | lra]. }
  apply Rle_trans with (1 := Hind (S t)). unfold m.
  apply Rmax_lub; [apply Rmax_lub; [apply Rmax_l|]|].
  - apply Rle_trans with (2 := Rmax_r _ _). apply Rmax_l.
  - apply Rle_trans with (2 := Rmax_r _ _). apply Rmax_r.
Qed.
End Limit.
