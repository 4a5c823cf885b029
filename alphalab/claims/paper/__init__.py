"""The paper's own claims, S. Sane, arXiv 2504.16020v2, in its order; a file for each claim or close family.

section 2      equation_3, equation_7, saturation_law (the fraction beyond a threshold, the band of the schedule)
section 3      lemma_1, lemma_2, theorem_1, rates, constant_step, remark_1c, theorem_2, discussion
sections 4, 5  scale_invariance, state (memory, and LAMB in table 1), examples, parameter_counts
section 7      low_precision, looped;   the second source: catalogued_adal
"""
