"""What the claims of the paper and of the theory both stand on; neither folder imports the other's claims for it.

assumptions  what a claim may assume, and what each assumption gives a proof
letters      letters of one step that only proofs use        operators   sums over components, pairs, tensors, steps
table        the one table of what assumptions say            runs        runs with a prescribed step, and tight ones
prices       M, rho, Q as letters and why M < n
"""
