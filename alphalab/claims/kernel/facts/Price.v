(* Q(alpha, n) and the best iterate, N1: best-iterate-lemma, best-iterate-decrease, best-iterate, best-iterate-best. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Descent Rates Steps.
Open Scope R_scope.

Lemma exp_le x y : x <= y -> exp x <= exp y.
Proof. intros [H| ->]; [left; apply exp_increasing, H | lra]. Qed.

(* sinh(r z) <= r sinh(z) for 0 <= r <= 1, z >= 0: sinh is convex there *)
Lemma sinh_shrinks r z : 0 <= r <= 1 -> 0 <= z -> sinh (r * z) <= r * sinh z.
Proof.
  intros Hr [Hz|<-]; [|rewrite Rmult_0_r, sinh_0; lra].
  set (p := fun z => r * sinh z - sinh (r * z)). set (p' := fun z => r * cosh z - cosh (r * z) * r).
  assert (Hd : forall z, derivable_pt_lim p z (p' z)).
  { intros w. unfold p, p'.
    apply (derivable_pt_lim_minus (fun z => r * sinh z) (fun z => sinh (r * z))).
    - apply derivable_pt_lim_scal, derivable_pt_lim_sinh.
    - pose proof (derivable_pt_lim_scal id r w 1 (derivable_pt_lim_id w)) as Hin. rewrite Rmult_1_r in Hin.
      exact (derivable_pt_lim_comp (fun z => r * z) sinh w r _ Hin (derivable_pt_lim_sinh (r * w))). }
  destruct (MVT_cor2 p p' 0 z Hz ltac:(intros; apply Hd)) as [c [E Hc]].
  assert (Hcosh : cosh (r * c) <= cosh c).
  { (* cosh increases on [0, inf): 2 cosh x = e^x + e^-x *)
    assert (Hrc : 0 <= r * c <= c) by nra.
    unfold cosh. assert (He : 1 <= exp (r * c)) by (rewrite <- exp_0; apply exp_le; lra).
    assert (He2 : exp (r * c) <= exp c) by (apply exp_le; lra).
    rewrite !exp_Ropp. set (a := exp (r * c)) in *. set (b := exp c) in *.
    assert (E2 : (b + / b) / 2 - (a + / a) / 2 = (b - a) * (a * b - 1) * / (2 * (a * b))) by (field; lra).
    assert (0 <= (b - a) * (a * b - 1) * / (2 * (a * b))).
    { apply Rmult_le_pos; [apply Rmult_le_pos; nra | left; apply Rinv_0_lt_compat; nra]. }
    lra. }
  unfold p at 1 2 in E. rewrite Rmult_0_r, sinh_0 in E. unfold p' in E.
  assert (0 <= r * (cosh c - cosh (r * c)) * z) by (apply Rmult_le_pos; [apply Rmult_le_pos; lra | lra]). lra.
Qed.

(* tanh(r z)/tanh(z) does not decrease in z > 0 *)
Lemma tanh_pos z : 0 < z -> 0 < tanh z.
Proof. apply tanh_alpha_pos. Qed.

Lemma derive_tanh z : derivable_pt_lim tanh z (1 - tanh z * tanh z).
Proof.
  pose proof (cosh_pos z) as Hc.
  replace (1 - tanh z * tanh z) with ((cosh z * cosh z - sinh z * sinh z) / Rsqr (cosh z)) by (unfold tanh, Rsqr; field; lra).
  apply (derivable_pt_lim_div sinh cosh); [apply derivable_pt_lim_sinh | apply derivable_pt_lim_cosh | lra].
Qed.

Lemma cosh_sinh z : cosh z * cosh z = 1 + sinh z * sinh z.
Proof. unfold cosh, sinh. rewrite exp_Ropp. pose proof (exp_pos z). field. lra. Qed.

Lemma sinh_double z : 2 * (sinh z * cosh z) = sinh (2 * z).
Proof.
  unfold sinh, cosh. replace (2 * z) with (z + z) by ring. rewrite Ropp_plus_distr, !exp_plus. field.
Qed.

Lemma ratio_rises r y x : 0 <= r <= 1 -> 0 < y <= x -> tanh (r * y) * tanh x <= tanh (r * x) * tanh y.
Proof.
  intros Hr [Hy [Hyx| ->]]; [|lra].
  set (p := fun z => tanh (r * z) / tanh z).
  set (p' := fun z => ((r * (1 - tanh (r * z) * tanh (r * z))) * tanh z - (1 - tanh z * tanh z) * tanh (r * z)) / Rsqr (tanh z)).
  assert (Hd : forall z, y <= z <= x -> derivable_pt_lim p z (p' z)).
  { intros z Hz. apply (derivable_pt_lim_div (fun z => tanh (r * z)) tanh).
    - apply derive_tanh_scaled.
    - apply derive_tanh.
    - apply Rgt_not_eq, tanh_pos. lra. }
  destruct (MVT_cor2 p p' y x Hyx Hd) as [c [E Hc]].
  assert (Hp : 0 <= p' c).
  { unfold p'. apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat, Rlt_0_sqr, Rgt_not_eq, tanh_pos; lra].
    (* times cosh(c)^2 cosh(rc)^2: r sinh c cosh c - sinh rc cosh rc = (r sinh 2c - sinh 2rc)/2 >= 0 *)
    pose proof (cosh_pos c) as H1. pose proof (cosh_pos (r * c)) as H2.
    pose proof (cosh_sinh c) as C1. pose proof (cosh_sinh (r * c)) as C2.
    pose proof (sinh_shrinks r (2 * c) Hr ltac:(lra)) as S1. replace (r * (2 * c)) with (2 * (r * c)) in S1 by ring.
    rewrite <- !sinh_double in S1.
    assert (E1 : r * (1 - tanh (r * c) * tanh (r * c)) * tanh c - (1 - tanh c * tanh c) * tanh (r * c)
      = (r * (sinh c * cosh c) * (cosh (r * c) * cosh (r * c) - sinh (r * c) * sinh (r * c))
         - sinh (r * c) * cosh (r * c) * (cosh c * cosh c - sinh c * sinh c))
        * / (cosh c * cosh c * (cosh (r * c) * cosh (r * c)))) by (unfold tanh; field; lra).
    rewrite E1, C1, C2. apply Rmult_le_pos; [lra|].
    left. apply Rinv_0_lt_compat. rewrite <- C1, <- C2.
    apply Rmult_lt_0_compat; apply Rmult_lt_0_compat; assumption. }
  assert (Hpp : p y <= p x) by nra. unfold p in Hpp.
  pose proof (tanh_pos y Hy) as Ty. pose proof (tanh_pos x ltac:(lra)) as Tx.
  apply Rmult_le_compat_r with (r := tanh x * tanh y) in Hpp; [|apply Rmult_le_pos; lra].
  replace (tanh (r * y) / tanh y * (tanh x * tanh y)) with (tanh (r * y) * tanh x) in Hpp by (field; lra).
  replace (tanh (r * x) / tanh x * (tanh x * tanh y)) with (tanh (r * x) * tanh y) in Hpp by (field; lra). exact Hpp.
Qed.

(* one pair of components, u, w >= 0, S = tanh(r a .), B = tanh(a .): what the ratio gains *)
Lemma pair_rises r a u w : 0 <= r <= 1 -> 0 < a -> 0 <= w <= u ->
  let S z := tanh (a * (r * z)) in let B z := tanh (a * z) in
  S u ^ 2 * (w * B w) + S w ^ 2 * (u * B u) <= B u ^ 2 * (w * S w) + B w ^ 2 * (u * S u).
Proof.
  intros Hr Ha Hw S B. destruct (proj1 Hw) as [Hw0|<-].
  2: { unfold S, B. rewrite !Rmult_0_r, tanh_0. lra. }
  set (b1 := B u). set (b2 := B w). set (s1 := S u). set (s2 := S w).
  assert (Haw : 0 < a * w) by (apply Rmult_lt_0_compat; lra).
  assert (Hau : 0 < a * u) by (apply Rmult_lt_0_compat; lra).
  assert (Hb1 : 0 < b1) by (apply tanh_pos, Hau). assert (Hb2 : 0 < b2) by (apply tanh_pos, Haw).
  assert (Hs1 : 0 <= s1 <= b1).
  { split; [apply (tanh_scaled_nonneg a Ha); nra | apply (tanh_scaled_mono a Ha); nra]. }
  assert (Hs2 : 0 <= s2 <= b2).
  { split; [apply (tanh_scaled_nonneg a Ha); nra | apply (tanh_scaled_mono a Ha); nra]. }
  assert (Hmono : s2 * b1 <= s1 * b2).
  { pose proof (ratio_rises r (a * w) (a * u) Hr ltac:(nra)) as H.
    replace (r * (a * w)) with (a * (r * w)) in H by ring. replace (r * (a * u)) with (a * (r * u)) in H by ring. exact H. }
  assert (Hstar : w * b1 <= u * b2) by (apply (fam_star _ (tanh_family a Ha)); lra).
  (* p = s/b, b1/u <= b2/w *)
  set (p1 := s1 / b1). set (p2 := s2 / b2).
  assert (E1 : s1 = p1 * b1) by (unfold p1; field; lra). assert (E2 : s2 = p2 * b2) by (unfold p2; field; lra).
  assert (Hp1 : 0 <= p1 <= 1).
  { unfold p1. split; [apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat, Hb1]|].
    apply Rmult_le_reg_r with b1; [exact Hb1|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  assert (Hp2 : 0 <= p2).
  { unfold p2. apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat, Hb2]. }
  assert (Hp : p2 <= p1).
  { apply Rmult_le_reg_r with (b1 * b2); [apply Rmult_lt_0_compat; assumption|].
    replace (p2 * (b1 * b2)) with (s2 * b1) by (unfold p2; field; lra).
    replace (p1 * (b1 * b2)) with (s1 * b2) by (unfold p1; field; lra). exact Hmono. }
  rewrite E1, E2. clearbody p1 p2 b1 b2.
  (* right - left = b1 b2 (w b1 (p2 - p1^2) + u b2 (p1 - p2^2)) *)
  assert (E : b1 ^ 2 * (w * (p2 * b2)) + b2 ^ 2 * (u * (p1 * b1)) - ((p1 * b1) ^ 2 * (w * b2) + (p2 * b2) ^ 2 * (u * b1))
    = b1 * b2 * (w * b1 * (p2 * (1 - p2) + p1 * (1 - p1)) + (u * b2 - w * b1) * (p1 - p2 * p2))) by ring.
  assert (0 <= b1 * b2 * (w * b1 * (p2 * (1 - p2) + p1 * (1 - p1)) + (u * b2 - w * b1) * (p1 - p2 * p2))).
  { apply Rmult_le_pos; [apply Rmult_le_pos; lra|]. apply Rplus_le_le_0_compat; apply Rmult_le_pos; nra. }
  lra.
Qed.

(* the same for components of any sign and order *)
Lemma pair_rises' r a u w : 0 <= r <= 1 -> 0 < a ->
  let S z := tanh (a * (r * z)) in let B z := tanh (a * z) in
  S u ^ 2 * (w * B w) + S w ^ 2 * (u * B u) <= B u ^ 2 * (w * S w) + B w ^ 2 * (u * S u).
Proof.
  intros Hr Ha S B.
  assert (Hodd : forall z, S (- z) = - S z /\ B (- z) = - B z).
  { intros z. unfold S, B. replace (a * (r * - z)) with (- (a * (r * z))) by ring.
    replace (a * - z) with (- (a * z)) by ring. rewrite !tanh_odd. split; reflexivity. }
  assert (Habs : forall z, S z ^ 2 = S (Rabs z) ^ 2 /\ B z ^ 2 = B (Rabs z) ^ 2
                        /\ z * S z = Rabs z * S (Rabs z) /\ z * B z = Rabs z * B (Rabs z)).
  { intros z. unfold Rabs. destruct (Rcase_abs z); [|repeat split; reflexivity].
    destruct (Hodd z) as [-> ->]. repeat split; ring. }
  destruct (Habs u) as [-> [-> [-> ->]]]. destruct (Habs w) as [-> [-> [-> ->]]].
  pose proof (Rabs_pos u). pose proof (Rabs_pos w).
  destruct (Rle_or_lt (Rabs w) (Rabs u)) as [H1|H1].
  - apply (pair_rises r a (Rabs u) (Rabs w) Hr Ha). lra.
  - pose proof (pair_rises r a (Rabs w) (Rabs u) Hr Ha ltac:(lra)) as H2.
    cbv beta zeta in H2. unfold S, B. lra.
Qed.

(* a double sum that is symmetrised *)
Lemma sum_prod n (p q : nat -> R) : sum n p * sum n q = sum n (fun i => sum n (fun j => p i * q j)).
Proof. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. rewrite Rmult_comm, <- sum_scal. reflexivity. Qed.

Lemma sum_swap n m (p : nat -> nat -> R) : sum n (fun i => sum m (fun j => p i j)) = sum m (fun j => sum n (fun i => p i j)).
Proof.
  induction n as [|n IH]; simpl; [rewrite sum_const; ring|]. rewrite IH, <- sum_plus. reflexivity.
Qed.

Lemma sum_pairs n (p q s w : nat -> R) :
  (forall i j, p i * q j + p j * q i <= s i * w j + s j * w i) -> sum n p * sum n q <= sum n s * sum n w.
Proof.
  intros H. rewrite !sum_prod.
  assert (D : forall a : nat -> nat -> R, 2 * sum n (fun i => sum n (fun j => a i j)) = sum n (fun i => sum n (fun j => a i j + a j i))).
  { intros a. rewrite (sum_ext n (fun i => sum n (fun j => a i j + a j i)) (fun i => sum n (fun j => a i j) + sum n (fun j => a j i)))
      by (intros; apply sum_plus). rewrite sum_plus. rewrite (sum_swap n n (fun i j => a j i)). ring. }
  pose proof (D (fun i j => p i * q j)) as D1. pose proof (D (fun i j => s i * w j)) as D2. cbv beta in D1, D2.
  assert (sum n (fun i => sum n (fun j => p i * q j + p j * q i)) <= sum n (fun i => sum n (fun j => s i * w j + s j * w i)))
    by (apply sum_le; intros; apply sum_le; intros; apply H).
  lra.
Qed.

(* ||g'||^2 <= Q <g,g'>/N, without the quotient *)
Lemma price_bound alpha n Q (u : vec) r : 0 < alpha -> price alpha n Q -> norm n u = 1 -> 0 < r <= 1 ->
  sum n (fun i => tanh (alpha * (r * u i)) ^ 2) <= Q * sum n (fun i => u i * tanh (alpha * (r * u i))).
Proof.
  intros Ha [Hub _] Hu Hr.
  set (p := sum n (fun i => u i * tanh (alpha * u i))). set (q := sum n (fun i => tanh (alpha * u i) ^ 2)).
  set (pr := sum n (fun i => u i * tanh (alpha * (r * u i)))). set (qr := sum n (fun i => tanh (alpha * (r * u i)) ^ 2)).
  assert (Hlow : forall k, 0 < k -> 0 < sum n (fun i => u i * tanh (alpha * (k * u i)))).
  { intros k Hk. pose proof (L2_lower _ (tanh_family (alpha * k) ltac:(nra)) n u) as H. rewrite Hu in H. cbv beta in H.
    rewrite Rmult_1_l, Rmult_1_r in H. pose proof (tanh_alpha_pos (alpha * k) ltac:(nra)) as Ht.
    unfold dot in H. rewrite (sum_ext n _ (fun i => u i * tanh (alpha * (k * u i)))) in H; [lra|].
    intros. rewrite Rmult_assoc. reflexivity. }
  assert (Hp : 0 < p).
  { pose proof (Hlow 1 ltac:(lra)) as H. unfold p. rewrite (sum_ext n _ (fun i => u i * tanh (alpha * (1 * u i)))); [exact H|].
    intros. rewrite Rmult_1_l. reflexivity. }
  assert (Hpr : 0 < pr) by (apply Hlow; lra).
  assert (HQ : q / p <= Q) by (apply Hub; exists u; split; [exact Hu | reflexivity]).
  assert (Hcross : qr * p <= q * pr).
  { apply (sum_pairs n (fun i => tanh (alpha * (r * u i)) ^ 2) (fun i => u i * tanh (alpha * u i))
      (fun i => tanh (alpha * u i) ^ 2) (fun i => u i * tanh (alpha * (r * u i)))).
    intros i j. apply (pair_rises' r alpha (u i) (u j)); [lra | exact Ha]. }
  apply Rmult_le_reg_r with p; [exact Hp|]. apply Rle_trans with (1 := Hcross).
  apply Rmult_le_compat_r with (r := p * pr) in HQ; [|apply Rmult_le_pos; lra].
  replace (q / p * (p * pr)) with (q * pr) in HQ by (field; lra). lra.
Qed.

Section Price.
Variables (alpha eps Q : R) (n : nat) (g : vec).
Hypotheses (Ha : 0 < alpha) (Heps : 0 <= eps) (HQ : price alpha n Q).
Let N := norm n g.
Let d := squash alpha eps n g.

Theorem price_lemma : dot n d d <= dot n g d * Q / N.
Proof.
  destruct (at_rest_or_not (fun z => tanh (alpha * z)) eps n g (tanh_family alpha Ha) Heps) as [H|[_ [_ [E1 E2]]]].
  2: { change (dot n d d) with (dot n (direction (fun z => tanh (alpha * z)) eps n g) (direction (fun z => tanh (alpha * z)) eps n g)).
       change (dot n g d) with (dot n g (direction (fun z => tanh (alpha * z)) eps n g)). rewrite E1, E2. unfold Rdiv. lra. }
  fold N in H. pose proof (norm_nonneg n g) as HN. fold N in HN. destruct HN as [HN|HN].
  - set (u := fun i => / N * g i).
    assert (Hu : norm n u = 1).
    { unfold u. rewrite norm_scal by (left; apply Rinv_0_lt_compat, HN). fold N. field. lra. }
    set (r := N / (N + eps)).
    assert (Hr : 0 < r <= 1).
    { split; [apply Rdiv_lt_0_compat; assumption|]. unfold r. apply Rmult_le_reg_r with (N + eps); [exact H|].
      unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
    pose proof (price_bound alpha n Q u r Ha HQ Hu Hr) as B.
    assert (Ed : forall i, d i = tanh (alpha * (r * u i))).
    { intros i. unfold d, squash. fold N. f_equal. f_equal. unfold r, u. field. lra. }
    assert (E1 : dot n d d = sum n (fun i => tanh (alpha * (r * u i)) ^ 2)).
    { apply sum_ext. intros. rewrite !Ed. ring. }
    assert (E2 : dot n g d = N * sum n (fun i => u i * tanh (alpha * (r * u i)))).
    { unfold dot. rewrite <- sum_scal. apply sum_ext. intros. rewrite Ed. unfold u. field. lra. }
    rewrite E1, E2. apply Rle_trans with (1 := B). right. field. lra.
  - symmetry in HN. pose proof (N_zero n g HN) as Hg.
    assert (Hz : sum n (fun _ => 0) = 0) by (rewrite sum_const; ring).
    assert (E1 : dot n d d = 0).
    { rewrite <- Hz. apply sum_ext. intros i Hi. unfold d, squash. rewrite (Hg i Hi). unfold Rdiv. rewrite Rmult_0_l, Rmult_0_r, tanh_0. ring. }
    assert (E2 : dot n g d = 0) by (rewrite <- Hz; apply sum_ext; intros i Hi; rewrite (Hg i Hi); apply Rmult_0_l).
    rewrite E1, E2. unfold Rdiv. lra.
Qed.
End Price.

Section Best.
Variables (n T t : nat) (f : vec -> R) (grad : vec -> vec) (L low alpha eta eps Q : R) (x : nat -> vec).
Hypotheses (Hn : (0 < n)%nat) (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L) (HQ0 : 0 < Q).
Hypotheses (Hsmooth : smooth n f grad L) (Hrun : alphagrad n grad alpha eta eps x) (HQ : price alpha n Q).
Let N s := norm n (grad (x s)).
Let I s := dot n (grad (x s)) (squash alpha eps n (grad (x s))).
Let t1 := tanh alpha.

Lemma decrease_at s : eta * I s * (1 - L * eta * (Q / N s) / 2) <= f (x s) - f (x (S s)).
Proof.
  apply (decrease_with n f grad L alpha eta eps x s HL Hsmooth Hrun).
  apply Rle_trans with (1 := price_lemma alpha eps Q n (grad (x s)) Ha Heps HQ). right. unfold N, Rdiv. cbv zeta. ring.
Qed.

Theorem N1_decrease : eta * I t * (1 - L * eta * Rmin (Q / N t) (alpha / (N t + eps)) / 2) <= f (x t) - f (x (S t)).
Proof.
  unfold Rmin. destruct (Rle_dec (Q / N t) (alpha / (N t + eps))) as [_|_]; [apply decrease_at|].
  apply (decrease_with n f grad L alpha eta eps x t HL Hsmooth Hrun). apply (L3_share n grad alpha eps x t Ha Heps).
Qed.

Hypotheses (HT : (0 < T)%nat) (Hlow : below f low).

Theorem N1_best : minimum T N <= L * eta * Q / 2 + eps + (f (x O) - low) / (eta * INR T * t1).
Proof.
  pose proof (tanh_alpha_pos alpha Ha) as Ht. fold t1 in Ht.
  assert (HTp : 0 < INR T) by (apply lt_0_INR, HT).
  set (m := minimum T N). set (c := L * eta * Q / 2).
  assert (Hc : 0 < c) by (unfold c; apply Rdiv_lt_0_compat; [repeat apply Rmult_lt_0_compat; assumption | lra]).
  assert (HD : 0 <= f (x O) - low) by (pose proof (Hlow (x O)); lra).
  assert (Hden : 0 < eta * INR T * t1) by (apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; assumption | exact Ht]).
  assert (HD2 : 0 <= (f (x O) - low) / (eta * INR T * t1)).
  { apply Rmult_le_pos; [exact HD | left; apply Rinv_0_lt_compat, Hden]. }
  destruct (Rle_or_lt m (c + eps)) as [H|H]; [lra|].
  (* T steps gain eta t1 (m - eps - c) each *)
  assert (Hgain : forall s, (s < T)%nat -> eta * t1 * (m - eps - c) <= f (x s) - f (x (S s))).
  { intros s Hs. pose proof (minimum_le T N s Hs) as Hm. fold m in Hm.
    apply Rle_trans with (2 := decrease_at s).
    pose proof (alphagrad_L4 alpha eps n (grad (x s)) Ha Heps) as H4. fold (N s) (I s) t1 in H4.
    assert (HI : t1 * (N s - eps) <= I s).
    { apply Rle_trans with (t1 * (I s / t1)); [apply Rmult_le_compat_l; lra | right; field; lra]. }
    assert (E : L * eta * (Q / N s) / 2 = c / N s) by (unfold c; field; lra). rewrite E.
    assert (H1c : 0 <= 1 - c / N s).
    { assert (c / N s <= 1); [|lra]. apply Rmult_le_reg_r with (N s); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
    apply Rle_trans with (eta * (t1 * (N s - eps)) * (1 - c / N s)).
    - replace (eta * t1 * (m - eps - c)) with (eta * t1 * (m - eps - c) * 1) by ring.
      assert (E2 : eta * (t1 * (N s - eps)) * (1 - c / N s) - eta * t1 * (m - eps - c)
                 = eta * t1 * ((N s - m) + eps * (c / N s))) by (field; lra).
      assert (0 <= eta * t1 * ((N s - m) + eps * (c / N s))).
      { apply Rmult_le_pos; [apply Rmult_le_pos; lra|]. apply Rplus_le_le_0_compat; [lra|].
        apply Rmult_le_pos; [lra|]. apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra]. }
      lra.
    - apply Rmult_le_compat_r; [exact H1c | apply Rmult_le_compat_l; [lra | exact HI]]. }
  assert (Hsum : INR T * (eta * t1 * (m - eps - c)) <= f (x O) - low).
  { rewrite <- sum_const. apply Rle_trans with (sum T (fun s => f (x s) - f (x (S s)))); [apply sum_le, Hgain|].
    rewrite (sum_telescope T (fun s => f (x s))). pose proof (Hlow (x T)). lra. }
  assert (H1 : m - eps - c <= (f (x O) - low) / (eta * INR T * t1)).
  { apply Rmult_le_reg_r with (eta * INR T * t1); [exact Hden|].
    replace ((f (x O) - low) / (eta * INR T * t1) * (eta * INR T * t1)) with (f (x O) - low) by (field; lra). lra. }
  lra.
Qed.

Theorem N1_rate : eta = sqrt 2 * sqrt (f (x O) - low) / (sqrt L * sqrt (INR T) * sqrt Q * sqrt t1) ->
  minimum T N <= sqrt 2 * sqrt L * sqrt (f (x O) - low) * sqrt Q / (sqrt (INR T) * sqrt t1) + eps.
Proof.
  intros He. apply Rle_trans with (1 := N1_best).
  pose proof (tanh_alpha_pos alpha Ha) as Ht. fold t1 in Ht. assert (HTp : 0 < INR T) by (apply lt_0_INR, HT).
  pose proof (sqrt_lt_R0 t1 Ht). pose proof (sqrt_lt_R0 L HL). pose proof (sqrt_lt_R0 Q HQ0). pose proof (sqrt_lt_R0 (INR T) HTp).
  pose proof (best_step Q L ((f (x O) - low) / t1) (INR T) eta HQ0 HL HTp Heta) as E.
  rewrite sqrt_div_alt in E by exact Ht.
  assert (He' : eta = sqrt 2 * (sqrt (f (x O) - low) / sqrt t1) / (sqrt L * sqrt (INR T) * sqrt Q)) by (rewrite He; field; lra).
  specialize (E He').
  replace ((f (x O) - low) / (eta * INR T * t1)) with ((f (x O) - low) / t1 / (eta * INR T)) by (field; lra).
  replace (sqrt 2 * sqrt L * sqrt (f (x O) - low) * sqrt Q / (sqrt (INR T) * sqrt t1))
    with (sqrt 2 * sqrt L * sqrt Q * (sqrt (f (x O) - low) / sqrt t1) / sqrt (INR T)) by (field; lra). lra.
Qed.
End Best.
