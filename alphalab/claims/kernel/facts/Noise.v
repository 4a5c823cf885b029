(* Steps that see grad f(x_t) + xi_t, any xi: noise, N4. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Tanh Direction Descent Rates Methods.
Open Scope R_scope.

Section Noise.
Variables (n T : nat) (f : vec -> R) (grad : vec -> vec) (L low alpha eta eps : R) (x xi : nat -> vec).
Hypotheses (Hn : (0 < n)%nat) (HT : (0 < T)%nat) (Ha : 0 < alpha) (Heta : 0 < eta) (Heps : 0 <= eps) (HL : 0 < L).
Hypotheses (Hsmooth : smooth n f grad L) (Hlow : below f low).
Let g t := grad (x t).
Let seen t : vec := fun i => g t i + xi t i.
Let d t := squash alpha eps n (seen t).
Hypothesis Hrun : forall t i, (i < n)%nat -> x (S t) i = x t i - eta * d t i.
Let t1 := tanh alpha.
Let k := sqrt (M alpha n) / t1 + 1.

Lemma norm_back (u : vec) : norm n (fun i => - u i) = norm n u.
Proof. unfold norm. f_equal. apply sum_ext. intros. ring. Qed.

Lemma seen_apart t : norm n (g t) <= / t1 * dot n (g t) (d t) + (k * norm n (xi t) + eps).
Proof.
  pose proof (tanh_alpha_pos alpha Ha) as Ht. fold t1 in Ht.
  pose proof (norm_triangle n (seen t) (fun i => - xi t i)) as H1. rewrite norm_back in H1.
  replace (norm n (fun i => seen t i + - xi t i)) with (norm n (g t)) in H1.
  2: { unfold norm. f_equal. apply sum_ext. intros. unfold seen. ring. }
  pose proof (alphagrad_L4 alpha eps n (seen t) Ha Heps) as H4. fold (d t) t1 in H4.
  replace (dot n (seen t) (d t)) with (dot n (g t) (d t) + dot n (xi t) (d t)) in H4.
  2: { unfold dot. rewrite <- sum_plus. apply sum_ext. intros. unfold seen. ring. }
  pose proof (cauchy_schwarz n (xi t) (d t)) as C. pose proof (norm_nonneg n (xi t)) as Hx.
  assert (Hd : norm n (d t) <= sqrt (M alpha n)) by (apply sqrt_le_1_alt, alphagrad_L1_M; assumption).
  apply Rmult_le_compat_l with (r := norm n (xi t)) in Hd; [|exact Hx].
  assert (H5 : / t1 * dot n (xi t) (d t) <= / t1 * (norm n (xi t) * sqrt (M alpha n))).
  { apply Rmult_le_compat_l; [left; apply Rinv_0_lt_compat, Ht | lra]. }
  unfold k, Rdiv in *. lra.
Qed.

Theorem N4_rate : mean T (fun t => norm n (g t)) <=
  eps + ((f (x O) - low) / (eta * INR T) + L * eta * M alpha n / 2) / t1 + mean T (fun t => norm n (xi t)) * k.
Proof.
  pose proof (tanh_alpha_pos alpha Ha) as Ht. fold t1 in Ht. assert (HI : 0 < INR T) by (apply lt_0_INR, HT).
  pose proof (mean_alignment T (fun t => f (x t)) (fun t => dot n (g t) (d t)) (fun t => dot n (d t) (d t)) eta L low
    (M alpha n) HT Heta ltac:(lra)
    ltac:(intros t _; exact (descent_step n f grad L eta (x t) (x (S t)) (d t) Hsmooth (Hrun t))) (Hlow (x T))
    ltac:(intros t _; apply alphagrad_L1_M; assumption)) as H. cbv beta in H.
  apply Rle_trans with (mean T (fun t => / t1 * dot n (g t) (d t) + (k * norm n (xi t) + eps))).
  - apply mean_le. intros t _. apply seen_apart.
  - apply Rmult_le_compat_l with (r := / t1) in H; [|left; apply Rinv_0_lt_compat, Ht].
    unfold mean in *. rewrite (sum_plus T (fun t => / t1 * dot n (g t) (d t))), (sum_plus T (fun t => k * norm n (xi t))).
    rewrite sum_const, !sum_scal.
    replace (/ INR T * (/ t1 * sum T (fun t => dot n (g t) (d t)) + (k * sum T (fun t => norm n (xi t)) + INR T * eps)))
      with (/ t1 * (/ INR T * sum T (fun t => dot n (g t) (d t))) + / INR T * sum T (fun t => norm n (xi t)) * k + eps)
      by (field; lra).
    unfold Rdiv in *. lra.
Qed.
End Noise.
