(* A constant step on f = L x^2/2 and in the long run: thm-4-stationary, thm-4-stall, thm-4-slow, thm-4-cycle,
   thm-4-attraction. *)
From Coq Require Export Reals Ranalysis5 Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Descent Steps.
Open Scope R_scope.

(* T steps gain at least what the least N_t gains *)
Theorem T4_stationary n T f grad L low alpha eta eps x : (0 < n)%nat -> (0 < T)%nat -> 0 < alpha -> 0 < eta ->
  0 <= eps -> 0 < L -> smooth n f grad L -> alphagrad n grad alpha eta eps x -> below f low ->
  let m := minimum T (fun t => norm n (grad (x t))) in
  INR T * (eta * tanh alpha * m ^ 2 * (2 * m + 2 * eps - L * alpha * eta) / (2 * (m + eps) ^ 2)) <= f (x O) - low.
Proof.
  intros Hn HT Ha Heta Heps HL Hs Hrun Hlow m. set (N := fun t => norm n (grad (x t))) in *.
  assert (Hm : 0 <= m) by (destruct (minimum_reached T N HT) as [t [_ E]]; unfold m; rewrite E; apply norm_nonneg).
  pose proof (tanh_alpha_pos alpha Ha) as Ht. pose proof (Hlow (x O)) as H0.
  destruct (Rle_or_lt 0 (2 * m + 2 * eps - L * alpha * eta)) as [Hp|Hp].
  - rewrite <- sum_const. apply Rle_trans with (sum T (fun t => f (x t) - f (x (S t)))).
    + apply sum_le. intros t Ht'. pose proof (minimum_le T N t Ht') as Hmt. fold m in Hmt.
      pose proof (gain n f grad L alpha eta eps x t Ha Heta Heps HL Hs Hrun) as G. cbv zeta in G. fold (N t) in G.
      apply Rle_trans with (2 := G ltac:(lra)).
      pose proof (gain_increases L alpha eta eps Ha Heta Heps HL m (N t) ltac:(lra) Hp) as G2.
      apply Rmult_le_compat_l with (r := eta * tanh alpha) in G2; [|apply Rmult_le_pos; lra].
      unfold Rdiv in *. lra.
    + rewrite (sum_telescope T (fun t => f (x t))). pose proof (Hlow (x T)). lra.
  - apply Rle_trans with 0; [|lra]. rewrite <- (Rmult_0_r (INR T)). apply Rmult_le_compat_l; [apply pos_INR|].
    assert (H1 : 0 <= eta * tanh alpha * m ^ 2 * (- (2 * m + 2 * eps - L * alpha * eta)) * / (2 * (m + eps) ^ 2)).
    { destruct (Rle_lt_or_eq_dec 0 (m + eps) ltac:(lra)) as [E|E].
      - apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; apply Rmult_lt_0_compat; [lra | apply pow_lt, E]].
        apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; [apply Rmult_le_pos; lra | apply pow2_ge_0].
      - replace m with 0 by lra. right. ring. }
    unfold Rdiv. lra.
Qed.

(* tanh v >= v - v^3/3 *)
Lemma tanh_cubic v : 0 <= v -> v - v ^ 3 / 3 <= tanh v.
Proof.
  intros [Hv|<-]; [|rewrite tanh_0; lra].
  set (p := fun v => tanh (1 * v) - v + v ^ 3 / 3).
  set (p' := fun v => 1 * (1 - tanh (1 * v) * tanh (1 * v)) - 1 + v ^ 2).
  assert (Hd : forall v, derivable_pt_lim p v (p' v)).
  { intros w. unfold p, p'.
    apply (derivable_pt_lim_plus (fun v => tanh (1 * v) - v) (fun v => v ^ 3 / 3)).
    - apply (derivable_pt_lim_minus (fun v => tanh (1 * v)) id); [apply derive_tanh_scaled | apply derivable_pt_lim_id].
    - replace (w ^ 2) with (INR 3 * w ^ 2 * / 3) by (simpl; field).
      apply (derivable_pt_lim_scal_right (fun v => v ^ 3)). apply derivable_pt_lim_pow. }
  destruct (MVT_cor2 p p' 0 v Hv ltac:(intros; apply Hd)) as [c [E Hc]].
  pose proof (tanh_le_id 1 Rlt_0_1 c ltac:(lra)) as H1. pose proof (tanh_scaled_nonneg 1 Rlt_0_1 c ltac:(lra)) as H2.
  unfold p, p' in E. rewrite Rmult_0_r, tanh_0, !Rmult_1_l in E. rewrite !Rmult_1_l in H1, H2.
  assert (0 <= (c ^ 2 - tanh c * tanh c) * v) by (apply Rmult_le_pos; nra). lra.
Qed.

Section Parabola.
Variables (n t : nat) (f : vec -> R) (grad : vec -> vec) (L alpha eta eps a : R) (x : nat -> vec).
Hypotheses (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L).
Hypotheses (Hplain : parabola n f grad L) (Hrun : alphagrad n grad alpha eta eps x).
Let N s := norm n (grad (x s)).
Let phi y := eta * tanh (alpha * (L * y / (L * y + eps))).

Lemma N_is s : N s = L * Rabs (x s O).
Proof.
  destruct Hplain as [Hn [_ Hg]]. unfold N. rewrite Hn. unfold norm, dot. simpl. rewrite Rplus_0_l, Hg.
  change (L * x s O * (L * x s O)) with (Rsqr (L * x s O)). rewrite sqrt_Rsqr_abs, Rabs_mult. f_equal. apply Rabs_pos_eq. lra.
Qed.

(* the step has the size phi(|x|), towards 0 *)
Lemma moved : Rabs (x t O - x (S t) O) = phi (Rabs (x t O)) /\ 0 <= x t O * (x t O - x (S t) O).
Proof.
  destruct Hplain as [Hn [_ Hg]]. pose proof (Hrun t O ltac:(rewrite Hn; lia)) as E.
  unfold squash in E. change (norm n (grad (x t))) with (N t) in E. rewrite N_is, Hg in E.
  replace (x t O - x (S t) O) with (eta * tanh (alpha * (L * x t O / (L * Rabs (x t O) + eps)))) by (rewrite E; ring).
  assert (Hpos : 0 <= L * Rabs (x t O) / (L * Rabs (x t O) + eps)).
  { pose proof (Rabs_pos (x t O)). destruct (Rle_lt_or_eq_dec 0 (Rabs (x t O)) ltac:(lra)) as [H1|H1].
    - assert (0 < L * Rabs (x t O)) by (apply Rmult_lt_0_compat; assumption).
      apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
    - rewrite <- H1, Rmult_0_r. unfold Rdiv. rewrite Rmult_0_l. lra. }
  pose proof (tanh_scaled_nonneg alpha Ha _ Hpos) as Ht. unfold phi.
  unfold Rabs in *. destruct (Rcase_abs (x t O)) as [Hneg|Hnn].
  - replace (alpha * (L * x t O / (L * - x t O + eps))) with (- (alpha * (L * - x t O / (L * - x t O + eps)))) by (unfold Rdiv; ring).
    rewrite tanh_odd. split.
    + destruct (Rcase_abs (eta * - tanh (alpha * (L * - x t O / (L * - x t O + eps))))) as [H|H]; [ring|].
      assert (0 <= eta * tanh (alpha * (L * - x t O / (L * - x t O + eps)))) by (apply Rmult_le_pos; lra). lra.
    + replace (x t O * (eta * - tanh (alpha * (L * - x t O / (L * - x t O + eps)))))
        with (- x t O * (eta * tanh (alpha * (L * - x t O / (L * - x t O + eps))))) by ring.
      apply Rmult_le_pos; [lra | apply Rmult_le_pos; lra].
  - split.
    + destruct (Rcase_abs (eta * tanh (alpha * (L * x t O / (L * x t O + eps))))) as [H|H]; [|reflexivity].
      assert (0 <= eta * tanh (alpha * (L * x t O / (L * x t O + eps)))) by (apply Rmult_le_pos; lra). lra.
    + apply Rmult_le_pos; [lra | apply Rmult_le_pos; lra].
Qed.

Lemma next_abs : Rabs (x (S t) O) = Rabs (phi (Rabs (x t O)) - Rabs (x t O)).
Proof.
  destruct moved as [H1 H2]. revert H1 H2. generalize (phi (Rabs (x t O))). intros p H1 H2.
  revert H1 H2. unfold Rabs. destruct (Rcase_abs (x t O)), (Rcase_abs (x t O - x (S t) O)), (Rcase_abs (x (S t) O));
    intros; match goal with |- context [Rcase_abs ?u] => destruct (Rcase_abs u) end; subst; try lra; nra.
Qed.

Theorem T4_stall : L * eta * tanh (alpha * (N t / (N t + eps))) <= N t + N (S t).
Proof.
  rewrite !N_is, next_abs. unfold phi. set (y := Rabs (x t O)).
  pose proof (RRle_abs (eta * tanh (alpha * (L * y / (L * y + eps))) - y)) as H.
  apply Rmult_le_compat_l with (r := L) in H; [|lra]. lra.
Qed.

Theorem T4_slow : 0 < eps ->
  N t * (L * alpha * eta / eps - L * N t ^ 2 * alpha ^ 3 * eta / (3 * eps ^ 3) - L * N t * alpha * eta / eps ^ 2 - 1) <= N (S t).
Proof.
  intros He. pose proof T4_stall as H. assert (HN : 0 <= N t) by apply norm_nonneg.
  set (y := N t / eps). set (r := N t / (N t + eps)) in *.
  assert (Hy : 0 <= y) by (apply Rmult_le_pos; [exact HN | left; apply Rinv_0_lt_compat, He]).
  assert (HNy : N t = eps * y) by (unfold y; field; lra).
  assert (Er : r = y / (1 + y)) by (unfold r; rewrite HNy; field; nra).
  assert (Hr0 : 0 <= r) by (rewrite Er; apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]).
  assert (Hry : r <= y).
  { rewrite Er. apply Rmult_le_reg_r with (1 + y); [lra|]. replace (y / (1 + y) * (1 + y)) with y by (field; lra). nra. }
  assert (Hr2 : y - y ^ 2 <= r).
  { rewrite Er. apply Rmult_le_reg_r with (1 + y); [lra|]. replace (y / (1 + y) * (1 + y)) with y by (field; lra). nra. }
  pose proof (tanh_cubic (alpha * r) ltac:(apply Rmult_le_pos; lra)) as Hc.
  assert (Hcube : r ^ 3 <= y ^ 3) by (apply pow_incr; lra).
  assert (Hc2 : alpha * (y - y ^ 2) - alpha ^ 3 * y ^ 3 / 3 <= tanh (alpha * r)).
  { apply Rle_trans with (2 := Hc). replace ((alpha * r) ^ 3) with (alpha ^ 3 * r ^ 3) by ring.
    apply Rmult_le_compat_l with (r := alpha ^ 3) in Hcube; [|apply pow_le; lra].
    apply Rmult_le_compat_l with (r := alpha) in Hr2; [|lra]. lra. }
  apply Rmult_le_compat_l with (r := L * eta) in Hc2; [|apply Rmult_le_pos; lra].
  replace (N t * (L * alpha * eta / eps - L * N t ^ 2 * alpha ^ 3 * eta / (3 * eps ^ 3) - L * N t * alpha * eta / eps ^ 2 - 1))
    with (L * eta * (alpha * (y - y ^ 2) - alpha ^ 3 * y ^ 3 / 3) - N t) by (rewrite HNy; field; lra).
  lra.
Qed.

(* phi(y)/y falls strictly, phi increases *)
Lemma phi_falls y z : 0 < eps -> 0 < y < z -> phi z * y < phi y * z.
Proof.
  intros He Hy. unfold phi.
  assert (Hly : 0 < L * y) by (apply Rmult_lt_0_compat; lra). assert (Hlz : 0 < L * z) by (apply Rmult_lt_0_compat; lra).
  set (u := L * y / (L * y + eps)). set (v := L * z / (L * z + eps)).
  assert (Hu : 0 < u) by (apply Rdiv_lt_0_compat; lra). assert (Hv : 0 < v) by (apply Rdiv_lt_0_compat; lra).
  assert (Euv : v - u = eps * L * (z - y) * / ((L * y + eps) * (L * z + eps))) by (unfold u, v; field; lra).
  assert (Huv : 0 < v - u).
  { rewrite Euv. apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; lra | lra]|].
    apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra. }
  pose proof (fam_star _ (tanh_family alpha Ha) u v ltac:(lra)) as H. cbv beta in H.
  assert (Hvy : v * y < u * z).
  { assert (E : u * z - v * y = L * (L * y) * z * (z - y) * / ((L * y + eps) * (L * z + eps))) by (unfold u, v; field; lra).
    assert (0 < L * (L * y) * z * (z - y) * / ((L * y + eps) * (L * z + eps))); [|lra].
    apply Rmult_lt_0_compat; [repeat apply Rmult_lt_0_compat; lra | apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra]. }
  pose proof (tanh_alpha_pos (alpha * u) ltac:(apply Rmult_lt_0_compat; assumption)) as Htu.
  (* tanh(v) y u <= tanh(u) v y < tanh(u) u z *)
  apply Rmult_lt_reg_r with u; [exact Hu|].
  apply Rle_lt_trans with (eta * (tanh (alpha * u) * (v * y))).
  - replace (eta * tanh (alpha * v) * y * u) with (eta * y * (u * tanh (alpha * v))) by ring.
    replace (eta * (tanh (alpha * u) * (v * y))) with (eta * y * (v * tanh (alpha * u))) by ring.
    apply Rmult_le_compat_l; [apply Rmult_le_pos; lra | exact H].
  - replace (eta * tanh (alpha * u) * z * u) with (eta * (tanh (alpha * u) * (u * z))) by ring.
    apply Rmult_lt_compat_l; [exact Heta|]. apply Rmult_lt_compat_l; assumption.
Qed.

Lemma phi_rises y z : 0 < eps -> 0 <= y <= z -> phi y <= phi z.
Proof.
  intros He Hy. unfold phi. apply Rmult_le_compat_l; [lra|]. apply (tanh_scaled_mono alpha Ha).
  assert (0 <= L * y <= L * z) by (split; [apply Rmult_le_pos | apply Rmult_le_compat_l]; lra).
  apply Rmult_le_reg_r with ((L * y + eps) * (L * z + eps)); [apply Rmult_lt_0_compat; lra|].
  replace (L * y / (L * y + eps) * ((L * y + eps) * (L * z + eps))) with (L * y * (L * z + eps)) by (field; lra).
  replace (L * z / (L * z + eps) * ((L * y + eps) * (L * z + eps))) with (L * z * (L * y + eps)) by (field; lra). nra.
Qed.

Theorem T4_attraction : 0 < eps -> 0 < a -> 2 * a = phi a ->
  Rabs (Rabs (x (S t) O) - a) <= Rabs (Rabs (x t O) - a).
Proof.
  intros He Ha0 Hroot. rewrite next_abs. set (y := Rabs (x t O)). assert (Hy : 0 <= y) by apply Rabs_pos. clearbody y.
  assert (Hlow : y <= a -> 2 * y <= phi y /\ phi y <= 2 * a).
  { intros H. split; [|rewrite Hroot; apply phi_rises; lra].
    destruct (Req_dec y a) as [->|Hne]; [lra|]. destruct Hy as [Hy|<-].
    - pose proof (phi_falls y a He ltac:(lra)) as H1. rewrite <- Hroot in H1. nra.
    - unfold phi. rewrite !Rmult_0_r. unfold Rdiv. rewrite Rmult_0_l, Rmult_0_r, tanh_0. lra. }
  assert (Hhigh : a <= y -> 2 * a <= phi y /\ phi y <= 2 * y).
  { intros H. split; [rewrite Hroot; apply phi_rises; lra|].
    destruct (Req_dec y a) as [->|Hne]; [lra|].
    pose proof (phi_falls a y He ltac:(lra)) as H1. rewrite <- Hroot in H1. nra. }
  revert Hlow Hhigh. generalize (phi y). intros p Hlow Hhigh.
  destruct (Rle_or_lt y a) as [H|H].
  - specialize (Hlow H). unfold Rabs. destruct (Rcase_abs (p - y)), (Rcase_abs (y - a)); try lra;
      match goal with |- context [Rcase_abs ?u] => destruct (Rcase_abs u) end; lra.
  - specialize (Hhigh ltac:(lra)). unfold Rabs. destruct (Rcase_abs (p - y)), (Rcase_abs (y - a)); try lra;
      match goal with |- context [Rcase_abs ?u] => destruct (Rcase_abs u) end; lra.
Qed.
End Parabola.

(* above the threshold 2a = phi(a) has exactly one root a > 0, and it is bracketed *)
Section Root.
Variables (L alpha eta eps : R).
Hypotheses (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 < eps) (HL : 0 < L) (Habove : 2 * eps / (alpha * L) < eta).
Let phi y := eta * tanh (alpha * (L * y / (L * y + eps))).

Lemma root_unique a b : 0 < a -> 2 * a = phi a -> 0 < b -> 2 * b = phi b -> a = b.
Proof.
  intros Ha0 Ea Hb0 Eb. destruct (Rtotal_order a b) as [H|[H|H]]; [exfalso|exact H|exfalso].
  - pose proof (phi_falls L alpha eta eps Ha Heta HL a b Heps ltac:(lra)) as H1.
    change (phi b * a < phi a * b) in H1. rewrite <- Ea, <- Eb in H1. lra.
  - pose proof (phi_falls L alpha eta eps Ha Heta HL b a Heps ltac:(lra)) as H1.
    change (phi a * b < phi b * a) in H1. rewrite <- Ea, <- Eb in H1. lra.
Qed.

Lemma root_bracket a : 0 < a -> 2 * a = phi a -> L * eta * tanh alpha / 2 - eps <= L * a <= L * eta * tanh alpha / 2.
Proof.
  intros Ha0 Ea. assert (Hla : 0 < L * a) by (apply Rmult_lt_0_compat; assumption).
  set (u := L * a / (L * a + eps)).
  assert (Hu : 0 <= u <= 1).
  { unfold u. split; [apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]|].
    apply Rmult_le_reg_r with (L * a + eps); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  unfold phi in Ea. fold u in Ea. pose proof (tanh_alpha_pos alpha Ha) as Ht. split.
  - pose proof (scalar_heart alpha Ha u Hu) as H.
    apply Rmult_le_compat_l with (r := eta) in H; [|lra]. rewrite <- Ea in H.
    apply Rmult_le_compat_r with (r := (L * a + eps) / (2 * a)) in H; [|left; apply Rdiv_lt_0_compat; lra].
    replace (eta * (u * tanh alpha) * ((L * a + eps) / (2 * a))) with (L * eta * tanh alpha / 2) in H by (unfold u; field; lra).
    replace (2 * a * ((L * a + eps) / (2 * a))) with (L * a + eps) in H by (field; lra). lra.
  - pose proof (tanh_scaled_mono alpha Ha u 1 ltac:(lra)) as H. rewrite Rmult_1_r in H.
    apply Rmult_le_compat_l with (r := eta) in H; [|lra]. rewrite <- Ea in H.
    apply Rmult_le_compat_l with (r := L / 2) in H; [|lra]. lra.
Qed.

Lemma root_exists : exists a, 0 < a /\ 2 * a = phi a.
Proof.
  assert (Hal : 0 < alpha * L) by (apply Rmult_lt_0_compat; assumption).
  set (k := alpha * L * eta / eps).
  assert (Hk : 2 < k).
  { unfold k. apply Rmult_lt_reg_r with (eps / (alpha * L)); [apply Rdiv_lt_0_compat; assumption|].
    replace (alpha * L * eta / eps * (eps / (alpha * L))) with eta by (field; lra).
    replace (2 * (eps / (alpha * L))) with (2 * eps / (alpha * L)) by (field; lra). exact Habove. }
  (* y = L a/eps small enough for k (1 - alpha^2 y/3) > 2 (1 + y) *)
  set (w := 2 + k * alpha ^ 2 / 3). assert (Hw : 0 < w) by (unfold w; pose proof (pow2_ge_0 alpha); nra).
  set (y := Rmin 1 ((k - 2) / (2 * w))).
  assert (Hy1 : y <= 1) by apply Rmin_l. assert (Hy2 : y <= (k - 2) / (2 * w)) by apply Rmin_r.
  assert (Hy0 : 0 < y) by (apply Rmin_glb_lt; [lra | apply Rdiv_lt_0_compat; lra]).
  assert (Hyw : y * w < k - 2).
  { apply Rmult_le_compat_r with (r := w) in Hy2; [|lra]. replace ((k - 2) / (2 * w) * w) with ((k - 2) / 2) in Hy2 by (field; lra). lra. }
  set (a0 := eps * y / L). assert (Ha0 : 0 < a0) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat|]; assumption).
  assert (Hlow : 2 * a0 < phi a0).
  { unfold phi. replace (L * a0 / (L * a0 + eps)) with (y / (1 + y)) by (unfold a0; field; repeat split; nra).
    set (r := y / (1 + y)).
    assert (Hr : 0 <= r) by (apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]).
    assert (Hry : r <= y).
    { unfold r. apply Rmult_le_reg_r with (1 + y); [lra|]. replace (y / (1 + y) * (1 + y)) with y by (field; lra). nra. }
    pose proof (tanh_cubic (alpha * r) ltac:(apply Rmult_le_pos; lra)) as Hc.
    apply Rmult_le_compat_l with (r := eta) in Hc; [|lra]. apply Rlt_le_trans with (2 := Hc).
    (* eta alpha r (1 - alpha^2 r^2/3) >= eta alpha r (1 - alpha^2 y/3) *)
    assert (Hr2 : r ^ 2 <= y) by nra.
    assert (H1 : eta * alpha * r * (1 - alpha ^ 2 * y / 3) <= eta * (alpha * r - (alpha * r) ^ 3 / 3)).
    { replace (eta * (alpha * r - (alpha * r) ^ 3 / 3)) with (eta * alpha * r * (1 - alpha ^ 2 * r ^ 2 / 3)) by field.
      apply Rmult_le_compat_l; [apply Rmult_le_pos; [apply Rmult_le_pos; lra | exact Hr]|].
      apply Rmult_le_compat_l with (r := alpha ^ 2) in Hr2; [lra | apply pow2_ge_0]. }
    apply Rlt_le_trans with (2 := H1).
    replace (eta * alpha * r * (1 - alpha ^ 2 * y / 3)) with (eps * y / L * (k * (1 - alpha ^ 2 * y / 3) / (1 + y)))
      by (unfold k, r; field; lra).
    fold a0. rewrite (Rmult_comm 2). apply Rmult_lt_compat_l; [exact Ha0|].
    apply Rmult_lt_reg_r with (1 + y); [lra|].
    replace (k * (1 - alpha ^ 2 * y / 3) / (1 + y) * (1 + y)) with (k * (1 - alpha ^ 2 * y / 3)) by (field; lra).
    unfold w in Hyw. lra. }
  assert (Hhigh : phi eta < 2 * eta).
  { unfold phi. pose proof (tanh_lt_1 (alpha * (L * eta / (L * eta + eps)))) as H. nra. }
  assert (Hlt : a0 < eta).
  { assert (phi a0 < eta) by (unfold phi; pose proof (tanh_lt_1 (alpha * (L * a0 / (L * a0 + eps)))); nra). lra. }
  set (G := fun a => 2 * a - eta * tanh (alpha * (L * a / (L * a + eps)))).
  assert (Hcont : forall a, a0 <= a <= eta -> continuity_pt G a).
  { intros a Hrange. unfold G. assert (Hd : L * a + eps <> 0) by (apply Rgt_not_eq; assert (0 < L * a) by (apply Rmult_lt_0_compat; lra); lra).
    apply continuity_pt_minus; [apply derivable_continuous_pt; exists (2 * 1); apply (derivable_pt_lim_scal id 2 a 1), derivable_pt_lim_id|].
    apply derivable_continuous_pt.
    set (u' := (L * 1 * (L * a + eps) - (L * 1 + 0) * (L * a)) / Rsqr (L * a + eps)).
    assert (Hu : derivable_pt_lim (fun a => L * a / (L * a + eps)) a u').
    { apply (derivable_pt_lim_div (fun a => L * a) (fun a => L * a + eps)); [| |exact Hd].
      - apply (derivable_pt_lim_scal id L a 1), derivable_pt_lim_id.
      - apply (derivable_pt_lim_plus (fun a => L * a) (fun _ => eps)); [|apply derivable_pt_lim_const].
        apply (derivable_pt_lim_scal id L a 1), derivable_pt_lim_id. }
    set (w0 := L * a / (L * a + eps)) in *.
    exists (eta * (alpha * (1 - tanh (alpha * w0) * tanh (alpha * w0)) * u')).
    apply (derivable_pt_lim_scal (fun a => tanh (alpha * (L * a / (L * a + eps)))) eta a).
    exact (derivable_pt_lim_comp (fun a => L * a / (L * a + eps)) (fun u => tanh (alpha * u)) a _ _ Hu
             (derive_tanh_scaled alpha w0)). }
  destruct (IVT_interv G a0 eta Hcont Hlt) as [a [Hra Ea]].
  - unfold G. fold (phi a0). lra.
  - unfold G. fold (phi eta). lra.
  - exists a. split; [lra|]. unfold G in Ea. unfold phi. lra.
Qed.
End Root.
