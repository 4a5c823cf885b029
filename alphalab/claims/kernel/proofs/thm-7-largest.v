From AlphaLab Require Import Refuted Closing.
Proof. (* (x + y)^2/2, eta = 2, eps = 1/2, alpha = 3 ln(3)/4, T = 8: the orbit +-(1/2, 1/2) *)
  begin. intro C. pose proof ln3_pos. pose proof coupled_alone. pose proof coupled_runs.
  assert (below coupled 0) by (intros x; unfold coupled; pose proof (pow2_ge_0 (x 0%nat 0%nat + x 1%nat 0%nat)); lra).
  pose proof (C 2%nat 8%nat (fun _ => 1%nat) (fun _ => 3 / 4 * ln 3) (fun _ => / 2) 2 1 0 coupled coupled_slope coupled_orbit
    ltac:(intros; cbv beta; lia) ltac:(lia) ltac:(intros; cbv beta; lra) ltac:(lra) ltac:(intros; cbv beta; lra) ltac:(lra)
    ltac:(assumption) ltac:(assumption) ltac:(assumption)) as K.
  cbv beta in K.
  replace (mean 8 (fun t => total 2 (fun _ => 1%nat) (coupled_slope (coupled_orbit t))
    (fun l => squash (3 / 4 * ln 3) (/ 2) 1 (coupled_slope (coupled_orbit t) l)))) with 1 in K.
  2: { unfold mean. rewrite (sum_ext 8 _ (fun _ => 1)) by (intros; apply coupled_inner). rewrite sum_const. simpl. field. }
  assert (E : coupled (coupled_orbit 0) - 0 = 1 / 2) by (unfold coupled, coupled_orbit; simpl; field).
  rewrite E in K. simpl sum in K. change (INR 1) with 1 in K. rewrite sqrt_1 in K.
  replace (3 / 4 * ln 3 / 1) with (3 / 4 * ln 3) in K by field. pose proof tanh_below as Ht.
  set (s := tanh (3 / 4 * ln 3)) in *. assert (Hs : s ^ 2 < (21 / 31) ^ 2) by nra.
  replace (INR 8) with 8 in K by (simpl; lra). lra.
Qed.
