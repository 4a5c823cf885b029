(* Tactics by which a fact closes the statement that is printed from a claim: the same two sides, up to algebra. *)
From Coq Require Export Reals Lra Psatz Lia.
From AlphaLab Require Export Definitions Sums Tanh Direction Descent.
Open Scope R_scope.

(* open a statement, its letters written out *)
Ltac begin := red; cbv beta zeta; intros.

(* signs of products, quotients, roots and squashed numbers *)
Ltac positive := first
  [ assumption
  | match goal with
    | |- 0 < INR (S _) => apply lt_0_INR; lia
    | |- 0 < INR _ => apply lt_0_INR; assumption
    | |- 0 <= INR _ => apply pos_INR
    | |- 0 < sqrt _ => apply sqrt_lt_R0; positive
    | |- 0 <= sqrt _ => apply sqrt_pos
    | |- 0 < tanh _ => apply tanh_alpha_pos; positive
    | |- 0 <= norm _ _ => apply norm_nonneg
    | |- 0 < / _ => apply Rinv_0_lt_compat; positive
    | |- 0 < _ / _ => apply Rdiv_lt_0_compat; positive
    | |- 0 <= _ / _ => apply Rmult_le_pos; [positive | left; apply Rinv_0_lt_compat; positive]
    | |- 0 < _ * _ => apply Rmult_lt_0_compat; positive
    | |- 0 <= _ * _ => apply Rmult_le_pos; positive
    | |- 0 < _ ^ _ => apply pow_lt; positive
    | |- 0 <= _ ^ 2 => apply pow2_ge_0
    | |- 0 < _ + _ => first [apply Rplus_lt_le_0_compat; positive | apply Rplus_le_lt_0_compat; positive]
    | |- 0 <= _ + _ => apply Rplus_le_le_0_compat; positive
    end
  | lra
  | match goal with |- 0 <= _ => left; positive end ].
Ltac nonzero := first [ lra | apply Rgt_not_eq; unfold Rgt; positive ].
Ltac algebra := first [ field; repeat split; nonzero | unfold Rdiv; ring ].

(* the arguments of a function that are equal by algebra are made the same *)
Ltac same f := repeat match goal with
  | |- context [f ?X] => match goal with
    | |- context [f ?Y] => tryif constr_eq X Y then fail else replace (f X) with (f Y) by (f_equal; algebra)
    end
  end.
Ltac equal := first [ reflexivity | cbv delta [h M h_inverse]; cbv beta; same tanh; same sqrt; algebra ].

Lemma same_sides a b c d : a <= b -> a = c -> b = d -> c <= d.
Proof. intros H -> ->. exact H. Qed.

(* every premise of a fact is assumed, or a sign *)
Ltac premises K := repeat match type of K with
  | ?P -> _ => let Q := fresh in assert (Q : P) by (first [ assumption | positive | lia ]); specialize (K Q); clear Q
  end.
Ltac close K :=
  let H := fresh in pose proof K as H; cbv beta zeta in H; premises H;
  apply (same_sides _ _ _ _ H); equal.
