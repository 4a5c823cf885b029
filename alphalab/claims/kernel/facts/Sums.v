(* Finite sums and means, linear and monotone; inner products, norms, Cauchy-Schwarz; the least of finitely many. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions.
Open Scope R_scope.

Lemma sum_ext n u v : (forall i, (i < n)%nat -> u i = v i) -> sum n u = sum n v.
Proof.
  induction n as [|n IH]; intros H; simpl; [reflexivity|].
  rewrite IH; [|intros; apply H; lia]. rewrite (H n) by lia. reflexivity.
Qed.

Lemma sum_le n u v : (forall i, (i < n)%nat -> u i <= v i) -> sum n u <= sum n v.
Proof.
  induction n as [|n IH]; intros H; simpl; [lra|].
  apply Rplus_le_compat; [apply IH; intros; apply H; lia | apply H; lia].
Qed.

Lemma sum_plus n u v : sum n (fun i => u i + v i) = sum n u + sum n v.
Proof. induction n as [|n IH]; simpl; [lra|]. rewrite IH; lra. Qed.

Lemma sum_scal n c u : sum n (fun i => c * u i) = c * sum n u.
Proof. induction n as [|n IH]; simpl; [lra|]. rewrite IH; lra. Qed.

Lemma sum_const n c : sum n (fun _ => c) = INR n * c.
Proof. induction n as [|n IH]; [simpl; lra|]. rewrite S_INR. simpl sum. rewrite IH; lra. Qed.

Lemma sum_nonneg n u : (forall i, (i < n)%nat -> 0 <= u i) -> 0 <= sum n u.
Proof.
  intros H. replace 0 with (sum n (fun _ => 0)) by (rewrite sum_const; lra). now apply sum_le.
Qed.

Lemma sum_term n u i : (i < n)%nat -> (forall j, (j < n)%nat -> 0 <= u j) -> u i <= sum n u.
Proof.
  induction n as [|n IH]; intros Hi H; [lia|]. simpl.
  assert (0 <= sum n u) by (apply sum_nonneg; intros; apply H; lia).
  assert (0 <= u n) by (apply H; lia).
  destruct (Nat.eq_dec i n) as [->|Hne]; [lra|].
  assert (u i <= sum n u) by (apply IH; [lia | intros; apply H; lia]). lra.
Qed.

Lemma sum_telescope n (f : nat -> R) : sum n (fun t => f t - f (S t)) = f O - f n.
Proof. induction n as [|n IH]; simpl; [lra|]. rewrite IH; lra. Qed.

Lemma dot_sym n u v : dot n u v = dot n v u.
Proof. apply sum_ext; intros; ring. Qed.

Lemma dot_self_nonneg n u : 0 <= dot n u u.
Proof. apply sum_nonneg; intros; nra. Qed.

Lemma norm_nonneg n u : 0 <= norm n u.
Proof. apply sqrt_pos. Qed.

Lemma norm_sq n u : norm n u * norm n u = dot n u u.
Proof. apply sqrt_sqrt, dot_self_nonneg. Qed.

Lemma dot_scal_l n c u v : dot n (fun i => c * u i) v = c * dot n u v.
Proof. unfold dot. rewrite <- sum_scal. apply sum_ext; intros; ring. Qed.

Lemma dot_scal_r n c u v : dot n u (fun i => c * v i) = c * dot n u v.
Proof. unfold dot. rewrite <- sum_scal. apply sum_ext; intros; ring. Qed.

Lemma sq_nonneg x : 0 <= x * x.
Proof. exact (Rle_0_sqr x). Qed.

(* Cauchy-Schwarz *)
Lemma cauchy_schwarz_sq n u v : dot n u v * dot n u v <= dot n u u * dot n v v.
Proof.
  induction n as [|n IH]; unfold dot in *; simpl; [lra|].
  set (a := sum n (fun i => u i * v i)) in *.
  set (b := sum n (fun i => u i * u i)) in *.
  set (c := sum n (fun i => v i * v i)) in *.
  assert (Hb : 0 <= b) by (apply (dot_self_nonneg n u)).
  assert (Hc : 0 <= c) by (apply (dot_self_nonneg n v)).
  set (p := u n). set (q := v n).
  (* 2 a p q <= b q^2 + c p^2, since a^2 <= b c *)
  assert (H : 2 * a * (p * q) <= b * (q * q) + c * (p * p)).
  { set (X := b * (q * q)). set (Y := c * (p * p)).
    assert (HX : 0 <= X) by (apply Rmult_le_pos; [exact Hb | apply sq_nonneg]).
    assert (HY : 0 <= Y) by (apply Rmult_le_pos; [exact Hc | apply sq_nonneg]).
    assert (Hz : (2 * a * (p * q)) * (2 * a * (p * q)) <= (X + Y) * (X + Y)).
    { assert (4 * ((a * a) * ((p * q) * (p * q))) <= 4 * ((b * c) * ((p * q) * (p * q)))).
      { apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_r; [apply sq_nonneg|exact IH]. }
      assert (4 * ((b * c) * ((p * q) * (p * q))) = 4 * X * Y) by (unfold X, Y; ring).
      pose proof (sq_nonneg (X - Y)). nra. }
    apply Rsqr_incr_0_var; [unfold Rsqr; exact Hz | lra]. }
  nra.
Qed.

Lemma cauchy_schwarz n u v : dot n u v <= norm n u * norm n v.
Proof.
  apply Rsqr_incr_0_var.
  - unfold Rsqr. replace (norm n u * norm n v * (norm n u * norm n v))
      with ((norm n u * norm n u) * (norm n v * norm n v)) by ring.
    rewrite !norm_sq. apply cauchy_schwarz_sq.
  - apply Rmult_le_pos; apply norm_nonneg.
Qed.

(* sum |u_i| <= sqrt n ||u|| *)
Lemma norm1_le n u : sum n (fun i => Rabs (u i)) <= sqrt (INR n) * norm n u.
Proof.
  pose proof (cauchy_schwarz n (fun _ => 1) (fun i => Rabs (u i))) as H.
  unfold norm, dot in *.
  replace (sum n (fun i => 1 * Rabs (u i))) with (sum n (fun i => Rabs (u i))) in H
    by (apply sum_ext; intros; ring).
  replace (sum n (fun _ => 1 * 1)) with (INR n) in H by (rewrite sum_const; ring).
  replace (sum n (fun i => Rabs (u i) * Rabs (u i))) with (sum n (fun i => u i * u i)) in H.
  exact H.
  apply sum_ext; intros i _. rewrite <- Rabs_mult. symmetry. apply Rabs_pos_eq. nra.
Qed.

Lemma abs_le_norm n u i : (i < n)%nat -> Rabs (u i) <= norm n u.
Proof.
  intros Hi. apply Rsqr_incr_0_var; [|apply norm_nonneg].
  rewrite <- Rsqr_abs. unfold Rsqr. rewrite norm_sq. unfold dot.
  apply (sum_term n (fun i => u i * u i)); [exact Hi | intros; nra].
Qed.

Lemma norm_scal n c u : 0 <= c -> norm n (fun i => c * u i) = c * norm n u.
Proof.
  intros Hc. unfold norm. rewrite dot_scal_l, dot_scal_r.
  rewrite <- Rmult_assoc, sqrt_mult_alt by (apply sq_nonneg).
  rewrite sqrt_square by exact Hc. reflexivity.
Qed.

(* means over t < T *)
Lemma mean_le T u v : (forall t, (t < T)%nat -> u t <= v t) -> mean T u <= mean T v.
Proof.
  intros H. unfold mean. destruct T as [|T]; [simpl; lra|].
  apply Rmult_le_compat_l; [left; apply Rinv_0_lt_compat, lt_0_INR; lia | apply sum_le, H].
Qed.

Lemma mean_scal T c u : mean T (fun t => c * u t) = c * mean T u.
Proof. unfold mean. rewrite sum_scal. ring. Qed.

Lemma mean_shift T c u : (0 < T)%nat -> mean T (fun t => u t + c) = mean T u + c.
Proof.
  intros H. unfold mean. rewrite (sum_plus T u (fun _ => c)), sum_const.
  assert (0 < INR T) by (apply lt_0_INR, H). field. lra.
Qed.

Lemma exists_below_mean T u : (0 < T)%nat -> exists t, (t < T)%nat /\ u t <= mean T u.
Proof.
  intros HT. assert (HI : 0 < INR T) by (apply lt_0_INR, HT).
  destruct (Classical_Prop.classic (exists t, (t < T)%nat /\ u t <= mean T u)) as [H|H]; [exact H|exfalso].
  set (m := mean T u) in *.
  assert (Hlt : forall k, (0 < k <= T)%nat -> INR k * m < sum k u).
  { induction k as [|k IH]; intros Hk; [lia|]. rewrite S_INR. simpl sum.
    assert (m < u k) by (apply Rnot_le_lt; intros C; apply H; exists k; split; [lia|exact C]).
    destruct k as [|k]; [simpl; lra|]. pose proof (IH ltac:(lia)). lra. }
  pose proof (Hlt T ltac:(lia)) as H1. unfold m, mean in H1.
  rewrite <- Rmult_assoc, Rinv_r in H1; lra.
Qed.

(* the least of u t over t < T *)
Lemma minimum_le T u t : (t < T)%nat -> minimum T u <= u t.
Proof.
  induction T as [|T IH]; intros Ht; [lia|]. destruct T as [|T]; [replace t with O by lia; simpl; lra|].
  change (minimum (S (S T)) u) with (Rmin (minimum (S T) u) (u (S T))).
  destruct (Nat.eq_dec t (S T)) as [->|Hne]; [apply Rmin_r|].
  apply Rle_trans with (1 := Rmin_l _ _). apply IH. lia.
Qed.

Lemma minimum_reached T u : (0 < T)%nat -> exists t, (t < T)%nat /\ minimum T u = u t.
Proof.
  induction T as [|T IH]; intros HT; [lia|]. destruct T as [|T]; [exists O; split; [lia|reflexivity]|].
  change (minimum (S (S T)) u) with (Rmin (minimum (S T) u) (u (S T))).
  destruct (IH ltac:(lia)) as [t [Ht E]]. unfold Rmin. destruct (Rle_dec (minimum (S T) u) (u (S T))).
  - exists t. split; [lia | exact E].
  - exists (S T). split; [lia | reflexivity].
Qed.
