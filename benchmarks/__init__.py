"""What alphalab costs, measured side by side with what else there is: `python -m benchmarks NAME`.

single_runs, sweeps, scaling, startup, million, gpu    one benchmark per file: what is compared, and the goals
contest     ways to solve a task, a row for each quotient     task      what everybody solves, whether they agree
timing      the clock: interleaved, paired ratios             report    rows, goals, verdicts, table and JSON
subject     alphalab's side                                   peers/    the others, by hand, one file per library

The goals are ratios of times measured in turn, in one process, on one core; "short" is what still counts as that.

    NumPy / 25 lines with out=, AlphaGrad and Adam at (B=4096, n=10) and (1024, 100)      1.2, short 1.4
    NumPy / a 12-line loop, one run, n = 10; a user's own method and problem the same      3, short 5
    jax / hand-written jit+scan with best point, AlphaGrad and Adam at the same sizes      1.1, short 1.3
    one big jit+scan / jax at B = 65,536, n = 10                                           at least 1.5
    jax / lone jit+scan, 10,000 steps; with the first call and its compilation             2, short 3; 2
    one job / two jobs at B = 65,536, n = 10, folds                                        at least 1.6
    10^6 runs, n = 10, 10^3 steps, folds, on NumPy and on jax                              peak below 1 GB
    import alphalab / import numpy; list problems, run rosenbrock alphagrad / import numpy      2; 5
"""
