(* tanh(alpha .) belongs to the family, for every alpha > 0; the scalar heart of Lemma 2, two ways. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family.
Open Scope R_scope.

Lemma cosh_pos x : 0 < cosh x.
Proof. unfold cosh. pose proof (exp_pos x). pose proof (exp_pos (- x)). lra. Qed.

Lemma tanh_0 : tanh 0 = 0.
Proof. unfold tanh. rewrite sinh_0. unfold Rdiv. ring. Qed.

Lemma tanh_odd x : tanh (- x) = - tanh x.
Proof.
  unfold tanh, sinh, cosh. rewrite Ropp_involutive.
  pose proof (exp_pos x). pose proof (exp_pos (- x)). field. lra.
Qed.

Lemma tanh_lt_1 x : tanh x < 1.
Proof.
  unfold tanh. pose proof (cosh_pos x) as H. apply Rmult_lt_reg_r with (cosh x); [exact H|].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
  unfold sinh, cosh. pose proof (exp_pos (- x)). lra.
Qed.

Lemma derive_tanh_scaled a x :
  derivable_pt_lim (fun x => tanh (a * x)) x (a * (1 - tanh (a * x) * tanh (a * x))).
Proof.
  pose proof (cosh_pos (a * x)) as Hc.
  assert (Hin : derivable_pt_lim (fun x => a * x) x a).
  { pose proof (derivable_pt_lim_scal id a x 1 (derivable_pt_lim_id x)) as H. rewrite Rmult_1_r in H. exact H. }
  assert (Hout : derivable_pt_lim tanh (a * x) (1 - tanh (a * x) * tanh (a * x))).
  { replace (1 - tanh (a * x) * tanh (a * x)) with
      ((cosh (a * x) * cosh (a * x) - sinh (a * x) * sinh (a * x)) / Rsqr (cosh (a * x)))
      by (unfold tanh, Rsqr; field; lra).
    apply (derivable_pt_lim_div sinh cosh); [apply derivable_pt_lim_sinh | apply derivable_pt_lim_cosh | lra]. }
  rewrite Rmult_comm.
  exact (derivable_pt_lim_comp (fun x => a * x) tanh x a _ Hin Hout).
Qed.

(* a nonincreasing derivative on [0, inf) makes a function concave there *)
Lemma derivative_concave (f f' : R -> R) :
  (forall x, derivable_pt_lim f x (f' x)) -> (forall x y, 0 <= x <= y -> f' y <= f' x) ->
  concave_on (fun x => 0 <= x) f.
Proof.
  intros Hd Hm.
  assert (W : forall x y t, 0 <= x < y -> 0 < t < 1 -> t * f x + (1 - t) * f y <= f (t * x + (1 - t) * y)).
  { intros x y t Hxy Ht. set (z := t * x + (1 - t) * y).
    assert (Hz1 : x < z) by (unfold z; nra). assert (Hz2 : z < y) by (unfold z; nra).
    destruct (MVT_cor2 f f' x z Hz1 ltac:(intros; apply Hd)) as [c [Ec Hc]].
    destruct (MVT_cor2 f f' z y Hz2 ltac:(intros; apply Hd)) as [d [Ed Hdd]].
    pose proof (Hm c d ltac:(lra)) as Hcd.
    assert (E1 : f z = f x + f' c * ((1 - t) * (y - x))) by (replace ((1 - t) * (y - x)) with (z - x) by (unfold z; ring); lra).
    assert (E2 : f y = f z + f' d * (t * (y - x))) by (replace (t * (y - x)) with (y - z) by (unfold z; ring); lra).
    assert (0 <= (f' c - f' d) * (t * (1 - t) * (y - x))) by (apply Rmult_le_pos; [lra | apply Rmult_le_pos; [nra | lra]]).
    replace (f z) with (t * f z + (1 - t) * f z) by ring.
    replace (t * f z) with (t * f x + f' c * (t * (1 - t) * (y - x))) by (rewrite E1; ring).
    replace ((1 - t) * f z) with ((1 - t) * f y - f' d * (t * (1 - t) * (y - x))) by (rewrite E2; ring).
    lra. }
  intros x y t Hx Hy Ht.
  destruct (Req_dec t 0) as [->|]; [right; replace (0 * x + (1 - 0) * y) with y by ring; ring|].
  destruct (Req_dec t 1) as [->|]; [right; replace (1 * x + (1 - 1) * y) with x by ring; ring|].
  destruct (Rtotal_order x y) as [H1|[->|H1]].
  - apply W; lra.
  - right. replace (t * y + (1 - t) * y) with y by ring. ring.
  - pose proof (W y x (1 - t) ltac:(lra) ltac:(lra)) as H2.
    replace ((1 - t) * y + (1 - (1 - t)) * x) with (t * x + (1 - t) * y) in H2 by ring. lra.
Qed.

Section Alpha.
Variable alpha : R.
Hypothesis Ha : 0 < alpha.

Lemma tanh_sq_lt_1 x : tanh x * tanh x < 1.
Proof.
  pose proof (tanh_lt_1 x). pose proof (tanh_lt_1 (- x)) as H1. rewrite tanh_odd in H1. nra.
Qed.

Lemma tanh_scaled_mono x y : x <= y -> tanh (alpha * x) <= tanh (alpha * y).
Proof.
  intros [H| ->]; [|lra].
  destruct (MVT_cor2 (fun x => tanh (alpha * x)) (fun x => alpha * (1 - tanh (alpha * x) * tanh (alpha * x)))
              x y H ltac:(intros; apply derive_tanh_scaled)) as [c [E _]].
  pose proof (tanh_sq_lt_1 (alpha * c)).
  assert (0 <= alpha * (1 - tanh (alpha * c) * tanh (alpha * c)) * (y - x))
    by (apply Rmult_le_pos; [apply Rmult_le_pos; lra | lra]). lra.
Qed.

Lemma tanh_scaled_nonneg x : 0 <= x -> 0 <= tanh (alpha * x).
Proof. intros H. rewrite <- tanh_0. rewrite <- (Rmult_0_r alpha) at 1. apply tanh_scaled_mono, H. Qed.

Lemma tanh_scaled_concave : concave_on (fun x => 0 <= x) (fun x => tanh (alpha * x)).
Proof.
  apply (derivative_concave _ _ (derive_tanh_scaled alpha)). intros x y H.
  pose proof (tanh_scaled_nonneg x ltac:(lra)). pose proof (tanh_scaled_mono x y ltac:(lra)).
  apply Rmult_le_compat_l; [lra|]. nra.
Qed.

Theorem tanh_family : family (fun x => tanh (alpha * x)).
Proof.
  constructor.
  - intros x. rewrite Ropp_mult_distr_r_reverse. apply tanh_odd.
  - intros x y H. apply tanh_scaled_mono; lra.
  - apply tanh_scaled_concave.
Qed.

Lemma tanh_alpha_pos : 0 < tanh alpha.
Proof.
  unfold tanh. apply Rdiv_lt_0_compat; [|apply cosh_pos]. unfold sinh.
  pose proof (exp_increasing (- alpha) alpha ltac:(lra)). lra.
Qed.

Lemma tanh_le_id x : 0 <= x -> tanh (alpha * x) <= alpha * x.
Proof.
  intros [H| <-]; [|rewrite Rmult_0_r, tanh_0; lra].
  destruct (MVT_cor2 (fun x => tanh (alpha * x)) (fun x => alpha * (1 - tanh (alpha * x) * tanh (alpha * x)))
              0 x H ltac:(intros; apply derive_tanh_scaled)) as [c [E _]].
  rewrite Rmult_0_r, tanh_0 in E.
  assert (0 <= alpha * x * (tanh (alpha * c) * tanh (alpha * c)))
    by (apply Rmult_le_pos; [apply Rmult_le_pos; lra | apply sq_nonneg]). lra.
Qed.

(* Lemma 2's scalar heart, through the family: x sigma(1) <= sigma(x) on [0,1] *)
Theorem scalar_heart x : 0 <= x <= 1 -> x * tanh alpha <= tanh (alpha * x).
Proof.
  intros H. pose proof (fam_star _ tanh_family x 1 ltac:(lra)) as H1. cbv beta in H1; rewrite Rmult_1_r in H1. lra.
Qed.

(* ... and as the paper says it: phi concave, phi(0) = phi(1) = 0, hence phi >= 0 *)
Theorem scalar_heart_phi : let phi x := tanh (alpha * x) - x * tanh alpha in
  concave_on (fun x => 0 <= x) phi /\ phi 0 = 0 /\ phi 1 = 0 /\ forall x, 0 <= x <= 1 -> 0 <= phi x.
Proof.
  intros phi. assert (C : concave_on (fun x => 0 <= x) phi).
  { intros x y t Hx Hy Ht. pose proof (tanh_scaled_concave x y t Hx Hy Ht). unfold phi. lra. }
  assert (P0 : phi 0 = 0) by (unfold phi; rewrite Rmult_0_r, tanh_0; ring).
  assert (P1 : phi 1 = 0) by (unfold phi; rewrite Rmult_1_r; ring).
  repeat split; try assumption. intros x Hx.
  pose proof (C 1 0 x ltac:(lra) ltac:(lra) Hx) as H. rewrite P0, P1 in H.
  replace (x * 1 + (1 - x) * 0) with x in H by ring. lra.
Qed.
End Alpha.

Lemma tanh_half_ln3 : tanh (ln 3 / 2) = / 2.
Proof.
  assert (H : exp (ln 3 / 2) * exp (ln 3 / 2) = 3)
    by (rewrite <- exp_plus; replace (ln 3 / 2 + ln 3 / 2) with (ln 3) by field; apply exp_ln; lra).
  unfold tanh, sinh, cosh. rewrite exp_Ropp. pose proof (exp_pos (ln 3 / 2)) as Hp.
  set (e := exp (ln 3 / 2)) in *.
  replace ((e - / e) / 2 / ((e + / e) / 2)) with ((e * e - 1) / (e * e + 1))
    by (field; repeat split; nra).
  rewrite H. field.
Qed.
