(* The family: sigma odd, nondecreasing and concave on [0, inf), sigma 0 = 0.  No derivative is used. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums.
Open Scope R_scope.

(* sigma concave on [0,1], sigma 0 = 0 implies sigma(x)/x nonincreasing; without the quotient *)
Lemma star_shaped s c : concave_on (fun x => 0 <= x <= c) s -> s 0 = 0 ->
  forall x r, 0 <= x <= r -> r <= c -> x * s r <= r * s x.
Proof.
  intros Hc H0 x r Hx Hr.
  destruct (Req_dec r 0) as [->|Hr0]; [replace x with 0 by lra; lra|].
  assert (0 < r) by lra.
  assert (Ht : 0 <= x / r <= 1).
  { split; [apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]|].
    apply Rmult_le_reg_r with r; [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  pose proof (Hc r 0 (x / r) ltac:(lra) ltac:(lra) Ht) as H1.
  rewrite H0 in H1. replace (x / r * r + (1 - x / r) * 0) with x in H1 by (field; lra).
  apply Rmult_le_compat_l with (r := r) in H1; [|lra].
  replace (r * (x / r * s r + (1 - x / r) * 0)) with (x * s r) in H1 by (field; lra). exact H1.
Qed.

Section Family.
Variable s : R -> R.
Hypothesis F : family s.

Lemma fam_zero : s 0 = 0.
Proof. pose proof (fam_odd s F 0) as H. rewrite Ropp_0 in H. lra. Qed.

Lemma fam_nonneg x : 0 <= x -> 0 <= s x.
Proof. intros H. rewrite <- fam_zero. apply (fam_mono s F); lra. Qed.

Lemma fam_star x r : 0 <= x <= r -> x * s r <= r * s x.
Proof.
  intros H. apply (star_shaped s r); [|apply fam_zero|exact H|lra].
  intros a b t Ha Hb Ht. apply (fam_conc s F); lra.
Qed.

(* Above u0 > 0 the graph lies under one line a + b u with a, b >= 0 that touches it at u0. *)
Lemma fam_line u0 : 0 < u0 ->
  exists a b, 0 <= a /\ 0 <= b /\ s u0 = a + b * u0 /\ forall u, 0 <= u -> s u <= a + b * u.
Proof.
  intros H0.
  (* slope to the right <= slope to the left *)
  assert (Hchord : forall v u, 0 <= v < u0 -> u0 < u ->
      (s u - s u0) * (u0 - v) <= (s u0 - s v) * (u - u0)).
  { intros v u Hv Hu.
    assert (Ht : 0 <= (u0 - v) / (u - v) <= 1).
    { assert (0 < / (u - v)) by (apply Rinv_0_lt_compat; lra). split.
      - apply Rmult_le_pos; lra.
      - apply Rmult_le_reg_r with (u - v); [lra|].
        unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
    pose proof (fam_conc s F u v _ ltac:(lra) ltac:(lra) Ht) as H1.
    replace ((u0 - v) / (u - v) * u + (1 - (u0 - v) / (u - v)) * v) with u0 in H1 by (field; lra).
    apply Rmult_le_compat_l with (r := u - v) in H1; [|lra].
    replace ((u - v) * ((u0 - v) / (u - v) * s u + (1 - (u0 - v) / (u - v)) * s v))
      with ((u0 - v) * s u + (u - u0) * s v) in H1 by (field; lra).
    nra. }
  set (E := fun k => exists u, u0 < u /\ k = (s u - s u0) / (u - u0)).
  assert (Hub : forall v, 0 <= v < u0 -> is_upper_bound E ((s u0 - s v) / (u0 - v))).
  { intros v Hv k [u [Hu ->]].
    apply Rmult_le_reg_r with ((u - u0) * (u0 - v)); [apply Rmult_lt_0_compat; lra|].
    replace ((s u - s u0) / (u - u0) * ((u - u0) * (u0 - v))) with ((s u - s u0) * (u0 - v))
      by (field; lra).
    replace ((s u0 - s v) / (u0 - v) * ((u - u0) * (u0 - v))) with ((s u0 - s v) * (u - u0))
      by (field; lra).
    apply Hchord; lra. }
  destruct (completeness E) as [b [Hb1 Hb2]].
  - exists ((s u0 - s 0) / (u0 - 0)). apply Hub; lra.
  - exists ((s (u0 + 1) - s u0) / (u0 + 1 - u0)). exists (u0 + 1). split; [lra|reflexivity].
  - assert (Hb0 : 0 <= b).
    { apply Rle_trans with ((s (u0 + 1) - s u0) / (u0 + 1 - u0)).
      - replace (u0 + 1 - u0) with 1 by ring.
        pose proof (fam_mono s F u0 (u0 + 1) ltac:(lra)). lra.
      - apply Hb1. exists (u0 + 1). split; [lra|reflexivity]. }
    exists (s u0 - b * u0), b. repeat split; [|exact Hb0|ring|].
    + pose proof (Hb2 _ (Hub 0 ltac:(lra))) as H1. rewrite fam_zero in H1.
      apply Rmult_le_compat_r with (r := u0) in H1; [|lra].
      replace ((s u0 - 0) / (u0 - 0) * u0) with (s u0) in H1 by (field; lra). lra.
    + intros u Hu. destruct (Rtotal_order u u0) as [Hlt|[->|Hgt]]; [|lra|].
      * pose proof (Hb2 _ (Hub u ltac:(lra))) as H1.
        apply Rmult_le_compat_r with (r := u0 - u) in H1; [|lra].
        replace ((s u0 - s u) / (u0 - u) * (u0 - u)) with (s u0 - s u) in H1 by (field; lra). lra.
      * assert (H1 : (s u - s u0) / (u - u0) <= b) by (apply Hb1; exists u; split; [lra|reflexivity]).
        apply Rmult_le_compat_r with (r := u - u0) in H1; [|lra].
        replace ((s u - s u0) / (u - u0) * (u - u0)) with (s u - s u0) in H1 by (field; lra). lra.
Qed.

(* sigma(u)^2 and u sigma(u) only see |u| *)
Lemma fam_sq u : s u * s u = s (Rabs u) * s (Rabs u).
Proof.
  unfold Rabs. destruct (Rcase_abs u); [|reflexivity]. rewrite (fam_odd s F). ring.
Qed.
Lemma fam_prod u : u * s u = Rabs u * s (Rabs u).
Proof.
  unfold Rabs. destruct (Rcase_abs u); [|reflexivity]. rewrite (fam_odd s F). ring.
Qed.

(* The sharp lemmas on the unit scale: u in R^n, r = ||u||. *)
Section Vectors.
Variables (n : nat) (u : vec).
Let r := norm n u.
Let su : vec := fun i => s (u i).

Lemma r_cases : r = 0 \/ 0 < r.
Proof. unfold r. pose proof (norm_nonneg n u). lra. Qed.

Lemma L2_lower : r * s r <= dot n u su.
Proof.
  destruct (Req_dec r 0) as [H0|H0].
  { rewrite H0, Rmult_0_l. apply sum_nonneg. intros i _. unfold su. rewrite (fam_prod (u i)).
    apply Rmult_le_pos; [apply Rabs_pos | apply fam_nonneg, Rabs_pos]. }
  assert (Hr : 0 < r) by (destruct r_cases; [contradiction|assumption]).
  apply Rmult_le_reg_l with r; [exact Hr|].
  replace (r * (r * s r)) with (s r * (r * r)) by ring.
  unfold r at 2 3. rewrite norm_sq. unfold dot. rewrite <- !sum_scal.
  apply sum_le. intros i Hi. unfold su. rewrite (fam_prod (u i)).
  replace (u i * u i) with (Rabs (u i) * Rabs (u i))
    by (rewrite <- Rabs_mult; apply Rabs_pos_eq, sq_nonneg).
  pose proof (fam_star (Rabs (u i)) r) as H.
  assert (0 <= Rabs (u i) <= r) as Hi2 by (split; [apply Rabs_pos | apply abs_le_norm, Hi]).
  specialize (H Hi2).
  apply Rmult_le_compat_l with (r := Rabs (u i)) in H; [|lra].
  lra.
Qed.

Lemma L1_lower : s r * s r <= dot n su su.
Proof.
  destruct (Req_dec r 0) as [H0|H0].
  { rewrite H0, fam_zero, Rmult_0_l. apply dot_self_nonneg. }
  assert (Hr : 0 < r) by (destruct r_cases; [contradiction|assumption]).
  apply Rmult_le_reg_l with (r * r); [apply Rmult_lt_0_compat; exact Hr|].
  replace (r * r * (s r * s r)) with (s r * s r * (r * r)) by ring.
  unfold r at 3 4. rewrite norm_sq. unfold dot. rewrite <- !sum_scal.
  apply sum_le. intros i Hi. unfold su. rewrite (fam_sq (u i)).
  replace (u i * u i) with (Rabs (u i) * Rabs (u i))
    by (rewrite <- Rabs_mult; apply Rabs_pos_eq, sq_nonneg).
  pose proof (fam_star (Rabs (u i)) r) as H.
  assert (0 <= Rabs (u i) <= r) as Hi2 by (split; [apply Rabs_pos | apply abs_le_norm, Hi]).
  specialize (H Hi2).
  replace (s r * s r * (Rabs (u i) * Rabs (u i))) with ((Rabs (u i) * s r) * (Rabs (u i) * s r)) by ring.
  replace (r * r * (s (Rabs (u i)) * s (Rabs (u i))))
    with ((r * s (Rabs (u i))) * (r * s (Rabs (u i)))) by ring.
  assert (0 <= Rabs (u i) * s r) by (apply Rmult_le_pos; [lra | apply fam_nonneg; lra]).
  apply Rmult_le_compat; assumption.
Qed.

Let q := r / sqrt (INR n).     (* the balanced component *)

Lemma upper_common : (0 < n)%nat -> 0 < r ->
  exists a b, 0 <= a /\ 0 <= b /\ s q = a + b * q /\ (forall v, 0 <= v -> s v <= a + b * v)
  /\ 0 < sqrt (INR n) /\ r = sqrt (INR n) * q.
Proof.
  intros Hn Hr.
  assert (Hs : 0 < sqrt (INR n)) by (apply sqrt_lt_R0, lt_0_INR, Hn).
  assert (Hq : 0 < q) by (apply Rdiv_lt_0_compat; assumption).
  destruct (fam_line q Hq) as [a [b [Ha [Hb [He Hl]]]]].
  exists a, b. repeat split; try assumption. unfold q. field. lra.
Qed.

Lemma L2_upper : (0 < n)%nat -> dot n u su <= r * (sqrt (INR n) * s q).
Proof.
  intros Hn. destruct (Req_dec r 0) as [H0|H0].
  { rewrite H0, Rmult_0_l. right.
    transitivity (sum n (fun _ => 0)); [|rewrite sum_const; ring].
    apply sum_ext. intros i Hi. assert (H : Rabs (u i) <= r) by (apply abs_le_norm, Hi).
    assert (Rabs (u i) = 0) by (pose proof (Rabs_pos (u i)); lra).
    unfold su. rewrite (fam_prod (u i)), H1. ring. }
  assert (Hr : 0 < r) by (destruct r_cases; [contradiction|assumption]).
  destruct (upper_common Hn Hr) as [a [b [Ha [Hb [He [Hl [Hs Hq]]]]]]].
  apply Rle_trans with (sum n (fun i => a * Rabs (u i) + b * (u i * u i))).
  { apply sum_le. intros i Hi. unfold su. rewrite (fam_prod (u i)).
    replace (u i * u i) with (Rabs (u i) * Rabs (u i))
      by (rewrite <- Rabs_mult; apply Rabs_pos_eq, sq_nonneg).
    pose proof (Hl (Rabs (u i)) (Rabs_pos _)) as H.
    apply Rmult_le_compat_l with (r := Rabs (u i)) in H; [|apply Rabs_pos]. lra. }
  rewrite sum_plus, (sum_scal n a (fun i => Rabs (u i))), (sum_scal n b (fun i => u i * u i)).
  change (sum n (fun i => u i * u i)) with (dot n u u). rewrite <- norm_sq. fold r.
  pose proof (norm1_le n u) as H1. fold r in H1.
  apply Rmult_le_compat_l with (r := a) in H1; [|exact Ha].
  rewrite He. replace (r * (sqrt (INR n) * (a + b * q))) with
    (a * (sqrt (INR n) * r) + b * (r * (sqrt (INR n) * q))) by ring.
  rewrite <- Hq. lra.
Qed.

Lemma L1_upper : (0 < n)%nat -> dot n su su <= INR n * (s q * s q).
Proof.
  intros Hn. destruct (Req_dec r 0) as [H0|H0].
  { apply Rle_trans with (sum n (fun _ => 0)).
    - apply sum_le. intros i Hi. assert (H : Rabs (u i) <= r) by (apply abs_le_norm, Hi).
      assert (Rabs (u i) = 0) by (pose proof (Rabs_pos (u i)); lra).
      unfold su. rewrite (fam_sq (u i)), H1, fam_zero. lra.
    - rewrite sum_const, Rmult_0_r. apply Rmult_le_pos; [apply pos_INR | apply sq_nonneg]. }
  assert (Hr : 0 < r) by (destruct r_cases; [contradiction|assumption]).
  destruct (upper_common Hn Hr) as [a [b [Ha [Hb [He [Hl [Hs Hq]]]]]]].
  apply Rle_trans with (sum n (fun i => a * a + 2 * (a * b) * Rabs (u i) + b * b * (u i * u i))).
  { apply sum_le. intros i Hi. unfold su. rewrite (fam_sq (u i)).
    replace (u i * u i) with (Rabs (u i) * Rabs (u i))
      by (rewrite <- Rabs_mult; apply Rabs_pos_eq, sq_nonneg).
    pose proof (Hl (Rabs (u i)) (Rabs_pos _)) as H.
    pose proof (fam_nonneg (Rabs (u i)) (Rabs_pos _)) as Hp.
    replace (a * a + 2 * (a * b) * Rabs (u i) + b * b * (Rabs (u i) * Rabs (u i)))
      with ((a + b * Rabs (u i)) * (a + b * Rabs (u i))) by ring.
    apply Rmult_le_compat; assumption. }
  rewrite sum_plus, sum_plus, sum_const, (sum_scal n (2 * (a * b)) (fun i => Rabs (u i))),
    (sum_scal n (b * b) (fun i => u i * u i)).
  change (sum n (fun i => u i * u i)) with (dot n u u). rewrite <- norm_sq. fold r.
  pose proof (norm1_le n u) as H1. fold r in H1.
  apply Rmult_le_compat_l with (r := 2 * (a * b)) in H1; [|nra].
  assert (Hn2 : INR n = sqrt (INR n) * sqrt (INR n)) by (symmetry; apply sqrt_sqrt, pos_INR).
  rewrite He. rewrite Hn2 at 2. rewrite Hn2 at 1.
  replace (sqrt (INR n) * sqrt (INR n) * ((a + b * q) * (a + b * q))) with
    (sqrt (INR n) * sqrt (INR n) * (a * a) + 2 * (a * b) * (sqrt (INR n) * (sqrt (INR n) * q))
     + b * b * ((sqrt (INR n) * q) * (sqrt (INR n) * q))) by ring.
  rewrite <- Hq. lra.
Qed.
End Vectors.
End Family.
