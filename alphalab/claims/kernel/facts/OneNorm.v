(* The 1-norm of the gradient, smooth-maximum-lemma: z (1 - tanh z) is at most W, where W e^(1 + W) = 1. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction.
Open Scope R_scope.

Lemma exp_tangent y a : exp a * (1 + (y - a)) <= exp y.
Proof.
  destruct (Req_dec y a) as [->|H].
  - replace (1 + (a - a)) with 1 by ring. lra.
  - pose proof (exp_ineq1 (y - a) ltac:(lra)) as H1. pose proof (exp_pos a) as Ha.
    apply Rmult_lt_compat_l with (r := exp a) in H1; [|exact Ha]. rewrite <- exp_plus in H1.
    replace (a + (y - a)) with y in H1 by ring. lra.
Qed.

Lemma tail_below W z : 0 < W -> W * exp (1 + W) = 1 -> z - W <= z * tanh z.
Proof.
  intros HW E. pose proof (exp_tangent (2 * z) (1 + W)) as H.
  apply Rmult_le_compat_l with (r := W) in H; [|lra].
  replace (W * (exp (1 + W) * (1 + (2 * z - (1 + W))))) with (W * exp (1 + W) * (2 * z - W)) in H by ring. rewrite E in H.
  replace (exp (2 * z)) with (exp z * exp z) in H by (rewrite <- exp_plus; f_equal; ring).
  unfold tanh, sinh, cosh. rewrite exp_Ropp. pose proof (exp_pos z) as He. set (e := exp z) in *.
  replace ((e - / e) / 2 / ((e + / e) / 2)) with ((e * e - 1) / (e * e + 1)) by (field; split; nra).
  apply Rmult_le_reg_r with (e * e + 1); [nra|].
  replace (z * ((e * e - 1) / (e * e + 1)) * (e * e + 1)) with (z * (e * e - 1)) by (field; nra). lra.
Qed.

Lemma fam_prod' alpha (Ha : 0 < alpha) u k : 0 < k -> u * tanh (alpha * (u / k)) = Rabs u * tanh (alpha * (Rabs u / k)).
Proof.
  intros Hk. unfold Rabs. destruct (Rcase_abs u); [|reflexivity].
  replace (alpha * (- u / k)) with (- (alpha * (u / k))) by (field; lra). rewrite tanh_odd. ring.
Qed.

Theorem one_norm_lemma alpha eps W n (g : vec) : 0 < alpha -> 0 <= eps -> 0 < W -> W * exp (1 + W) = 1 ->
  sum n (fun i => Rabs (g i)) <= dot n g (squash alpha eps n g) + W * INR n * (norm n g + eps) / alpha.
Proof.
  intros Ha Heps HW E. pose proof (norm_nonneg n g) as HN. set (R0 := norm n g + eps).
  assert (HR : 0 <= R0) by (unfold R0; lra).
  replace (W * INR n * R0 / alpha) with (INR n * (W * R0 / alpha)) by (field; lra).
  rewrite <- sum_const. unfold dot. rewrite <- sum_plus. apply sum_le. intros i Hi. unfold squash. fold R0.
  destruct HR as [HR|HR].
  - rewrite (fam_prod' alpha Ha (g i) R0 HR).
    set (z := alpha * (Rabs (g i) / R0)).
    pose proof (tail_below W z HW E) as H.
    apply Rmult_le_compat_r with (r := R0 / alpha) in H; [|left; apply Rdiv_lt_0_compat; assumption].
    replace ((z - W) * (R0 / alpha)) with (Rabs (g i) - W * R0 / alpha) in H by (unfold z; field; lra).
    assert (Ez : z * (R0 / alpha) = Rabs (g i)) by (unfold z; field; lra).
    replace (z * tanh z * (R0 / alpha)) with (z * (R0 / alpha) * tanh z) in H by ring. rewrite Ez in H. lra.
  - pose proof (abs_le_norm n g i Hi) as H. pose proof (Rabs_pos (g i)) as H0.
    assert (Z : Rabs (g i) = 0) by (unfold R0 in HR; lra).
    assert (g i = 0) as -> by (destruct (Req_dec (g i) 0) as [Q|Q]; [exact Q | pose proof (Rabs_pos_lt _ Q); lra]).
    rewrite Rabs_R0, <- HR. unfold Rdiv. rewrite Rmult_0_r, !Rmult_0_l. lra.
Qed.
