(* Exact orbits on x^2/2 and what they refute or attain: thm-1-rate, thm-2-liminf, rem-1ab, thm-2-sharp at every T. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction.
Open Scope R_scope.

(* f = (L/2)||x||^2 in n dimensions *)
Definition bowl (L : R) (n : nat) (x : vec) : R := L / 2 * dot n x x.
Definition slope (L : R) (x : vec) : vec := fun i => L * x i.

Lemma dot_expand n (u v : vec) : dot n v v = dot n u u + 2 * dot n u (sub v u) + dot n (sub v u) (sub v u).
Proof.
  unfold dot. rewrite <- sum_scal, <- !sum_plus. apply sum_ext. intros. unfold sub. ring.
Qed.

Lemma bowl_smooth L n : smooth n (bowl L n) (slope L) L.
Proof.
  intros x y. unfold bowl. rewrite (dot_expand n x y).
  replace (dot n (slope L x) (sub y x)) with (L * dot n x (sub y x)) by (symmetry; apply dot_scal_l). lra.
Qed.

Lemma bowl_convex L n : 0 <= L -> convex n (bowl L n) (slope L).
Proof.
  intros HL x y. unfold bowl. rewrite (dot_expand n x y).
  replace (dot n (slope L x) (sub y x)) with (L * dot n x (sub y x)) by (symmetry; apply dot_scal_l).
  pose proof (dot_self_nonneg n (sub y x)).
  assert (0 <= L / 2 * dot n (sub y x) (sub y x)) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma bowl_below L n : 0 <= L -> below (bowl L n) 0.
Proof. intros HL x. unfold bowl. apply Rmult_le_pos; [lra | apply dot_self_nonneg]. Qed.

Lemma bowl_zero L n : bowl L n (fun _ => 0) = 0.
Proof. unfold bowl, dot. rewrite (sum_ext n _ (fun _ => 0)) by (intros; ring). rewrite sum_const. ring. Qed.

Lemma norm_one (x : vec) : norm 1 x = Rabs (x O).
Proof. unfold norm, dot. simpl. rewrite Rplus_0_l. apply (sqrt_Rsqr_abs (x O)). Qed.

(* the orbit K, -K, K, ... in one dimension *)
Fixpoint sign (t : nat) : R := match t with O => 1 | S k => - sign k end.
Definition orbit (K : R) (t : nat) : vec := fun _ => K * sign t.

Lemma sign_sq t : sign t * sign t = 1.
Proof. induction t as [|t IH]; simpl; [ring|]. rewrite Rmult_opp_opp. exact IH. Qed.

Lemma sign_cases t : sign t = 1 \/ sign t = -1.
Proof. induction t as [|t [H|H]]; simpl; [left|right|left]; rewrite ?H; lra. Qed.

Lemma norm_orbit K t : 0 <= K -> norm 1 (orbit K t) = K.
Proof.
  intros HK. rewrite norm_one. unfold orbit.
  destruct (sign_cases t) as [-> | ->]; [rewrite Rmult_1_r; apply Rabs_pos_eq, HK|].
  replace (K * -1) with (- K) by ring. rewrite Rabs_Ropp. apply Rabs_pos_eq, HK.
Qed.

Lemma slope_orbit L K t : 0 <= L -> 0 <= K -> norm 1 (slope L (orbit K t)) = L * K.
Proof. intros HL HK. unfold slope. rewrite norm_scal by exact HL. rewrite norm_orbit by exact HK. reflexivity. Qed.

Lemma orbit_runs L K alpha eta eps : 0 < L -> 0 < K -> 0 <= eps ->
  eta * tanh (alpha * (L * K / (L * K + eps))) = 2 * K -> alphagrad 1 (slope L) alpha eta eps (orbit K).
Proof.
  intros HL HK He H t i _. unfold squash. rewrite slope_orbit by lra.
  assert (0 < L * K) by (apply Rmult_lt_0_compat; assumption).
  unfold slope, orbit. simpl sign. destruct (sign_cases t) as [E|E]; rewrite E.
  - rewrite !Rmult_1_r. rewrite H. ring.
  - replace (alpha * (L * (K * -1) / (L * K + eps))) with (- (alpha * (L * K / (L * K + eps)))) by (field; lra).
    rewrite tanh_odd. lra.
Qed.

Lemma bowl_orbit L K t : bowl L 1 (orbit K t) = L / 2 * K ^ 2.
Proof.
  unfold bowl, dot, orbit. simpl sum. replace (K * sign t * (K * sign t)) with (K * K * (sign t * sign t)) by ring.
  rewrite sign_sq. ring.
Qed.

Lemma ln3_pos : 0 < ln 3.
Proof. rewrite <- ln_1. apply ln_increasing; lra. Qed.

(* L = eps = 1, eta = 4, alpha = ln 3: between 1 and -1 for ever *)
Lemma swinging : alphagrad 1 (slope 1) (ln 3) 4 1 (orbit 1).
Proof.
  apply orbit_runs; try lra.
  replace (ln 3 * (1 * 1 / (1 * 1 + 1))) with (ln 3 / 2) by field. rewrite tanh_half_ln3. field.
Qed.

(* the walk down the diagonal: x_t = (T - t) h (1, ..., 1), eps = 0, h = eta tanh(alpha/sqrt n) *)
Definition walk (T : nat) (h : R) (t : nat) : vec := fun _ => INR (T - t) * h.

Lemma dot_const n a b : dot n (fun _ => a) (fun _ => b) = INR n * (a * b).
Proof. unfold dot. rewrite (sum_const n (a * b)). reflexivity. Qed.

Lemma norm_const n a : 0 <= a -> norm n (fun _ => a) = sqrt (INR n) * a.
Proof.
  intros Ha. unfold norm. rewrite dot_const. rewrite sqrt_mult_alt by apply pos_INR.
  rewrite sqrt_square by exact Ha. reflexivity.
Qed.

Lemma squash_const alpha n a i : (0 < n)%nat -> 0 < a -> squash alpha 0 n (fun _ => a) i = tanh (alpha / sqrt (INR n)).
Proof.
  intros Hn Ha. unfold squash. rewrite norm_const by lra. f_equal. rewrite Rplus_0_r.
  assert (0 < sqrt (INR n)) by (apply sqrt_lt_R0, lt_0_INR, Hn). field. lra.
Qed.

Lemma squash_zero alpha n i : squash alpha 0 n (fun _ => 0) i = 0.
Proof. unfold squash. unfold Rdiv. rewrite Rmult_0_l, Rmult_0_r. apply tanh_0. Qed.

Lemma walk_gradient L T h t : slope L (walk T h t) = fun _ => L * (INR (T - t) * h).
Proof. reflexivity. Qed.

Lemma walk_runs n T L alpha eta : (0 < n)%nat -> 0 < L -> 0 < alpha -> 0 < eta ->
  alphagrad n (slope L) alpha eta 0 (walk T (eta * tanh (alpha / sqrt (INR n)))).
Proof.
  intros Hn HL Ha He t i _. rewrite walk_gradient.
  assert (Htau : 0 < tanh (alpha / sqrt (INR n)))
    by (apply tanh_alpha_pos, Rdiv_lt_0_compat; [exact Ha | apply sqrt_lt_R0, lt_0_INR, Hn]).
  unfold walk. destruct (le_lt_dec T t) as [H|H].
  - replace (T - S t)%nat with O by lia. replace (T - t)%nat with O by lia. simpl INR.
    replace (L * (0 * (eta * tanh (alpha / sqrt (INR n))))) with 0 by ring. rewrite squash_zero. ring.
  - replace (T - t)%nat with (S (T - S t)) by lia. rewrite S_INR.
    rewrite squash_const; [ring | exact Hn |].
    apply Rmult_lt_0_compat; [exact HL|]. pose proof (pos_INR (T - S t)).
    apply Rmult_lt_0_compat; [lra | apply Rmult_lt_0_compat; assumption].
Qed.

(* sum of T - t over t < T *)
Lemma sum_down T : sum T (fun t => INR (T - t)) = INR T * (INR T + 1) / 2.
Proof.
  assert (H : forall k m, sum k (fun t => INR (k + m - t)) = INR k * INR m + INR k * (INR k + 1) / 2).
  { induction k as [|k IH]; intros m; [simpl; lra|].
    change (sum (S k) (fun t => INR (S k + m - t)))
      with (sum k (fun t => INR (S k + m - t)) + INR (S k + m - k)).
    rewrite (sum_ext k _ (fun t => INR (k + S m - t))) by (intros; f_equal; lia).
    rewrite (IH (S m)). replace (S k + m - k)%nat with (S m) by lia. rewrite !S_INR. lra. }
  pose proof (H T O) as H0. rewrite Nat.add_0_r in H0. simpl (INR 0) in H0. lra.
Qed.

(* what is measured on the walk *)
Lemma walk_inner n T L alpha eta t : (0 < n)%nat -> 0 < L -> 0 < alpha -> 0 < eta -> (t < T)%nat ->
  let tau := tanh (alpha / sqrt (INR n)) in
  dot n (slope L (walk T (eta * tau) t)) (squash alpha 0 n (slope L (walk T (eta * tau) t)))
  = INR n * L * eta * tau ^ 2 * INR (T - t).
Proof.
  intros Hn HL Ha He Ht tau.
  assert (Htau : 0 < tau) by (apply tanh_alpha_pos, Rdiv_lt_0_compat; [exact Ha | apply sqrt_lt_R0, lt_0_INR, Hn]).
  assert (HI : 0 < INR (T - t)) by (apply lt_0_INR; lia).
  rewrite walk_gradient. unfold dot.
  rewrite (sum_ext n _ (fun _ => L * (INR (T - t) * (eta * tau)) * tau)).
  - rewrite sum_const. ring.
  - intros i _. f_equal. apply squash_const; [exact Hn|].
    apply Rmult_lt_0_compat; [exact HL|]. apply Rmult_lt_0_compat; [exact HI|].
    apply Rmult_lt_0_compat; [exact He | exact Htau].
Qed.

Theorem walk_attains n T L alpha eta : (0 < n)%nat -> (0 < T)%nat -> 0 < L -> 0 < alpha -> 0 < eta ->
  let tau := tanh (alpha / sqrt (INR n)) in let x := walk T (eta * tau) in
  mean T (fun t => dot n (slope L (x t)) (squash alpha 0 n (slope L (x t))))
  = L * eta * M alpha n / 2 + (bowl L n (x O) - 0) / (INR T * eta).
Proof.
  intros Hn HT HL Ha He tau x. unfold mean.
  rewrite (sum_ext T _ (fun t => INR n * L * eta * tau ^ 2 * INR (T - t))) by (intros; apply walk_inner; assumption).
  rewrite sum_scal, sum_down. unfold bowl, x, walk. rewrite dot_const. rewrite Nat.sub_0_r. fold tau.
  unfold M. fold tau. assert (0 < INR T) by (apply lt_0_INR, HT). field. lra.
Qed.

(* n = 1: there <g,g'> = N tanh(alpha), and the mean of N is attained too *)
Theorem walk_attains_norm T L alpha eta : (0 < T)%nat -> 0 < L -> 0 < alpha -> 0 < eta ->
  let x := walk T (eta * tanh (alpha / sqrt (INR 1))) in
  mean T (fun t => norm 1 (slope L (x t)))
  = (L * eta * M alpha 1 / 2 + (bowl L 1 (x O) - 0) / (INR T * eta)) / tanh alpha.
Proof.
  intros HT HL Ha He x. pose proof (tanh_alpha_pos alpha Ha) as Ht.
  assert (Et : tanh (alpha / sqrt (INR 1)) = tanh alpha) by (change (INR 1) with 1; rewrite sqrt_1; f_equal; field).
  pose proof (walk_attains 1 T L alpha eta ltac:(lia) HT HL Ha He) as E. cbv zeta in E. fold x in E. rewrite <- E.
  apply Rmult_eq_reg_l with (tanh alpha); [|lra].
  replace (tanh alpha * (mean T (fun t => dot 1 (slope L (x t)) (squash alpha 0 1 (slope L (x t)))) / tanh alpha))
    with (mean T (fun t => dot 1 (slope L (x t)) (squash alpha 0 1 (slope L (x t))))) by (field; lra).
  rewrite <- mean_scal. unfold mean. f_equal. apply sum_ext. intros t Htt.
  unfold x. rewrite (walk_inner 1 T L alpha eta t ltac:(lia) HL Ha He Htt). rewrite walk_gradient, Et.
  rewrite norm_const.
  - change (INR 1) with 1. rewrite sqrt_1. ring.
  - pose proof (pos_INR (T - t)). apply Rmult_le_pos; [lra|]. apply Rmult_le_pos; [assumption|].
    apply Rmult_le_pos; lra.
Qed.
