(* Two steps that lead back, the gradient Lipschitz: floor-two-cycle-lipschitz. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Tanh Direction Descent Others.
Open Scope R_scope.

Lemma tanh_strict alpha : 0 < alpha -> forall x y, x < y -> tanh (alpha * x) < tanh (alpha * y).
Proof.
  intros Ha x y H.
  destruct (MVT_cor2 (fun x => tanh (alpha * x)) (fun x => alpha * (1 - tanh (alpha * x) * tanh (alpha * x)))
              x y H ltac:(intros; apply derive_tanh_scaled)) as [c [E _]].
  pose proof (tanh_sq_lt_1 (alpha * c)).
  assert (0 < alpha * (1 - tanh (alpha * c) * tanh (alpha * c)) * (y - x))
    by (apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; lra | lra]). lra.
Qed.

Section Return.
Variables (n : nat) (grad : vec -> vec) (ell alpha eta eps : R) (x : nat -> vec) (t : nat).
Hypotheses (Hn : (0 < n)%nat) (Ha : 0 < alpha) (He : 0 < eta) (Heps : 0 <= eps) (Hell : 0 < ell).
Hypotheses (Hr : alphagrad n grad alpha eta eps x) (Hl : lipschitz n grad ell).
Hypothesis Hback : forall s i, (i < n)%nat -> x (S (S s)) i = x s i.
Let g := grad (x t).
Let g' := grad (x (S t)).
Let N := norm n g.
Let N' := norm n g'.

Lemma norm_pos_or_zero (v : vec) : 0 < norm n v + eps \/ (norm n v = 0 /\ forall i, (i < n)%nat -> v i = 0).
Proof.
  pose proof (norm_nonneg n v) as H0. destruct (Rle_lt_or_eq_dec 0 (norm n v + eps) ltac:(lra)) as [H|H]; [now left|right].
  split; [lra|]. intros i Hi. pose proof (abs_le_norm n v i Hi). 
  destruct (Req_dec (v i) 0) as [E|E]; [exact E | pose proof (Rabs_pos_lt _ E); lra].
Qed.

Lemma squashes_opposite i : (i < n)%nat -> g' i / (N' + eps) = - (g i / (N + eps)).
Proof.
  intros Hi. pose proof (Hr t i Hi) as H1. pose proof (Hr (S t) i Hi) as H2. rewrite (Hback t i Hi) in H2.
  unfold squash in H1, H2. fold g N in H1. fold g' N' in H2.
  assert (E : tanh (alpha * (g' i / (N' + eps))) = tanh (alpha * - (g i / (N + eps)))).
  { replace (alpha * - (g i / (N + eps))) with (- (alpha * (g i / (N + eps)))) by ring. rewrite tanh_odd.
    apply Rmult_eq_reg_l with eta; lra. }
  destruct (Rtotal_order (g' i / (N' + eps)) (- (g i / (N + eps)))) as [H|[H|H]]; [|exact H|].
  - pose proof (tanh_strict alpha Ha _ _ H). lra.
  - pose proof (tanh_strict alpha Ha _ _ H). lra.
Qed.

Theorem return_bound : N + N' <= ell * eta * sqrt (M alpha n).
Proof.
  assert (Hd : norm n (sub (x (S t)) (x t)) <= eta * sqrt (M alpha n)).
  { unfold norm. rewrite (along_square n grad eta (squash alpha eps n) x t Hr).
    rewrite sqrt_mult_alt by (apply pow2_ge_0). rewrite sqrt_pow2 by lra.
    apply Rmult_le_compat_l; [lra|]. apply sqrt_le_1_alt, alphagrad_L1_M; assumption. }
  apply Rle_trans with (norm n (sub g' g)).
  2: { apply Rle_trans with (1 := Hl (x t) (x (S t))). rewrite Rmult_assoc. apply Rmult_le_compat_l; lra. }
  destruct (norm_pos_or_zero g) as [Hm|[Z0 Z]], (norm_pos_or_zero g') as [Hm'|[Z0' Z']].
  - right. symmetry. fold N in Hm. fold N' in Hm'.
    (* g' - g = -(N + N' + 2 eps) u, ||u|| = N/(N+eps) = N'/(N'+eps) *)
    set (u := fun i => g i / (N + eps)).
    assert (Eu : norm n u = N / (N + eps)).
    { unfold u. replace (norm n (fun i => g i / (N + eps))) with (norm n (fun i => / (N + eps) * g i)).
      - rewrite norm_scal by (left; apply Rinv_0_lt_compat, Hm). fold N. unfold Rdiv. ring.
      - unfold norm. f_equal. apply sum_ext. intros i _. unfold Rdiv. ring. }
    assert (Eu' : norm n u = N' / (N' + eps)).
    { replace (norm n u) with (norm n (fun i => / (N' + eps) * g' i)).
      - rewrite norm_scal by (left; apply Rinv_0_lt_compat, Hm'). fold N'. unfold Rdiv. ring.
      - unfold norm. f_equal. apply sum_ext. intros i Hi. pose proof (squashes_opposite i Hi) as E. fold (u i) in E.
        unfold Rdiv in E. rewrite (Rmult_comm (/ (N' + eps))), E. ring. }
    transitivity (norm n (fun i => (N + eps + (N' + eps)) * u i)).
    + unfold norm. f_equal. apply sum_ext. intros i Hi. unfold sub.
      assert (E1 : g i = (N + eps) * u i) by (unfold u; field; lra).
      assert (E2 : g' i = - ((N' + eps) * u i)).
      { pose proof (squashes_opposite i Hi) as E. fold (u i) in E. apply Rmult_eq_reg_r with (/ (N' + eps)).
        - unfold Rdiv in E. rewrite E. field. lra.
        - apply Rinv_neq_0_compat. lra. }
      rewrite E1, E2. ring.
    + rewrite norm_scal by lra. rewrite Rmult_plus_distr_r. rewrite Eu at 1. rewrite Eu'. field. lra.
  - fold N' in Z0'. rewrite Z0', Rplus_0_r. right. unfold N, norm. f_equal. apply sum_ext. intros i Hi. unfold sub.
    rewrite (Z' i Hi). ring.
  - fold N in Z0. rewrite Z0, Rplus_0_l. right. unfold N', norm. f_equal. apply sum_ext. intros i Hi. unfold sub.
    rewrite (Z i Hi). ring.
  - fold N in Z0. fold N' in Z0'. rewrite Z0, Z0', Rplus_0_r. apply norm_nonneg.
Qed.
End Return.
