(* Gradient descent at 1/L, the gradient Lipschitz: gradient-rate-lipschitz. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Tanh Direction Descent Others.
Open Scope R_scope.

Section Interpolation.
Variables (n : nat) (f : vec -> R) (grad : vec -> vec) (ell : R).
Hypotheses (Hell : 0 < ell) (Hd : differentiable n f grad) (Hl : lipschitz n grad ell).

(* -f has the gradient -grad, as Lipschitz as grad *)
Lemma ascent (x y : vec) : f x + dot n (grad x) (sub y x) - ell / 2 * dot n (sub y x) (sub y x) <= f y.
Proof.
  assert (H : smooth n (fun z => - f z) (fun z i => - grad z i) ell).
  { apply descent_lemma; [lra| |].
    - split; [intros a b E; rewrite (proj1 Hd a b E); reflexivity|]. intros a v s.
      replace (dot n (fun i => - grad (fun i0 => a i0 + s * v i0) i) v) with (- dot n (grad (fun i => a i + s * v i)) v).
      + apply (derivable_pt_lim_opp (fun t => f (fun i => a i + t * v i))). apply (proj2 Hd).
      + replace (- dot n (grad (fun i => a i + s * v i)) v) with (-1 * dot n (grad (fun i => a i + s * v i)) v) by ring.
        rewrite <- dot_scal_l. apply sum_ext. intros i _. ring.
    - intros a b. replace (norm n (sub (fun i => - grad b i) (fun i => - grad a i))) with (norm n (sub (grad b) (grad a))).
      + apply Hl.
      + unfold norm. f_equal. apply sum_ext. intros i _. unfold sub. ring. }
  pose proof (H x y) as H1. cbv beta in H1.
  replace (dot n (fun i => - grad x i) (sub y x)) with (- dot n (grad x) (sub y x)) in H1; [lra|].
  replace (- dot n (grad x) (sub y x)) with (-1 * dot n (grad x) (sub y x)) by ring.
  rewrite <- dot_scal_l. apply sum_ext. intros i _. ring.
Qed.

Lemma at_one_over_ell eta x t : eta = 1 / ell -> along n (fun g => g) grad eta x ->
  2 * norm n (grad (x t)) ^ 2 + norm n (grad (x (S t))) ^ 2 <= 4 * ell * (f (x t) - f (x (S t))).
Proof.
  intros E Hr. set (g := grad (x t)). set (g' := grad (x (S t))).
  (* z = (x + x')/2 + (g' - g)/(2 ell) = x - g/ell + g'/(2 ell) = x' + g'/(2 ell) *)
  set (z := fun i => x (S t) i + / (2 * ell) * g' i).
  pose proof (descent_lemma n f grad ell ltac:(lra) Hd Hl (x t) z) as H1. pose proof (ascent (x (S t)) z) as H2.
  fold g in H1. fold g' in H2.
  assert (E1 : forall i, (i < n)%nat -> sub z (x t) i = / (2 * ell) * g' i - / ell * g i).
  { intros i Hi. unfold sub, z. rewrite (Hr t i Hi), E. fold g. unfold Rdiv. ring. }
  assert (E2 : forall i, sub z (x (S t)) i = / (2 * ell) * g' i) by (intros i; unfold sub, z; ring).
  set (A := dot n g g). set (B := dot n g g'). set (C := dot n g' g').
  replace (dot n g (sub z (x t))) with (/ (2 * ell) * B - / ell * A) in H1.
  2: { unfold A, B. rewrite <- !dot_scal_r. unfold dot. unfold Rminus.
       rewrite <- (Rmult_1_l (sum n (fun i => g i * (/ ell * g i)))), Ropp_mult_distr_l, <- sum_scal, <- sum_plus.
       apply sum_ext. intros i Hi. rewrite (E1 i Hi). ring. }
  replace (dot n (sub z (x t)) (sub z (x t))) with (/ (2 * ell) * / (2 * ell) * C - / ell * / ell * B + / ell * / ell * A) in H1.
  2: { unfold A, B, C, dot. unfold Rminus. rewrite Ropp_mult_distr_l, <- !sum_scal, <- !sum_plus.
       apply sum_ext. intros i Hi. rewrite (E1 i Hi). field. lra. }
  replace (dot n g' (sub z (x (S t)))) with (/ (2 * ell) * C) in H2.
  2: { unfold C. rewrite <- dot_scal_r. apply sum_ext. intros i _. rewrite E2. ring. }
  replace (dot n (sub z (x (S t))) (sub z (x (S t)))) with (/ (2 * ell) * / (2 * ell) * C) in H2.
  2: { unfold C. rewrite Rmult_assoc, <- dot_scal_r, <- dot_scal_l. apply sum_ext. intros i _. rewrite E2. ring. }
  rewrite !(pow2 (norm _ _)), !norm_sq. fold g g' A C.
  assert (H3 : / (2 * ell) * C + f (x (S t)) - ell / 2 * (/ (2 * ell) * / (2 * ell) * C) <= f (x t) + (/ (2 * ell) * B - / ell * A)
    + ell / 2 * (/ (2 * ell) * / (2 * ell) * C - / ell * / ell * B + / ell * / ell * A)) by lra.
  apply Rmult_le_compat_l with (r := 4 * ell) in H3; [|lra].
  replace (4 * ell * (/ (2 * ell) * C + f (x (S t)) - ell / 2 * (/ (2 * ell) * / (2 * ell) * C)))
    with (4 * ell * f (x (S t)) + 3 / 2 * C) in H3 by (field; lra).
  replace (4 * ell * (f (x t) + (/ (2 * ell) * B - / ell * A) + ell / 2 * (/ (2 * ell) * / (2 * ell) * C - / ell * / ell * B + / ell * / ell * A)))
    with (4 * ell * f (x t) - 2 * A + C / 2) in H3 by (field; lra). lra.
Qed.
End Interpolation.

Theorem gradient_best n T f grad ell f_inf eta x : (0 < T)%nat -> 0 < ell -> differentiable n f grad -> lipschitz n grad ell ->
  below f f_inf -> eta = 1 / ell -> along n (fun g => g) grad eta x -> let m := minimum T (fun t => norm n (grad (x t))) in
  m ^ 2 * (3 - 1 / INR T) <= 4 * (f (x O) - f_inf) * ell / INR T.
Proof.
  intros HT Hell Hd Hl Hf E Hr m. set (N := fun t => norm n (grad (x t))). assert (HI : 0 < INR T) by (apply lt_0_INR, HT).
  assert (Hm : 0 <= m) by (destruct (minimum_reached T N HT) as [s [_ Es]]; unfold m; fold N; rewrite Es; apply norm_nonneg).
  assert (Hle : forall t, (t < T)%nat -> m ^ 2 <= N t ^ 2).
  { intros t Ht. apply pow_incr. split; [exact Hm|]. apply (minimum_le T N t Ht). }
  destruct T as [|k]; [lia|].
  (* every step but the last meets two gradients of that size, the last one *)
  assert (H : (3 * INR k + 2) * m ^ 2 <= 4 * ell * (f (x O) - f (x (S k)))).
  { rewrite <- (sum_telescope (S k) (fun t => f (x t))), <- sum_scal. simpl sum.
    apply Rle_trans with (sum k (fun _ => 3 * m ^ 2) + 2 * m ^ 2); [rewrite sum_const; lra|].
    apply Rplus_le_compat.
    - apply sum_le. intros t Ht. pose proof (at_one_over_ell n f grad ell Hell Hd Hl eta x t E Hr) as H1.
      pose proof (Hle t ltac:(lia)) as H2. pose proof (Hle (S t) ltac:(lia)) as H3. unfold N in H2, H3. lra.
    - pose proof (at_one_over_ell n f grad ell Hell Hd Hl eta x k E Hr) as H1. pose proof (Hle k ltac:(lia)) as H2.
      pose proof (pow2_ge_0 (norm n (grad (x (S k))))). unfold N in H2. lra. }
  pose proof (Hf (x (S k))) as H0. rewrite S_INR in *.
  apply Rmult_le_reg_r with (INR k + 1); [exact HI|].
  replace (m ^ 2 * (3 - 1 / (INR k + 1)) * (INR k + 1)) with ((3 * INR k + 2) * m ^ 2) by (field; lra).
  replace (4 * (f (x O) - f_inf) * ell / (INR k + 1) * (INR k + 1)) with (4 * ell * (f (x O) - f_inf)) by (field; lra).
  apply Rle_trans with (1 := H). apply Rmult_le_compat_l; lra.
Qed.
