From AlphaLab Require Import Closing.
Proof.
  begin. rename H into Ha, H0 into He. set (z := alpha / (eps + 1)). set (t := tanh z).
  assert (Hz : 0 < z) by (unfold z; positive).
  assert (triple : tanh (z * 3) = (3 * t + t ^ 3) / (3 * t ^ 2 + 1)).
  { unfold t, tanh, sinh, cosh.
    replace (z * 3) with (z + z + z) by ring. replace (- (z + z + z)) with (- z + - z + - z) by ring.
    rewrite !exp_plus, exp_Ropp. pose proof (exp_pos z) as H. set (a := exp z) in *. field.
    repeat split; nra. }
  assert (below : tanh (3 * alpha / (eps + 3)) <= tanh (z * 3)).
  { replace (3 * alpha / (eps + 3)) with (z * (3 * (eps + 1) / (eps + 3))) by (unfold z; field; lra).
    apply tanh_scaled_mono; [exact Hz|]. apply Rmult_le_reg_r with (eps + 3); [lra|].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  rewrite triple in below.
  replace (3 * t / 4) with ((3 * t + t ^ 3) / (3 * t ^ 2 + 1) / 4 + 2 * t ^ 3 / (3 * t ^ 2 + 1)) by (field; nra).
  lra.
Qed.
