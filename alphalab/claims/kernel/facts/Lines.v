(* What assumptions say of one step and of a run, the lines of claims/facts/table.py; printed proofs name them. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Tanh Direction Descent Others Closing.
Open Scope R_scope.

(* a fact a <= b gives the gap c = b - a; gaps give a claim *)
Lemma as_gap a b c : a <= b -> b - a = c -> 0 <= c.
Proof. lra. Qed.
Lemma by_gaps a b c : b - a = c -> 0 <= c -> a <= b.
Proof. lra. Qed.
Ltac written := repeat match goal with v := _ |- _ => progress unfold v end; cbv beta.
(* what is measured at an instant stays a letter *)
Ltac measured := repeat match goal with
  | v := norm _ _ |- _ => clearbody v
  | v := dot _ _ _ |- _ => clearbody v
  | v := fun _ => norm _ _ |- _ => clearbody v
  | v := fun _ => dot _ _ _ |- _ => clearbody v
  end.
Ltac gap K :=
  let H := fresh in pose proof K as H; cbv beta zeta in H; premises H;
  apply (as_gap _ _ _ H); written; equal.
Ltac nonnegative := first [positive | written; positive].
Ltac product := repeat (apply Rmult_le_pos; [|assumption]); nonnegative.
(* a letter that is set to something, n = 1 among them *)
Ltac chosen :=
  repeat match goal with H : ?v = _ |- _ => is_var v; rewrite H; clear H end; change (INR 1) with 1; rewrite ?sqrt_1.
Ltac sums := repeat apply Rplus_le_le_0_compat; first [assumption | lra].
Ltac at_rest := repeat match goal with Z : ?a = 0 |- _ => rewrite Z in *; clear Z end; unfold Rdiv in *; lra.
Ltac at_this_step s := repeat match goal with
  | H : forall t, (t < ?T)%nat -> 0 < _, Hs : (s < ?T)%nat |- _ => pose proof (H s Hs); clear H end.

Lemma h_ratio eps z : h eps z = z * (z / (z + eps)).
Proof. unfold h, Rdiv. ring. Qed.
Lemma r_nonneg eps n g : 0 <= eps -> 0 <= norm n g / (norm n g + eps).
Proof.
  intros He. pose proof (norm_nonneg n g) as H. destruct H as [H|H].
  - apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
  - rewrite <- H. unfold Rdiv. lra.
Qed.
Lemma above {X : Type} (F : X -> R) low y : below F low -> 0 <= F y - low.
Proof. intros H. pose proof (H y). lra. Qed.
(* what holds at every step holds on average, where f falls from f(x_1) to f(x_{T+1}) *)
Lemma over_steps T (F u : nat -> R) a k : (0 < T)%nat ->
  (forall s, (s < T)%nat -> u s <= a * (INR T * (F s - F (S s))) + k) -> mean T u <= a * (F O - F T) + k.
Proof.
  intros HT H. assert (HI : 0 < INR T) by (apply lt_0_INR, HT).
  apply Rle_trans with (1 := mean_le T u _ H). right. rewrite mean_shift by exact HT. f_equal.
  rewrite mean_scal. f_equal. rewrite mean_scal. unfold mean. rewrite sum_telescope. field. lra.
Qed.

Section Run.
Variables (n : nat) (f : vec -> R) (grad : vec -> vec) (L alpha eta eps : R) (x : nat -> vec) (t : nat).
Let g := grad (x t).
Let d := squash alpha eps n g.

Lemma descent : smooth n f grad L -> alphagrad n grad alpha eta eps x ->
  eta * dot n g d - L * eta ^ 2 / 2 * dot n d d <= f (x t) - f (x (S t)).
Proof. intros Hs Hr. pose proof (descent_step n f grad L eta (x t) (x (S t)) d Hs (Hr t)). fold g in H. lra. Qed.

Lemma lojasiewicz_root low mu : 0 < mu -> below f low -> lojasiewicz n f grad low mu ->
  sqrt 2 * sqrt (f (x t) - low) * sqrt mu <= norm n g.
Proof.
  intros Hmu Hlow H. pose proof (H (x t)) as H1. fold g in H1. pose proof (Hlow (x t)).
  apply Rsqr_incr_0_var; [|apply norm_nonneg]. unfold Rsqr.
  replace (sqrt 2 * sqrt (f (x t) - low) * sqrt mu * (sqrt 2 * sqrt (f (x t) - low) * sqrt mu))
    with ((sqrt 2 * sqrt 2) * (sqrt (f (x t) - low) * sqrt (f (x t) - low)) * (sqrt mu * sqrt mu)) by ring.
  rewrite !sqrt_sqrt by lra. lra.
Qed.

Lemma convex_gap x_star low : convex n f grad -> f x_star = low ->
  f (x t) - low <= norm n g * norm n (sub (x t) x_star).
Proof.
  intros H <-. pose proof (H (x t) x_star) as H1. fold g in H1.
  pose proof (cauchy_schwarz n g (sub (x t) x_star)) as C.
  replace (dot n g (sub x_star (x t))) with (-1 * dot n g (sub (x t) x_star)) in H1; [lra|].
  rewrite <- dot_scal_r. apply sum_ext. intros. unfold sub. ring.
Qed.

End Run.

Lemma tail_above {X : Type} (F : X -> R) low y : below F low -> low <= F y.
Proof. intros H. apply H. Qed.

(* either something moves, or the gradient and all that is measured is 0 *)
Lemma moving n (g : vec) alpha eps : 0 < alpha -> 0 <= eps -> let d := squash alpha eps n g in
  0 < norm n g + eps \/ (norm n g = 0 /\ norm n g / (norm n g + eps) = 0 /\ dot n d d = 0 /\ dot n g d = 0).
Proof. intros Ha He. exact (at_rest_or_not (fun z => tanh (alpha * z)) eps n g (tanh_family alpha Ha) He). Qed.
