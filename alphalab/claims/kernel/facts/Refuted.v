(* Witnesses of what the theory says is false: thm-3-low, thm-5-norm, thm-7-largest. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction Orbits.
Open Scope R_scope.

Lemma tanh_ln3 : tanh (ln 3) = 4 / 5.
Proof.
  unfold tanh, sinh, cosh. rewrite exp_Ropp, exp_ln by lra. field.
Qed.

(* a run from any start *)
Fixpoint run (n : nat) (grad : vec -> vec) (alpha eta eps : R) (start : vec) (t : nat) : vec :=
  match t with
  | O => start
  | S s => let y := run n grad alpha eta eps start s in fun i => y i - eta * squash alpha eps n (grad y) i
  end.

Lemma run_runs n grad alpha eta eps start : alphagrad n grad alpha eta eps (run n grad alpha eta eps start).
Proof. intros t i _. reflexivity. Qed.

(* --- thm-3-low: x^2/2, eps = 0, alpha = ln 3, eta = 5/2: 3/2 and -1/2 by turns --- *)
Definition swing (t : nat) : vec := fun _ => 1 / 2 + sign t.

Lemma swing_runs : alphagrad 1 (slope 1) (ln 3) (5 / 2) 0 swing.
Proof.
  intros t i _. unfold squash. rewrite norm_one. unfold slope, swing. simpl sign. rewrite Rplus_0_r, Rmult_1_l.
  destruct (sign_cases t) as [-> | ->].
  - rewrite Rabs_pos_eq by lra. replace (ln 3 * ((1 / 2 + 1) / (1 / 2 + 1))) with (ln 3) by field. rewrite tanh_ln3. lra.
  - replace (1 / 2 + -1) with (- (1 / 2)) by field. rewrite Rabs_Ropp, Rabs_pos_eq by lra.
    replace (ln 3 * (- (1 / 2) / (1 / 2))) with (- ln 3) by field. rewrite tanh_odd, tanh_ln3. lra.
Qed.

(* --- thm-5-norm: x^T A x/2, A = ((1, -2), (-2, 5)), L = 6, from the gradient (24, 7) of norm 25 = eps --- *)
Definition tilted (x : vec) : R := (x 0%nat ^ 2 - 4 * x 0%nat * x 1%nat + 5 * x 1%nat ^ 2) / 2.
Definition tilted_slope (x : vec) : vec :=
  fun i => match i with O => x 0%nat - 2 * x 1%nat | _ => 5 * x 1%nat - 2 * x 0%nat end.

Lemma tilted_smooth : smooth 2 tilted tilted_slope 6.
Proof.
  intros x y. unfold tilted, tilted_slope, dot, sub. simpl sum.
  set (a := y 0%nat - x 0%nat). set (b := y 1%nat - x 1%nat).
  replace (y 0%nat) with (x 0%nat + a) by (unfold a; ring). replace (y 1%nat) with (x 1%nat + b) by (unfold b; ring).
  assert (0 <= (2 * a + b) ^ 2 + a ^ 2) by (pose proof (pow2_ge_0 (2 * a + b)); pose proof (pow2_ge_0 a); lra). lra.
Qed.

Lemma norm_two (x : vec) : norm 2 x = sqrt (x 0%nat * x 0%nat + x 1%nat * x 1%nat).
Proof. unfold norm, dot. simpl sum. f_equal. ring. Qed.

Lemma tilted_escapes : let alpha := 25 * ln 3 in let eta := / (6 * ln 3) in
  let start := fun i => match i with O => 134 | _ => 55 end in
  let x := run 2 tilted_slope alpha eta 25 start in
  norm 2 (tilted_slope (x 0%nat)) = 25 /\ 25 < norm 2 (tilted_slope (x 1%nat)).
Proof.
  intros alpha eta start x. pose proof ln3_pos as Hl.
  assert (E0 : norm 2 (tilted_slope (x 0%nat)) = 25).
  { change (x 0%nat) with start. rewrite norm_two. unfold tilted_slope, start. replace ((134 - 2 * 55) * (134 - 2 * 55) + (5 * 55 - 2 * 134) * (5 * 55 - 2 * 134)) with (25 * 25) by ring.
    apply sqrt_square. lra. }
  split; [exact E0|].
  set (d0 := tanh (12 * ln 3)). set (d1 := tanh (7 / 2 * ln 3)).
  assert (Ex0 : x 1%nat 0%nat = 134 - eta * d0).
  { change (x 1%nat 0%nat) with (134 - eta * squash alpha 25 2 (tilted_slope (x 0%nat)) 0%nat).
    unfold squash. rewrite E0. change (x 0%nat) with start. unfold tilted_slope, start, d0. f_equal. f_equal. f_equal. unfold alpha. field. }
  assert (Ex1 : x 1%nat 1%nat = 55 - eta * d1).
  { change (x 1%nat 1%nat) with (55 - eta * squash alpha 25 2 (tilted_slope (x 0%nat)) 1%nat).
    unfold squash. rewrite E0. change (x 0%nat) with start. unfold tilted_slope, start, d1. f_equal. f_equal. f_equal. unfold alpha. field. }
  assert (H0 : d0 < 1) by apply tanh_lt_1.
  assert (H1 : 4 / 5 <= d1).
  { rewrite <- tanh_ln3. unfold d1. replace (ln 3) with (1 * ln 3) at 1 by ring.
    rewrite (Rmult_comm 1), (Rmult_comm (7 / 2)). apply tanh_scaled_mono; lra. }
  assert (He : 0 < eta) by (apply Rinv_0_lt_compat; lra).
  rewrite norm_two. unfold tilted_slope. rewrite Ex0, Ex1.
  rewrite <- (sqrt_square 25) at 1 by lra. apply sqrt_lt_1_alt. split; [lra|].
  set (p := d0 - 2 * d1). set (q := 5 * d1 - 2 * d0).
  replace (134 - eta * d0 - 2 * (55 - eta * d1)) with (24 - eta * p) by (unfold p; ring).
  replace (5 * (55 - eta * d1) - 2 * (134 - eta * d0)) with (7 - eta * q) by (unfold q; ring).
  assert (Hpq : 24 * p + 7 * q < 0) by (unfold p, q; lra).
  assert (0 < eta * (- (24 * p + 7 * q))) by (apply Rmult_lt_0_compat; lra).
  pose proof (sq_nonneg (eta * p)). pose proof (sq_nonneg (eta * q)). lra.
Qed.

(* --- thm-7-largest: (x + y)^2/2, two tensors of one number each --- *)
Definition coupled (x : nat -> vec) : R := (x 0%nat 0%nat + x 1%nat 0%nat) ^ 2 / 2.
Definition coupled_slope (x : nat -> vec) : nat -> vec := fun _ _ => x 0%nat 0%nat + x 1%nat 0%nat.
Definition coupled_orbit (t : nat) : nat -> vec := fun _ _ => sign t / 2.

Lemma coupled_alone : smooth_alone 2 (fun _ => 1%nat) coupled coupled_slope 1.
Proof.
  intros l x y Hl Hk v. unfold coupled, coupled_slope, dot, v, sub.
  destruct l as [|[|l]]; [rewrite (Hk 1%nat) by lia | rewrite (Hk 0%nat) by lia | lia]; simpl; clear;
    generalize (x 0%nat 0%nat) (x 1%nat 0%nat); [generalize (y 0%nat 0%nat) | generalize (y 1%nat 0%nat)]; intros; lra.
Qed.

Lemma coupled_runs : per_tensor 2 (fun _ => 1%nat) coupled_slope (fun _ => 3 / 4 * ln 3) 2 (fun _ => / 2) coupled_orbit.
Proof.
  intros t l i _ _. unfold squash. rewrite norm_one. unfold coupled_slope, coupled_orbit. simpl sign.
  replace (sign t / 2 + sign t / 2) with (sign t) by field.
  destruct (sign_cases t) as [-> | ->].
  - rewrite Rabs_R1. replace (3 / 4 * ln 3 * (1 / (1 + / 2))) with (ln 3 / 2) by field. rewrite tanh_half_ln3. field.
  - rewrite Rabs_left by lra. replace (3 / 4 * ln 3 * (-1 / (- -1 + / 2))) with (- (ln 3 / 2)) by field.
    rewrite tanh_odd, tanh_half_ln3. field.
Qed.

Lemma coupled_inner t : total 2 (fun _ => 1%nat) (coupled_slope (coupled_orbit t))
  (fun l => squash (3 / 4 * ln 3) (/ 2) 1 (coupled_slope (coupled_orbit t) l)) = 1.
Proof.
  unfold total, dot, squash. simpl sum. rewrite !norm_one. unfold coupled_slope, coupled_orbit.
  replace (sign t / 2 + sign t / 2) with (sign t) by field. destruct (sign_cases t) as [-> | ->].
  - rewrite Rabs_R1. replace (3 / 4 * ln 3 * (1 / (1 + / 2))) with (ln 3 / 2) by field. rewrite tanh_half_ln3. field.
  - rewrite Rabs_left by lra. replace (3 / 4 * ln 3 * (-1 / (- -1 + / 2))) with (- (ln 3 / 2)) by field.
    rewrite tanh_odd, tanh_half_ln3. field.
Qed.

(* tanh(3/4 ln 3) = (3 sqrt 3 - 1)/(3 sqrt 3 + 1) < 21/31 *)
Lemma tanh_below : 0 < tanh (3 / 4 * ln 3) < 21 / 31.
Proof.
  pose proof ln3_pos as Hl. split; [apply tanh_alpha_pos; lra|].
  set (e := exp (3 / 4 * ln 3)). assert (He : 0 < e) by apply exp_pos.
  assert (He4 : e * e * (e * e) = 27).
  { unfold e. rewrite <- !exp_plus. replace (3 / 4 * ln 3 + 3 / 4 * ln 3 + (3 / 4 * ln 3 + 3 / 4 * ln 3)) with (ln 3 + ln 3 + ln 3) by field.
    rewrite !exp_plus, exp_ln by lra. ring. }
  assert (He2 : e * e < 26 / 5) by nra.
  unfold tanh, sinh, cosh. rewrite exp_Ropp. fold e.
  replace ((e - / e) / 2 / ((e + / e) / 2)) with ((e * e - 1) / (e * e + 1)) by (field; split; nra).
  apply Rmult_lt_reg_r with (e * e + 1); [nra|]. replace ((e * e - 1) / (e * e + 1) * (e * e + 1)) with (e * e - 1) by (field; nra). lra.
Qed.
