"""What is true instead: the sharp lemmas L1* to L4*, T1* to T7*, T8, and N1 to N4.

sharp_lemmas     L1* to L4*                        invariant_set   T5*, where it keeps a run
theorem_1        T1*, convex, no gamma_min         per_tensor      T7*, one norm and alpha per tensor
theorem_2        T2*, smooth, tight at every T     schedules       T8, vanishing steps; N2, last iterate
theorem_3        T3*, Polyak-Lojasiewicz           price           M, rho, Q
theorem_3_limit  T3*, where a constant step ends   best_iterate    N1
theorem_4        T4*, constant step: dichotomy     smooth_maximum  N3, where a large alpha pays
theorem_4_limit  T4*, below, theorem_4_cycle above one_norm        N3's lemma, the step sees the 1-norm
theorem_5        T5*, the scaled epsilon           noise           N4
momentum         T6*, heavy ball
"""
