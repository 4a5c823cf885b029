"""alphalab: the theory of normalised, squashed-gradient optimizers, run, checked and corrected.

Every method is x+ = x - eta d(g); every claim is an inequality left <= right between something measured on a
run and a formula. The house has five floors, each built only on those below:

    arrays                  the only door to the array libraries; a point is (*batch, n)
    problems, optimizers    what is minimised; who minimises
    simulation              the one loop, observables, sweeps
    claims                  what the paper says and what is true: proof, check, verdict
    experiments             the figures and the report
    cli                     alphalab list | run | sweep | verify | figures | reproduce

    import alphalab as al
    problem = al.problem("rosenbrock", n=2)
    run = al.simulate(al.AlphaGrad(learning_rate=1e-2, alpha=2.0), problem, problem.start(), steps=1000)
    run.value[-1], run.status
"""
