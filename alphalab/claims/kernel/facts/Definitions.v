(* What the words of the theory mean to the kernel. This page is trusted: read it beside the generated statements.

   A vector is a function nat -> R of which n components count. Time starts at 0: x 0 is the paper's x_1.
   Coq's x / 0 is some real number, so 0 / 0 = 0: at eps = 0 and g = 0 the direction is 0, as in the theory. *)
From Coq Require Export Reals.
Open Scope R_scope.

Definition vec := nat -> R.

Fixpoint sum (n : nat) (u : vec) : R := match n with O => 0 | S m => sum m u + u m end.

Definition dot (n : nat) (u v : vec) : R := sum n (fun i => u i * v i).
Definition norm (n : nat) (u : vec) : R := sqrt (dot n u u).
Definition sub (u v : vec) : vec := fun i => u i - v i.

(* over t < T *)
Definition mean (T : nat) (u : nat -> R) : R := / INR T * sum T u.
Fixpoint minimum (T : nat) (u : nat -> R) : R :=
  match T with O => u O | S O => u O | S k => Rmin (minimum k u) (u k) end.

Definition h (eps z : R) : R := z ^ 2 / (z + eps).

(* the problem: smooth is the one-sided bound, smooth_max the same in the maximum norm, lipschitz the two-sided one *)
Definition smooth (n : nat) (f : vec -> R) (grad : vec -> vec) (L : R) : Prop :=
  forall x y, f y <= f x + dot n (grad x) (sub y x) + L / 2 * dot n (sub y x) (sub y x).
Definition lipschitz (n : nat) (grad : vec -> vec) (L : R) : Prop :=
  forall x y, norm n (sub (grad y) (grad x)) <= L * norm n (sub y x).
Definition smooth_max (n : nat) (f : vec -> R) (grad : vec -> vec) (L : R) : Prop :=
  forall x y b, (forall i, (i < n)%nat -> Rabs (sub y x i) <= b) -> f y <= f x + dot n (grad x) (sub y x) + L / 2 * b ^ 2.
Definition differentiable (n : nat) (f : vec -> R) (grad : vec -> vec) : Prop :=
  (forall x y, (forall i, (i < n)%nat -> x i = y i) -> f x = f y) /\
  forall x v t, derivable_pt_lim (fun t => f (fun i => x i + t * v i)) t (dot n (grad (fun i => x i + t * v i)) v).
Definition convex (n : nat) (f : vec -> R) (grad : vec -> vec) : Prop :=
  forall x y, f x + dot n (grad x) (sub y x) <= f y.
Definition lojasiewicz (n : nat) (f : vec -> R) (grad : vec -> vec) (f_star mu : R) : Prop :=
  forall x, 2 * mu * (f x - f_star) <= norm n (grad x) ^ 2.
(* near x the curvature may grow with the gradient there *)
Definition steep (n : nat) (f : vec -> R) (grad : vec -> vec) (L0 L1 : R) : Prop :=
  forall x y, L1 * norm n (sub y x) <= 1 ->
  f y <= f x + dot n (grad x) (sub y x) + (L0 + L1 * norm n (grad x)) / 2 * dot n (sub y x) (sub y x).
Definition below {X : Type} (f : X -> R) (low : R) : Prop := forall x, low <= f x.

(* the method: g' = tanh(alpha g/(||g|| + eps)), with one step size, one for every t, or momentum *)
Definition squash (alpha eps : R) (n : nat) (g : vec) : vec := fun i => tanh (alpha * (g i / (norm n g + eps))).
Definition alphagrad (n : nat) (grad : vec -> vec) (alpha eta eps : R) (x : nat -> vec) : Prop :=
  forall t i, (i < n)%nat -> x (S t) i = x t i - eta * squash alpha eps n (grad (x t)) i.
Definition scheduled (n : nat) (grad : vec -> vec) (alpha : R) (eta : nat -> R) (eps : R) (x : nat -> vec) : Prop :=
  forall t i, (i < n)%nat -> x (S t) i = x t i - eta t * squash alpha eps n (grad (x t)) i.
Definition heavy_ball (n : nat) (grad : vec -> vec) (alpha eta eps c : R) (x : nat -> vec) : Prop :=
  exists v : nat -> vec, (forall i, v O i = 0) /\
  forall t i, (i < n)%nat -> v (S t) i = c * v t i + eta * squash alpha eps n (grad (x t)) i
                             /\ x (S t) i = x t i - v (S t) i.

(* other methods, x+ = x - eta d(g): of signs, normalised, with bounded slope (direction, below); weight decay, w *)
Definition along (n : nat) (d : vec -> vec) (grad : vec -> vec) (eta : R) (x : nat -> vec) : Prop :=
  forall t i, (i < n)%nat -> x (S t) i = x t i - eta * d (grad (x t)) i.
Definition sign (z : R) : R := if Rlt_dec 0 z then 1 else if Rlt_dec z 0 then -1 else 0.
Definition normalised (eps : R) (n : nat) (g : vec) : vec := fun i => g i / (norm n g + eps).

(* m tensors, the l-th with n l components, its own norm, alpha and eps, and one step size *)
Definition total (m : nat) (n : nat -> nat) (u v : nat -> vec) : R := sum m (fun l => dot (n l) (u l) (v l)).
Definition smooth_tensors (m : nat) (n : nat -> nat) (f : (nat -> vec) -> R) (grad : (nat -> vec) -> nat -> vec) (L : R)
  : Prop := forall x y, let v := fun l => sub (y l) (x l) in f y <= f x + total m n (grad x) v + L / 2 * total m n v v.
Definition smooth_alone (m : nat) (n : nat -> nat) (f : (nat -> vec) -> R) (grad : (nat -> vec) -> nat -> vec) (L : R)
  : Prop := forall l x y, (l < m)%nat -> (forall k, k <> l -> y k = x k) -> let v := sub (y l) (x l) in
  f y <= f x + dot (n l) (grad x l) v + L / 2 * dot (n l) v v.
Definition per_tensor (m : nat) (n : nat -> nat) (grad : (nat -> vec) -> nat -> vec) (alpha : nat -> R) (eta : R)
  (eps : nat -> R) (x : nat -> nat -> vec) : Prop := forall t l i, (l < m)%nat -> (i < n l)%nat ->
  x (S t) l i = x t l i - eta * squash (alpha l) (eps l) (n l) (grad (x t) l) i.

(* the best constant with ||g'||^2 <= Q <g,g'>/N: the supremum of the ratio over unit vectors *)
Definition price (alpha : R) (n : nat) (Q : R) : Prop :=
  is_lub (fun q => exists u : vec, norm n u = 1 /\
    q = sum n (fun i => tanh (alpha * u i) ^ 2) / sum n (fun i => u i * tanh (alpha * u i))) Q.

(* f = L x^2/2 in one dimension *)
Definition parabola (n : nat) (f : vec -> R) (grad : vec -> vec) (L : R) : Prop :=
  n = 1%nat /\ (forall x, f x = L * x O ^ 2 / 2) /\ forall x, grad x O = L * x O.

Definition liminf_is_zero (u : nat -> R) : Prop :=
  forall delta t0, 0 < delta -> exists t, (t0 <= t)%nat /\ u t < delta.

(* the family of sigma: odd, nondecreasing and concave on [0, inf) *)
Definition concave_on (P : R -> Prop) (s : R -> R) : Prop :=
  forall x y t, P x -> P y -> 0 <= t <= 1 -> t * s x + (1 - t) * s y <= s (t * x + (1 - t) * y).
Record family (s : R -> R) : Prop := {
  fam_odd  : forall x, s (- x) = - s x;
  fam_mono : forall x y, 0 <= x <= y -> s x <= s y;
  fam_conc : concave_on (fun x => 0 <= x) s }.
Definition direction (s : R -> R) (eps : R) (n : nat) (g : vec) : vec := fun i => s (g i / (norm n g + eps)).
(* no concavity: s odd, between two lines; above_squares: s^2 under a line of slope k >= 0 in u^2 that is C/n at 1/n *)
Definition between (s : R -> R) (a b : R) : Prop :=
  (forall u, s (- u) = - s u) /\ forall u, 0 <= u <= 1 -> a * u <= s u <= b * u.
Definition above_squares (s : R -> R) (n : nat) (C : R) : Prop :=
  exists k, 0 <= k /\ forall u, 0 <= u <= 1 -> s u ^ 2 <= C / INR n + k * (u ^ 2 - / INR n).
