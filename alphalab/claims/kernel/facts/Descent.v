(* The descent lemma: from a Lipschitz gradient, for one step, and summed over a run. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction.
Open Scope R_scope.

(* f(x - eta d) <= f(x) - eta <g,d> + (L eta^2/2) ||d||^2, any direction d *)
Lemma descent_step n f grad L eta (x y d : vec) : smooth n f grad L ->
  (forall i, (i < n)%nat -> y i = x i - eta * d i) ->
  f y <= f x - eta * dot n (grad x) d + L * eta ^ 2 / 2 * dot n d d.
Proof.
  intros Hs Hy. apply Rle_trans with (1 := Hs x y). right.
  replace (dot n (grad x) (sub y x)) with (- eta * dot n (grad x) d).
  2: { rewrite <- dot_scal_r. apply sum_ext. intros i Hi. unfold sub. rewrite (Hy i Hi). ring. }
  replace (dot n (sub y x) (sub y x)) with (eta * eta * dot n d d).
  2: { rewrite Rmult_assoc, <- dot_scal_l, <- dot_scal_r. apply sum_ext. intros i Hi. unfold sub. rewrite (Hy i Hi). ring. }
  field.
Qed.

(* summed over t < T with f >= f_inf: F t = f(x_t), I t = <g,d>, Q t = ||d||^2 *)
Lemma summed (T : nat) (F I Q eta : nat -> R) (L low : R) :
  (forall t, (t < T)%nat -> F (S t) <= F t - eta t * I t + L * eta t ^ 2 / 2 * Q t) -> low <= F T ->
  sum T (fun t => eta t * I t) <= F O - low + L / 2 * sum T (fun t => eta t ^ 2 * Q t).
Proof.
  intros H Hl.
  assert (H1 : sum T (fun t => eta t * I t) <= sum T (fun t => (F t - F (S t)) + L / 2 * (eta t ^ 2 * Q t))).
  { apply sum_le. intros t Ht. pose proof (H t Ht). lra. }
  rewrite (sum_plus T (fun t => F t - F (S t))), (sum_telescope T F), (sum_scal T (L / 2)) in H1. lra.
Qed.

(* one step size and ||d||^2 <= C *)
Lemma mean_alignment (T : nat) (F I Q : nat -> R) (eta L low C : R) : (0 < T)%nat -> 0 < eta -> 0 <= L ->
  (forall t, (t < T)%nat -> F (S t) <= F t - eta * I t + L * eta ^ 2 / 2 * Q t) -> low <= F T ->
  (forall t, (t < T)%nat -> Q t <= C) -> mean T I <= (F O - low) / (eta * INR T) + L * eta * C / 2.
Proof.
  intros HT He HL H Hl HC. assert (HI : 0 < INR T) by (apply lt_0_INR, HT).
  pose proof (summed T F I Q (fun _ => eta) L low H Hl) as H1. cbv beta in H1.
  rewrite !sum_scal in H1.
  assert (H2 : sum T Q <= INR T * C) by (rewrite <- sum_const; apply sum_le, HC).
  assert (0 <= L / 2 * eta ^ 2) by (apply Rmult_le_pos; [lra | apply pow2_ge_0]).
  apply Rmult_le_compat_l with (r := L / 2 * eta ^ 2) in H2; [|assumption].
  unfold mean. apply Rmult_le_reg_l with (eta * INR T); [apply Rmult_lt_0_compat; assumption|].
  replace (eta * INR T * (/ INR T * sum T I)) with (eta * sum T I) by (field; lra).
  replace (eta * INR T * ((F O - low) / (eta * INR T) + L * eta * C / 2))
    with (F O - low + L / 2 * eta ^ 2 * (INR T * C)) by (field; lra).
  lra.
Qed.

(* a smooth function does not see the components beyond n *)
Lemma smooth_same n f grad L (x y : vec) : smooth n f grad L -> (forall i, (i < n)%nat -> y i = x i) -> f y <= f x.
Proof.
  intros Hs H. pose proof (descent_step n f grad L 0 x y (fun _ => 0) Hs) as H1.
  assert (E : forall i, (i < n)%nat -> y i = x i - 0 * 0) by (intros i Hi; rewrite (H i Hi); ring).
  specialize (H1 E). lra.
Qed.

(* L-smooth from an L-Lipschitz gradient *)
Definition line (x v : vec) (t : R) : vec := fun i => x i + t * v i.

Lemma derive_nonpos_le (p p' : R -> R) : (forall t, derivable_pt_lim p t (p' t)) ->
  (forall t, 0 <= t <= 1 -> p' t <= 0) -> p 1 <= p 0.
Proof.
  intros Hd Hs. destruct (MVT_cor2 p p' 0 1 Rlt_0_1 ltac:(intros; apply Hd)) as [c [E Hc]].
  pose proof (Hs c ltac:(lra)). lra.
Qed.

Theorem descent_lemma n f grad L : 0 <= L -> differentiable n f grad -> lipschitz n grad L -> smooth n f grad L.
Proof.
  intros HL [Hf Hg] Hl x y. set (v := sub y x).
  set (c0 := dot n (grad x) v). set (c1 := dot n v v).
  set (p := fun t => f (line x v t) - c0 * t - L / 2 * c1 * (t * t)).
  set (p' := fun t => dot n (grad (line x v t)) v - c0 - L * c1 * t).
  assert (Hd : forall t, derivable_pt_lim p t (p' t)).
  { intros t. unfold p, p'.
    apply (derivable_pt_lim_minus (fun t => f (line x v t) - c0 * t) (fun t => L / 2 * c1 * (t * t))).
    - apply (derivable_pt_lim_minus (fun t => f (line x v t)) (fun t => c0 * t)); [exact (Hg x v t)|].
      pose proof (derivable_pt_lim_scal id c0 t 1 (derivable_pt_lim_id t)) as H. rewrite Rmult_1_r in H. exact H.
    - replace (L * c1 * t) with (L / 2 * c1 * (1 * id t + id t * 1)) by (unfold id; field).
      apply (derivable_pt_lim_scal (fun t => t * t)).
      apply (derivable_pt_lim_mult id id); apply derivable_pt_lim_id. }
  assert (Hs : forall t, 0 <= t <= 1 -> p' t <= 0).
  { intros t Ht. unfold p', c0.
    assert (E : dot n (grad (line x v t)) v - dot n (grad x) v = dot n (sub (grad (line x v t)) (grad x)) v).
    { unfold dot, sub.
      replace (sum n (fun i => (grad (line x v t) i - grad x i) * v i)) with
        (sum n (fun i => grad (line x v t) i * v i + -1 * (grad x i * v i)))
        by (apply sum_ext; intros; ring).
      rewrite (sum_plus n (fun i => grad (line x v t) i * v i)), (sum_scal n (-1) (fun i => grad x i * v i)). ring. }
    rewrite E. pose proof (cauchy_schwarz n (sub (grad (line x v t)) (grad x)) v) as C.
    pose proof (Hl x (line x v t)) as H1.
    assert (E2 : norm n (sub (line x v t) x) = t * norm n v).
    { rewrite <- norm_scal by lra. unfold norm. f_equal. apply sum_ext. intros. unfold line, sub. ring. }
    rewrite E2 in H1. apply Rmult_le_compat_r with (r := norm n v) in H1; [|apply norm_nonneg].
    replace (L * (t * norm n v) * norm n v) with (L * (norm n v * norm n v) * t) in H1 by ring.
    rewrite norm_sq in H1. fold c1 in H1. lra. }
  pose proof (derive_nonpos_le p p' Hd Hs) as H. unfold p in H.
  assert (E1 : f (line x v 1) = f y) by (apply Hf; intros; unfold line, v, sub; ring).
  assert (E0 : f (line x v 0) = f x) by (apply Hf; intros; unfold line; ring).
  rewrite E1, E0 in H. lra.
Qed.

(* h(z) = z^2/(z + eps), its tangent and its inverse *)
Definition h_inverse (eps b : R) : R := (b + sqrt (b ^ 2 + 4 * eps * b)) / 2.

Section H.
Variable eps : R.
Hypothesis Heps : 0 <= eps.

Lemma h_nonneg z : 0 <= z -> 0 <= h eps z.
Proof.
  intros Hz. unfold h. destruct (Rle_lt_or_eq_dec 0 (z + eps) ltac:(lra)) as [H|H].
  - apply Rmult_le_pos; [apply pow2_ge_0 | left; apply Rinv_0_lt_compat, H].
  - replace z with 0 by lra. unfold Rdiv. rewrite pow_i by lia. lra.
Qed.

Lemma h_above z : 0 <= z -> z <= h eps z + eps.
Proof.
  intros Hz. destruct (Rle_lt_or_eq_dec 0 (z + eps) ltac:(lra)) as [H|H].
  - assert (E : h eps z + eps - z = eps * eps * / (z + eps)) by (unfold h; field; lra).
    assert (0 <= eps * eps * / (z + eps)) by (apply Rmult_le_pos; [apply sq_nonneg | left; apply Rinv_0_lt_compat, H]).
    lra.
  - pose proof (h_nonneg z Hz). lra.
Qed.

(* h is convex: it lies over its tangent at m *)
Lemma h_tangent m z : 0 < m -> 0 <= z ->
  h eps m + (m * (m + 2 * eps) / ((m + eps) * (m + eps))) * (z - m) <= h eps z.
Proof.
  intros Hm Hz. assert (0 < m + eps) by lra.
  destruct (Rle_lt_or_eq_dec 0 (z + eps) ltac:(lra)) as [H1|H1].
  - assert (E : h eps z - (h eps m + (m * (m + 2 * eps) / ((m + eps) * (m + eps))) * (z - m))
            = (eps * (z - m)) * (eps * (z - m)) * / ((z + eps) * ((m + eps) * (m + eps)))).
    { unfold h. field. lra. }
    assert (0 <= (eps * (z - m)) * (eps * (z - m)) * / ((z + eps) * ((m + eps) * (m + eps)))).
    { apply Rmult_le_pos; [apply sq_nonneg|]. left. apply Rinv_0_lt_compat.
      repeat apply Rmult_lt_0_compat; lra. }
    lra.
  - pose proof (h_nonneg z Hz). replace z with 0 in * by lra. replace eps with 0 in * by lra.
    replace (h 0 m + m * (m + 2 * 0) / ((m + 0) * (m + 0)) * (0 - m)) with 0; [exact H0|].
    unfold h. field. lra.
Qed.

(* h(m) <= b gives m <= h_inverse(b) *)
Lemma h_invert m b : 0 <= m -> h eps m <= b -> m <= h_inverse eps b.
Proof.
  intros Hm H. pose proof (h_nonneg m Hm).
  assert (Hq : m * m <= b * (m + eps)).
  { destruct (Rle_lt_or_eq_dec 0 (m + eps) ltac:(lra)) as [H1|H1].
    - apply Rmult_le_compat_r with (r := m + eps) in H; [|lra].
      replace (h eps m * (m + eps)) with (m * m) in H by (unfold h; field; lra). exact H.
    - replace m with 0 by lra. replace eps with 0 by lra. lra. }
  assert (2 * m - b <= sqrt (b ^ 2 + 4 * eps * b)); [|unfold h_inverse; lra].
  destruct (Rle_dec (2 * m - b) 0) as [Hneg|Hpos].
  - pose proof (sqrt_pos (b ^ 2 + 4 * eps * b)). lra.
  - apply Rsqr_incr_0_var; [|apply sqrt_pos]. rewrite Rsqr_sqrt by nra. unfold Rsqr. nra.
Qed.

Lemma h_inverse_le b : 0 <= b -> h_inverse eps b <= b + eps.
Proof.
  intros Hb. assert (sqrt (b ^ 2 + 4 * eps * b) <= b + 2 * eps); [|unfold h_inverse; lra].
  apply Rsqr_incr_0_var; [|lra]. rewrite Rsqr_sqrt by nra. unfold Rsqr. nra.
Qed.

(* Jensen: the mean of h is at least h at the mean *)
Lemma mean_h_invert T (N : nat -> R) b : (0 < T)%nat -> (forall t, 0 <= N t) ->
  mean T (fun t => h eps (N t)) <= b -> mean T N <= h_inverse eps b.
Proof.
  intros HT HN H. set (m := mean T N).
  assert (HTp : 0 < INR T) by (apply lt_0_INR, HT).
  assert (Hm : 0 <= m) by (apply Rmult_le_pos; [left; apply Rinv_0_lt_compat, HTp | apply sum_nonneg; intros; apply HN]).
  apply h_invert; [exact Hm|].
  destruct Hm as [Hm|Hm].
  - apply Rle_trans with (2 := H).
    set (k := m * (m + 2 * eps) / ((m + eps) * (m + eps))).
    apply Rle_trans with (mean T (fun t => k * N t + (h eps m - k * m))).
    + rewrite (mean_shift T _ (fun t => k * N t)) by exact HT. rewrite mean_scal. fold m. lra.
    + apply mean_le. intros t _. pose proof (h_tangent m (N t) Hm (HN t)) as H1. fold k in H1. lra.
  - rewrite <- Hm. unfold h. rewrite pow_i by lia. unfold Rdiv. rewrite Rmult_0_l.
    apply Rle_trans with (2 := H). unfold mean. apply Rmult_le_pos; [left; apply Rinv_0_lt_compat, HTp|].
    apply sum_nonneg. intros. apply h_nonneg, HN.
Qed.
End H.
