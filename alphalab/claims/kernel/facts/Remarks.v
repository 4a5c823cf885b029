(* What the paper says in passing: eq3-bound, disc-n, rem-1c. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Family Tanh Direction.
Open Scope R_scope.

Theorem component_below_1 alpha eps n (g : vec) i : Rabs (squash alpha eps n g i) < 1.
Proof.
  unfold squash. set (z := alpha * (g i / (norm n g + eps))).
  pose proof (tanh_lt_1 z) as H. pose proof (tanh_lt_1 (- z)) as H1. rewrite tanh_odd in H1. apply Rabs_def1; lra.
Qed.

Theorem M_below alpha n : (0 < n)%nat -> 0 < alpha -> M alpha n <= Rmin (INR n) (alpha ^ 2).
Proof.
  intros Hn Ha. assert (HI : 0 < INR n) by (apply lt_0_INR, Hn).
  assert (Hs : 0 < sqrt (INR n)) by (apply sqrt_lt_R0, HI).
  assert (Hv : 0 < alpha / sqrt (INR n)) by (apply Rdiv_lt_0_compat; assumption).
  pose proof (tanh_alpha_pos _ Hv) as Ht. pose proof (tanh_sq_lt_1 (alpha / sqrt (INR n))) as H1.
  pose proof (tanh_le_id 1 Rlt_0_1 (alpha / sqrt (INR n)) ltac:(lra)) as H2. rewrite !Rmult_1_l in H2.
  unfold M. rewrite pow2. apply Rmin_glb.
  - apply Rle_trans with (INR n * 1); [apply Rmult_le_compat_l; lra | lra].
  - replace (alpha ^ 2) with (sqrt (INR n) * sqrt (INR n) * (alpha / sqrt (INR n) * (alpha / sqrt (INR n)))) by (field; lra).
    rewrite sqrt_sqrt by lra. apply Rmult_le_compat_l; [lra | apply Rmult_le_compat; lra].
Qed.

(* 1 - gamma_min/tanh(alpha) <= eps/min N, where no gradient is 0 *)
Theorem gamma_near alpha eps T (N : nat -> R) : (0 < T)%nat -> 0 < alpha -> 0 <= eps ->
  (forall t, (t < T)%nat -> 0 < N t) ->
  1 - minimum T (fun t => tanh alpha * (N t / (N t + eps))) / tanh alpha <= eps / minimum T N.
Proof.
  intros HT Ha Heps HN. pose proof (tanh_alpha_pos alpha Ha) as Ht.
  destruct (minimum_reached T (fun t => tanh alpha * (N t / (N t + eps))) HT) as [t [Htt E]]. rewrite E.
  pose proof (HN t Htt) as Hp. pose proof (minimum_le T N t Htt) as Hm.
  destruct (minimum_reached T N HT) as [s [Hss Es]]. pose proof (HN s Hss) as Hs. rewrite <- Es in Hs.
  replace (1 - tanh alpha * (N t / (N t + eps)) / tanh alpha) with (eps * / (N t + eps)) by (field; lra).
  unfold Rdiv. apply Rmult_le_compat_l; [exact Heps | apply Rinv_le_contravar; lra].
Qed.
