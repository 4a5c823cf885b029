(* AlphaGrad with heavy-ball momentum, T6*, and per tensor, T7*; N3. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Descent Rates.
Open Scope R_scope.

(* --- per tensor: T7* --- *)
Section Tensors.
Variables (m T : nat) (n : nat -> nat) (f : (nat -> vec) -> R) (grad : (nat -> vec) -> nat -> vec).
Variables (L low eta : R) (alpha eps : nat -> R) (x : nat -> nat -> vec).
Hypotheses (Hn : forall l, (0 < n l)%nat) (HT : (0 < T)%nat) (Ha : forall l, 0 < alpha l) (Heps : forall l, 0 <= eps l).
Hypotheses (Heta : 0 < eta) (HL : 0 < L) (Hsmooth : smooth_tensors m n f grad L) (Hlow : below f low).
Hypothesis Hrun : per_tensor m n grad alpha eta eps x.
Let g t := grad (x t).
Let d t := fun l => squash (alpha l) (eps l) (n l) (g t l).

Theorem T7_sharp : mean T (fun t => total m n (g t) (d t))
  <= (f (x O) - low) / (eta * INR T) + L * eta * sum m (fun l => M (alpha l) (n l)) / 2.
Proof.
  apply (mean_alignment T (fun t => f (x t)) _ (fun t => total m n (d t) (d t))); try assumption; try lra.
  - intros t _. pose proof (Hsmooth (x t) (x (S t))) as H. cbv zeta in H. apply Rle_trans with (1 := H). right.
    replace (total m n (grad (x t)) (fun l => sub (x (S t) l) (x t l))) with (- eta * total m n (g t) (d t)).
    2: { unfold total. rewrite <- sum_scal. apply sum_ext. intros l Hl. rewrite <- dot_scal_r. apply sum_ext.
         intros i Hi. unfold sub. rewrite (Hrun t l i Hl Hi). unfold d, g. ring. }
    replace (total m n (fun l => sub (x (S t) l) (x t l)) (fun l => sub (x (S t) l) (x t l)))
      with (eta * eta * total m n (d t) (d t)).
    2: { unfold total. rewrite <- sum_scal. apply sum_ext. intros l Hl. rewrite Rmult_assoc, <- dot_scal_l, <- dot_scal_r.
         apply sum_ext. intros i Hi. unfold sub. rewrite (Hrun t l i Hl Hi). unfold d, g. ring. }
    field.
  - apply Hlow.
  - intros t _. apply sum_le. intros l _. apply alphagrad_L1_M; [apply Ha | apply Heps | apply Hn].
Qed.
End Tensors.

(* --- smooth in the maximum norm: N3 --- *)
Section Maximum.
Variables (n T : nat) (f : vec -> R) (grad : vec -> vec) (L low alpha eta eps : R) (x : nat -> vec).
Hypotheses (Hn : (0 < n)%nat) (HT : (0 < T)%nat) (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L).
Hypotheses (Hsmooth : smooth_max n f grad L) (Hlow : below f low) (Hrun : alphagrad n grad alpha eta eps x).
Let g t := grad (x t).
Let d t := squash alpha eps n (g t).
Let N t := norm n (g t).
Let t1 := tanh alpha.
Let Delta := f (x O) - low.

Lemma largest t i : (i < n)%nat -> Rabs (d t i) <= t1.
Proof.
  intros Hi. unfold d, squash. fold (N t).
  pose proof (abs_le_norm n (g t) i Hi) as H. fold (N t) in H. pose proof (Rabs_pos (g t i)) as H0.
  pose proof (tanh_alpha_pos alpha Ha) as Ht.
  destruct (Rle_lt_or_eq_dec 0 (N t + eps) ltac:(lra)) as [Hp|Hz].
  - set (v := g t i / (N t + eps)).
    assert (Hv : -1 <= v <= 1).
    { assert (Hi0 : 0 < / (N t + eps)) by (apply Rinv_0_lt_compat, Hp).
      assert (Hb : Rabs v <= 1).
      { unfold v, Rdiv. rewrite Rabs_mult, (Rabs_pos_eq (/ (N t + eps))) by lra.
        apply Rmult_le_reg_r with (N t + eps); [exact Hp|]. rewrite Rmult_assoc, Rinv_l; lra. }
      unfold Rabs in Hb. destruct (Rcase_abs v); lra. }
    pose proof (tanh_scaled_mono alpha Ha v 1 ltac:(lra)) as H1. pose proof (tanh_scaled_mono alpha Ha (- v) 1 ltac:(lra)) as H2.
    rewrite Rmult_1_r in H1, H2. replace (alpha * - v) with (- (alpha * v)) in H2 by ring. rewrite tanh_odd in H2.
    apply Rabs_le. unfold t1. lra.
  - assert (E : g t i = 0) by (destruct (Req_dec (g t i) 0) as [E|E]; [exact E | pose proof (Rabs_pos_lt _ E); lra]).
    rewrite E. unfold Rdiv. rewrite Rmult_0_l, Rmult_0_r, tanh_0, Rabs_R0. unfold t1. lra.
Qed.

Lemma maximum_step t : f (x (S t)) <= f (x t) - eta * dot n (g t) (d t) + L * eta ^ 2 / 2 * t1 ^ 2.
Proof.
  pose proof (Hsmooth (x t) (x (S t)) (eta * t1)) as H. fold (g t) in H.
  apply Rle_trans with (1 := H ltac:(intros i Hi; unfold sub; rewrite (Hrun t i Hi);
    change (squash alpha eps n (grad (x t)) i) with (d t i);
    replace (x t i - eta * d t i - x t i) with (- (eta * d t i)) by ring;
    rewrite Rabs_Ropp, Rabs_mult, (Rabs_pos_eq eta) by lra;
    apply Rmult_le_compat_l; [lra | apply largest, Hi])).
  right. replace (dot n (g t) (sub (x (S t)) (x t))) with (- eta * dot n (g t) (d t)).
  - field.
  - rewrite <- dot_scal_r. apply sum_ext. intros i Hi. unfold sub. rewrite (Hrun t i Hi). unfold d, g. ring.
Qed.

Theorem N3_rate : eta = sqrt 2 * sqrt Delta / (sqrt L * sqrt (INR T) * t1) ->
  mean T N <= sqrt 2 * sqrt L * sqrt Delta / sqrt (INR T) + eps.
Proof.
  intros He. pose proof (tanh_alpha_pos alpha Ha) as Ht. fold t1 in Ht. assert (HTp : 0 < INR T) by (apply lt_0_INR, HT).
  pose proof (mean_alignment T (fun t => f (x t)) (fun t => dot n (g t) (d t)) (fun _ => t1 ^ 2) eta L low (t1 ^ 2) HT Heta
    ltac:(lra) ltac:(intros; apply maximum_step) (Hlow (x T)) ltac:(intros; lra)) as H. cbv beta in H.
  assert (Hs : sqrt (t1 ^ 2) = t1) by (rewrite pow2; apply sqrt_square; lra).
  pose proof (best_step (t1 ^ 2) L Delta (INR T) eta (pow_lt t1 2 Ht) HL HTp Heta ltac:(rewrite Hs; exact He)) as E.
  fold Delta in H. rewrite E, Hs in H.
  apply Rle_trans with (mean T (fun t => / t1 * dot n (g t) (d t) + eps)).
  - apply mean_le. intros t _. pose proof (alphagrad_L4 alpha eps n (g t) Ha Heps) as H4. fold (N t) (d t) t1 in H4.
    unfold Rdiv in H4. lra.
  - rewrite (mean_shift T eps (fun t => / t1 * dot n (g t) (d t)) HT), mean_scal. apply Rplus_le_compat_r.
    apply Rmult_le_reg_l with t1; [exact Ht|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
    apply Rle_trans with (1 := H). right. unfold Rdiv. ring.
Qed.
End Maximum.

(* --- momentum: T6* --- *)
Lemma norm_triangle n (u v : vec) : norm n (fun i => u i + v i) <= norm n u + norm n v.
Proof.
  pose proof (norm_nonneg n u). pose proof (norm_nonneg n v).
  apply Rsqr_incr_0_var; [|lra]. unfold Rsqr. rewrite norm_sq.
  replace (dot n (fun i => u i + v i) (fun i => u i + v i)) with (dot n u u + 2 * dot n u v + dot n v v).
  - pose proof (cauchy_schwarz n u v). pose proof (norm_sq n u). pose proof (norm_sq n v). nra.
  - unfold dot. rewrite <- sum_scal, <- !sum_plus. apply sum_ext. intros. ring.
Qed.

Section Momentum.
Variables (n T : nat) (f : vec -> R) (grad : vec -> vec) (L low alpha eta eps c : R) (x : nat -> vec).
Hypotheses (Hn : (0 < n)%nat) (HT : (0 < T)%nat) (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L).
Hypotheses (Hc : 0 <= c) (Hc1 : c < 1).
Hypotheses (Hdiff : differentiable n f grad) (Hlip : lipschitz n grad L) (Hlow : below f low).
Hypothesis Hrun : heavy_ball n grad alpha eta eps c x.
Let g t := grad (x t).
Let d t := squash alpha eps n (g t).

Theorem T6_sharp : mean T (fun t => dot n (g t) (d t)) <=
  (1 - c) * (f (x O) - low) / (eta * INR T)
  + L * eta * M alpha n * (1 / (2 * (1 - c)) + c / (1 - c) ^ 2 * (1 - (1 - c ^ T) / (INR T * (1 - c)))).
Proof.
  destruct Hrun as [v [Hv0 Hv]]. pose proof (descent_lemma n f grad L ltac:(lra) Hdiff Hlip) as Hsmooth.
  set (q := 1 - c) in *. assert (Hq : 0 < q) by (unfold q; lra). assert (Hq1 : q <= 1) by (unfold q; lra).
  set (z := fun t i => x t i - c / q * v t i).
  pose proof (M_pos alpha n Hn Ha) as HM. assert (HTp : 0 < INR T) by (apply lt_0_INR, HT).
  set (root := sqrt (M alpha n)). assert (Hroot : 0 <= root) by apply sqrt_pos.
  assert (Hroot2 : root * root = M alpha n) by (apply sqrt_sqrt; lra).
  assert (Hd : forall t, norm n (d t) <= root).
  { intros t. apply sqrt_le_1_alt. apply alphagrad_L1_M; assumption. }
  (* ||v_t|| <= eta sqrt(M) (1 - c^t)/(1 - c) *)
  assert (Hvt : forall t, norm n (v t) <= eta * root * ((1 - c ^ t) / q)).
  { induction t as [|t IH].
    - simpl. replace ((1 - 1) / q) with 0 by (field; lra). rewrite Rmult_0_r. right.
      unfold norm, dot. rewrite (sum_ext n _ (fun _ => 0)) by (intros; rewrite Hv0; ring).
      rewrite sum_const, Rmult_0_r. apply sqrt_0.
    - apply Rle_trans with (norm n (fun i => c * v t i + eta * d t i)).
      + right. unfold norm. f_equal. apply sum_ext. intros i Hi. destruct (Hv t i Hi) as [E _]. rewrite E. reflexivity.
      + apply Rle_trans with (1 := norm_triangle n (fun i => c * v t i) (fun i => eta * d t i)).
        rewrite !norm_scal by lra. pose proof (Hd t) as H1.
        apply Rmult_le_compat_l with (r := c) in IH; [|exact Hc].
        apply Rmult_le_compat_l with (r := eta) in H1; [|lra].
        replace (eta * root * ((1 - c ^ S t) / q)) with (c * (eta * root * ((1 - c ^ t) / q)) + eta * root).
        * lra.
        * simpl. unfold q. field. unfold q in Hq. lra. }
  (* one step of z, in terms of <g,d> *)
  set (lag := fun t => c * eta * M alpha n * (1 - c ^ t) / (q * q)).
  assert (Hstep : forall t, f (z (S t)) <= f (z t) - eta / q * (dot n (g t) (d t) - L * lag t)
                            + L * (eta / q) ^ 2 / 2 * dot n (d t) (d t)).
  { intros t.
    pose proof (descent_step n f grad L (eta / q) (z t) (z (S t)) (d t) Hsmooth) as H.
    assert (E : forall i, (i < n)%nat -> z (S t) i = z t i - eta / q * d t i).
    { intros i Hi. unfold z. destruct (Hv t i Hi) as [E1 E2]. rewrite E2, E1. fold (g t) (d t). unfold q in *. field. lra. }
    specialize (H E). apply Rle_trans with (1 := H).
    assert (H1 : dot n (g t) (d t) - L * lag t <= dot n (grad (z t)) (d t)).
    { assert (E2 : dot n (g t) (d t) - dot n (grad (z t)) (d t) = dot n (sub (g t) (grad (z t))) (d t)).
      { unfold dot, sub. rewrite (sum_ext n (fun i => (g t i - grad (z t) i) * d t i)
          (fun i => g t i * d t i + -1 * (grad (z t) i * d t i))) by (intros; ring).
        rewrite (sum_plus n (fun i => g t i * d t i)), (sum_scal n (-1)). ring. }
      pose proof (cauchy_schwarz n (sub (g t) (grad (z t))) (d t)) as C.
      pose proof (Hlip (z t) (x t)) as H2. fold (g t) in H2.
      assert (E3 : norm n (sub (x t) (z t)) = c / q * norm n (v t)).
      { rewrite <- norm_scal; [|apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat, Hq]].
        unfold norm. f_equal. apply sum_ext. intros i _. unfold sub, z. ring. }
      rewrite E3 in H2. pose proof (Hvt t) as H3. pose proof (Hd t) as H4.
      pose proof (norm_nonneg n (sub (g t) (grad (z t)))) as H5. pose proof (norm_nonneg n (d t)) as H6.
      assert (Hcq : 0 <= c / q) by (apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat, Hq]).
      apply Rmult_le_compat_l with (r := L * (c / q)) in H3; [|apply Rmult_le_pos; lra].
      assert (H7 : norm n (sub (g t) (grad (z t))) <= L * (c / q) * (eta * root * ((1 - c ^ t) / q))) by lra.
      assert (H8 : norm n (sub (g t) (grad (z t))) * norm n (d t)
                   <= L * (c / q) * (eta * root * ((1 - c ^ t) / q)) * root) by (apply Rmult_le_compat; assumption).
      replace (L * (c / q) * (eta * root * ((1 - c ^ t) / q)) * root) with (L * lag t) in H8
        by (unfold lag; rewrite <- Hroot2; field; lra).
      lra. }
    assert (He : 0 <= eta / q) by (left; apply Rdiv_lt_0_compat; assumption).
    apply Rmult_le_compat_l with (1 := He) in H1. lra. }
  pose proof (mean_alignment T (fun t => f (z t)) (fun t => dot n (g t) (d t) - L * lag t) (fun t => dot n (d t) (d t))
    (eta / q) L low (M alpha n) HT ltac:(apply Rdiv_lt_0_compat; assumption) ltac:(lra)
    ltac:(intros; apply Hstep) (Hlow (z T)) ltac:(intros; apply alphagrad_L1_M; assumption)) as H. cbv beta in H.
  assert (Ez : f (z O) = f (x O)).
  { apply Rle_antisym; apply (smooth_same n f grad L); try assumption; intros i Hi; unfold z; rewrite Hv0; ring. }
  rewrite Ez in H.
  (* the mean of the lag *)
  assert (Hgeo : sum T (fun t => 1 - c ^ t) = INR T - (1 - c ^ T) / q).
  { clear - Hq. induction T as [|k IH]; [simpl; field; unfold q in *; lra|].
    change (sum (S k) (fun t => 1 - c ^ t)) with (sum k (fun t => 1 - c ^ t) + (1 - c ^ k)).
    rewrite IH, S_INR. simpl. unfold q in *. field. lra. }
  assert (E : mean T (fun t => dot n (g t) (d t) - L * lag t)
            = mean T (fun t => dot n (g t) (d t)) - L * (c * eta * M alpha n / (q * q)) * (1 - (1 - c ^ T) / (INR T * q))).
  { unfold mean. rewrite (sum_ext T _ (fun t => dot n (g t) (d t) + - (L * (c * eta * M alpha n / (q * q))) * (1 - c ^ t))).
    - rewrite (sum_plus T (fun t => dot n (g t) (d t))), (sum_scal T (- (L * (c * eta * M alpha n / (q * q))))), Hgeo.
      field. lra.
    - intros t _. unfold lag. field. lra. }
  rewrite E in H.
  replace ((f (x O) - low) / (eta / q * INR T)) with (q * (f (x O) - low) / (eta * INR T)) in H by (field; lra).
  replace (q * (f (x O) - low) / (eta * INR T)
    + L * eta * M alpha n * (1 / (2 * q) + c / q ^ 2 * (1 - (1 - c ^ T) / (INR T * q))))
    with (q * (f (x O) - low) / (eta * INR T) + L * (eta / q) * M alpha n / 2
          + L * (c * eta * M alpha n / (q * q)) * (1 - (1 - c ^ T) / (INR T * q))) by (field; lra).
  lra.
Qed.
End Momentum.
