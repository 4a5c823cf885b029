"""What alphalab costs, measured side by side with what else there is: `python -m benchmarks NAME`.

single_runs, sweeps, one_step, memory, scaling, gpu    one benchmark per file: what is compared, and the goals
contest     a task, its opponents, one row each        task      what everybody solves, and whether they agree
timing      the clock: interleaved, paired ratios      report    rows, goals, verdicts, table and JSON
subject     alphalab's side                            peers/    the others, hand-written, one file per library
"""
