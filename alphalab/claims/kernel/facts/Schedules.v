(* One step size for every t: the summed form of T8, the last iterate N2, the linear rate of T3*. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Descent.
Open Scope R_scope.

Section Scheduled.
Variables (n T t : nat) (f : vec -> R) (grad : vec -> vec) (L low alpha eps : R) (eta : nat -> R) (x : nat -> vec).
Variables (x_star : vec) (D mu : R).
Hypotheses (Hn : (0 < n)%nat) (Ha : 0 < alpha) (Heta : forall s, 0 < eta s) (Heps : 0 <= eps) (HL : 0 < L).
Hypotheses (Hsmooth : smooth n f grad L) (Hlow : below f low) (Hrun : scheduled n grad alpha eta eps x).
Let g s := grad (x s).
Let d s := squash alpha eps n (g s).
Let N s := norm n (g s).
Let t1 := tanh alpha.

Lemma one_step' s : f (x (S s)) <= f (x s) - eta s * dot n (g s) (d s) + L * eta s ^ 2 / 2 * dot n (d s) (d s).
Proof. exact (descent_step n f grad L (eta s) (x s) (x (S s)) (d s) Hsmooth (Hrun s)). Qed.

Lemma t1_pos' : 0 < t1.
Proof. apply tanh_alpha_pos, Ha. Qed.

Theorem T8_summed : (0 < T)%nat ->
  sum T (fun s => eta s * dot n (g s) (d s)) <= f (x O) - low + L / 2 * (M alpha n * sum T (fun s => eta s ^ 2)).
Proof.
  intros HT.
  pose proof (summed T (fun s => f (x s)) (fun s => dot n (g s) (d s)) (fun s => dot n (d s) (d s)) eta L low
    ltac:(intros; apply one_step') (Hlow (x T))) as H. cbv beta in H.
  apply Rle_trans with (1 := H). apply Rplus_le_compat_l, Rmult_le_compat_l; [lra|].
  rewrite <- sum_scal. apply sum_le. intros s _. rewrite (Rmult_comm (M alpha n)).
  apply Rmult_le_compat_l; [apply pow2_ge_0 | apply alphagrad_L1_M; assumption].
Qed.

(* one step with L1* and L4* *)
Lemma step_norm s : f (x (S s)) <= f (x s) - eta s * (t1 * (N s - eps)) + L * eta s ^ 2 / 2 * M alpha n.
Proof.
  pose proof (one_step' s) as H. pose proof (Heta s) as He. pose proof t1_pos' as Ht.
  pose proof (alphagrad_L1_M alpha eps n (g s) Ha Heps Hn) as H1. fold (d s) in H1.
  pose proof (alphagrad_L4 alpha eps n (g s) Ha Heps) as H4. fold (d s) (N s) t1 in H4.
  assert (Hk : 0 <= L * eta s ^ 2 / 2) by (apply Rmult_le_pos; [apply Rmult_le_pos; [lra | apply pow2_ge_0] | lra]).
  apply Rmult_le_compat_l with (1 := Hk) in H1.
  assert (Hi : t1 * (N s - eps) <= dot n (g s) (d s)).
  { apply Rle_trans with (t1 * (dot n (g s) (d s) / t1)); [apply Rmult_le_compat_l; lra | right; field; lra]. }
  apply Rmult_le_compat_l with (r := eta s) in Hi; [|lra]. lra.
Qed.

(* N2: eta_t = 2 D/(tanh(alpha)(t + 1)), D at least the distance to x* of the iterates up to t *)
Section Last.
Hypotheses (Hconvex : convex n f grad) (Hstar : f x_star = low) (HD0 : 0 <= D).
Hypothesis Hsteps : forall s, eta s = 2 * D / (t1 * (INR s + 2)).
Hypothesis HD : forall s, (s < S t)%nat -> norm n (sub (x s) x_star) <= D.
Let C := 2 * D ^ 2 * L * M alpha n / t1 ^ 2.

Lemma convex_gap s : (s < S t)%nat -> f (x s) - low <= D * N s.
Proof.
  intros Hs. pose proof (Hconvex (x s) x_star) as H. fold (g s) in H.
  assert (E : dot n (g s) (sub x_star (x s)) = - dot n (g s) (sub (x s) x_star)).
  { transitivity (-1 * dot n (g s) (sub (x s) x_star)); [|ring].
    rewrite <- dot_scal_r. apply sum_ext. intros. unfold sub. ring. }
  rewrite E in H. pose proof (cauchy_schwarz n (g s) (sub (x s) x_star)) as H1. fold (N s) in H1.
  pose proof (HD s Hs) as H2. pose proof (norm_nonneg n (g s)) as HN. fold (N s) in HN.
  apply Rmult_le_compat_l with (r := N s) in H2; [|exact HN]. lra.
Qed.

(* the gradient is 0 at x*, so delta <= L D^2/2 *)
Lemma first_gap : f (x O) - low <= L * D ^ 2 / 2.
Proof.
  set (gs := grad x_star).
  assert (Hgs : dot n gs gs = 0).
  { set (y := fun i => x_star i - / L * gs i).
    pose proof (descent_step n f grad L (/ L) x_star y gs Hsmooth ltac:(intros; reflexivity)) as H. fold gs in H.
    pose proof (Hlow y) as H1. pose proof (dot_self_nonneg n gs) as H2.
    replace (f x_star - / L * dot n gs gs + L * (/ L) ^ 2 / 2 * dot n gs gs)
      with (f x_star - / 2 * (/ L * dot n gs gs)) in H by (field; lra).
    assert (0 < / L) by (apply Rinv_0_lt_compat, HL). nra. }
  assert (Hgs0 : dot n gs (sub (x O) x_star) = 0).
  { pose proof (cauchy_schwarz_sq n gs (sub (x O) x_star)) as H. rewrite Hgs, Rmult_0_l in H.
    pose proof (sq_nonneg (dot n gs (sub (x O) x_star))). apply Rsqr_0_uniq. unfold Rsqr. lra. }
  pose proof (Hsmooth x_star (x O)) as H. fold gs in H. rewrite Hgs0 in H.
  pose proof (HD O ltac:(lia)) as H1. pose proof (norm_nonneg n (sub (x O) x_star)) as H2.
  rewrite <- norm_sq in H.
  assert (H3 : norm n (sub (x O) x_star) * norm n (sub (x O) x_star) <= D * D) by (apply Rmult_le_compat; assumption).
  apply Rmult_le_compat_l with (r := L / 2) in H3; [|lra]. lra.
Qed.

(* rho >= 1: M >= tanh(alpha)^2 *)
Lemma M_above : t1 ^ 2 <= M alpha n.
Proof.
  assert (HI : 1 <= INR n) by (replace 1 with (INR 1) by reflexivity; apply le_INR; lia).
  assert (Hs : 0 < sqrt (INR n)) by (apply sqrt_lt_R0; lra).
  assert (Hs1 : / sqrt (INR n) <= 1).
  { rewrite <- Rinv_1. apply Rinv_le_contravar; [lra|]. rewrite <- sqrt_1 at 1. apply sqrt_le_1_alt, HI. }
  assert (Hs0 : 0 < / sqrt (INR n)) by (apply Rinv_0_lt_compat, Hs).
  pose proof (scalar_heart alpha Ha (/ sqrt (INR n)) ltac:(lra)) as H. fold t1 in H.
  pose proof t1_pos' as Ht.
  replace (t1 ^ 2) with (INR n * ((/ sqrt (INR n) * t1) * (/ sqrt (INR n) * t1))).
  2: { replace (INR n) with (sqrt (INR n) * sqrt (INR n)) at 1 by (apply sqrt_sqrt; lra). field. lra. }
  unfold M. rewrite pow2. apply Rmult_le_compat_l; [lra|].
  assert (0 <= / sqrt (INR n) * t1) by (apply Rmult_le_pos; lra).
  unfold Rdiv. apply Rmult_le_compat; assumption.
Qed.

Lemma last_step s : (s < S t)%nat ->
  f (x (S s)) - low - D * eps <= (f (x s) - low - D * eps) * (INR s / (INR s + 2)) + C / (INR s + 2) ^ 2.
Proof.
  intros Hs. pose proof (step_norm s) as H. pose proof (convex_gap s Hs) as Hc. pose proof t1_pos' as Ht.
  pose proof (pos_INR s) as HI. rewrite (Hsteps s) in H.
  assert (E1 : 2 * D / (t1 * (INR s + 2)) * (t1 * (N s - eps)) = 2 / (INR s + 2) * (D * N s - D * eps)) by (field; lra).
  assert (E2 : L * (2 * D / (t1 * (INR s + 2))) ^ 2 / 2 * M alpha n = C / (INR s + 2) ^ 2) by (unfold C; field; lra).
  rewrite E1, E2 in H.
  assert (Hk : 0 <= 2 / (INR s + 2)) by (apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]).
  apply Rmult_le_compat_l with (1 := Hk) in Hc.
  replace (INR s / (INR s + 2)) with (1 - 2 / (INR s + 2)) by (field; lra). lra.
Qed.

Lemma C_nonneg : 0 <= C.
Proof.
  unfold C. pose proof t1_pos' as Ht. pose proof (pow_lt t1 2 Ht). pose proof M_above.
  apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra].
  apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; [lra | apply pow2_ge_0].
Qed.

Lemma last_upto s : (s < S t)%nat -> f (x s) - low - D * eps <= C / (INR s + 2).
Proof.
  induction s as [|s IH]; intros Hs.
  - pose proof first_gap. simpl INR.
    assert (H1 : L * D ^ 2 <= C / 2).
    { unfold C. pose proof t1_pos' as Ht. pose proof M_above as HM.
      replace (2 * D ^ 2 * L * M alpha n / t1 ^ 2 / 2) with (L * D ^ 2 * (M alpha n / t1 ^ 2)) by (field; lra).
      rewrite <- (Rmult_1_r (L * D ^ 2)) at 1. apply Rmult_le_compat_l; [apply Rmult_le_pos; [lra | apply pow2_ge_0]|].
      apply Rmult_le_reg_r with (t1 ^ 2); [apply pow_lt, Ht|].
      replace (M alpha n / t1 ^ 2 * t1 ^ 2) with (M alpha n) by (field; lra). lra. }
    assert (0 <= D * eps) by (apply Rmult_le_pos; assumption).
    assert (0 <= L * D ^ 2) by (apply Rmult_le_pos; [lra | apply pow2_ge_0]).
    replace (0 + 2) with 2 by ring. lra.
  - pose proof (last_step s ltac:(lia)) as H. pose proof (IH ltac:(lia)) as H1. pose proof (pos_INR s) as HI.
    assert (Hk : 0 <= INR s / (INR s + 2)) by (apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]).
    apply Rmult_le_compat_r with (1 := Hk) in H1. apply Rle_trans with (1 := H).
    rewrite S_INR. pose proof C_nonneg as HC.
    assert (E : C / (INR s + 1 + 2) - (C / (INR s + 2) * (INR s / (INR s + 2)) + C / (INR s + 2) ^ 2)
              = C * / ((INR s + 2) ^ 2 * (INR s + 3))) by (field; lra).
    assert (0 <= C * / ((INR s + 2) ^ 2 * (INR s + 3))).
    { apply Rmult_le_pos; [exact HC|]. left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; [apply pow_lt|]; lra. }
    lra.
Qed.

Theorem N2_last : f (x t) - low <= C / (INR t + 2) + D * eps.
Proof. pose proof (last_upto t ltac:(lia)). lra. Qed.
End Last.
End Scheduled.

(* T3*: eps = 0 and steps that fall geometrically *)
Section Linear.
Variables (n t : nat) (f : vec -> R) (grad : vec -> vec) (L low alpha : R) (eta : nat -> R) (x : nat -> vec) (mu : R).
Hypotheses (Hn : (0 < n)%nat) (Ha : 0 < alpha) (Heta : forall s, 0 < eta s) (HL : 0 < L) (Hmu : 0 < mu).
Hypotheses (Hsmooth : smooth n f grad L) (Hlow : below f low) (Hrun : scheduled n grad alpha eta 0 x).
Hypothesis HPL : lojasiewicz n f grad low mu.
Let t1 := tanh alpha.
Let Delta0 := f (x O) - low.
Let q := 1 - mu * t1 ^ 2 / (L * M alpha n).
Hypothesis Hsteps : forall s, eta s = sqrt 2 * sqrt Delta0 * sqrt mu * t1 / (L * M alpha n) * sqrt q ^ s.
Hypothesis Hprice : 2 * mu * t1 ^ 2 <= L * M alpha n.

Lemma LM_pos : 0 < L * M alpha n.
Proof. apply Rmult_lt_0_compat; [exact HL | apply M_pos; assumption]. Qed.

Lemma q_pos : 0 <= q.
Proof.
  pose proof LM_pos as H. pose proof (M_pos alpha n Hn Ha). unfold q. apply Rmult_le_reg_r with (L * M alpha n); [exact H|].
  replace ((1 - mu * t1 ^ 2 / (L * M alpha n)) * (L * M alpha n)) with (L * M alpha n - mu * t1 ^ 2) by (field; lra).
  assert (0 <= mu * t1 ^ 2) by (apply Rmult_le_pos; [lra | apply pow2_ge_0]). lra.
Qed.

Lemma linear_upto s : f (x s) - low <= Delta0 * q ^ s.
Proof.
  induction s as [|s IH]; [simpl; unfold Delta0; lra|].
  pose proof (step_norm n f grad L alpha 0 eta x Hn Ha Heta (Rle_refl 0) HL Hsmooth Hrun s) as H. fold t1 in H.
  pose proof (HPL (x s)) as HP. pose proof (Hlow (x s)) as H0. pose proof (Hlow (x O)) as H00.
  pose proof (norm_nonneg n (grad (x s))) as HN. set (N := norm n (grad (x s))) in *.
  set (del := f (x s) - low) in *. assert (Hd : 0 <= del) by (unfold del; lra).
  assert (HD0 : 0 <= Delta0) by (unfold Delta0; lra).
  (* p = sqrt(2 mu delta) <= N, w = sqrt(2 mu q_s) *)
  set (p := sqrt (2 * mu * del)). assert (Hmd : 0 <= 2 * mu * del) by (repeat apply Rmult_le_pos; lra).
  pose proof (sqrt_sqrt _ Hmd) as Ep. fold p in Ep. pose proof (sqrt_pos (2 * mu * del)) as Hp. fold p in Hp.
  assert (HpN : p <= N) by (apply Rsqr_incr_0_var; [unfold Rsqr; rewrite Ep; lra | exact HN]).
  pose proof q_pos as Hq. pose proof (pow_le q s Hq) as Hqs.
  set (w := sqrt 2 * sqrt Delta0 * sqrt mu * sqrt q ^ s).
  assert (Hw : 0 <= w) by (unfold w; repeat apply Rmult_le_pos; try apply sqrt_pos; apply pow_le, sqrt_pos).
  assert (Ew : w * w = 2 * mu * (Delta0 * q ^ s)).
  { unfold w. replace (sqrt 2 * sqrt Delta0 * sqrt mu * sqrt q ^ s * (sqrt 2 * sqrt Delta0 * sqrt mu * sqrt q ^ s))
      with ((sqrt 2 * sqrt 2) * (sqrt Delta0 * sqrt Delta0) * (sqrt mu * sqrt mu) * (sqrt q ^ s * sqrt q ^ s)) by ring.
    rewrite <- Rpow_mult_distr, !sqrt_sqrt by lra. ring. }
  assert (Ee : eta s = w * t1 / (L * M alpha n)) by (rewrite (Hsteps s); unfold w, Rdiv; ring).
  pose proof LM_pos as HLM. pose proof (M_pos alpha n Hn Ha) as HM. pose proof (tanh_alpha_pos alpha Ha) as Ht. fold t1 in Ht.
  rewrite Ee in H.
  (* k = t1^2/(L M) <= 1/(2 mu) *)
  set (k := t1 ^ 2 / (L * M alpha n)).
  assert (Hk : 0 <= k) by (apply Rmult_le_pos; [apply pow2_ge_0 | left; apply Rinv_0_lt_compat, HLM]).
  assert (Hk2 : 2 * mu * k <= 1).
  { unfold k. apply Rmult_le_reg_r with (L * M alpha n); [exact HLM|].
    replace (2 * mu * (t1 ^ 2 / (L * M alpha n)) * (L * M alpha n)) with (2 * mu * t1 ^ 2) by (field; lra). lra. }
  replace (w * t1 / (L * M alpha n) * (t1 * (N - 0))) with (k * (w * N)) in H by (unfold k; field; lra).
  replace (L * (w * t1 / (L * M alpha n)) ^ 2 / 2 * M alpha n) with (k * (w * w) / 2) in H by (unfold k; field; lra).
  assert (Hpw : p <= w).
  { apply Rsqr_incr_0_var; [|exact Hw]. unfold Rsqr. rewrite Ep, Ew. fold del in IH.
    apply Rmult_le_compat_l with (r := 2 * mu) in IH; lra. }
  assert (H1 : k * (w * p) <= k * (w * N)) by (apply Rmult_le_compat_l; [exact Hk | apply Rmult_le_compat_l; assumption]).
  (* del - k w p + k w^2/2 <= (w^2/(2 mu)) (1 - mu k), as p^2/(2 mu) = del *)
  replace (Delta0 * q ^ S s) with (w * w / (2 * mu) * (1 - mu * k)).
  2: { rewrite Ew. unfold q, k. simpl. field. lra. }
  assert (Edel : del = p * p / (2 * mu)) by (rewrite Ep; field; lra).
  assert (E : w * w / (2 * mu) * (1 - mu * k) - (p * p / (2 * mu) - k * (w * p) + k * (w * w) / 2)
            = (w - p) * ((w + p) * (1 - 2 * mu * k) + 2 * mu * k * p) * / (2 * mu)) by (field; lra).
  assert (0 <= (w - p) * ((w + p) * (1 - 2 * mu * k) + 2 * mu * k * p) * / (2 * mu)).
  { assert (0 < / (2 * mu)) by (apply Rinv_0_lt_compat; lra).
    apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; [lra|].
    apply Rplus_le_le_0_compat; [apply Rmult_le_pos; lra | apply Rmult_le_pos; [apply Rmult_le_pos; lra | lra]]. }
  assert (Ed : f (x s) = del + low) by (unfold del; ring). lra.
Qed.
End Linear.
