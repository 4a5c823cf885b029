# %% [markdown]
# # Quick start
#
# A run, a sweep, a claim, a verdict: the whole lab in one page.
#
# Every method here is `x <- x - eta d(g)`; the methods differ only in the direction `d`. AlphaGrad's is
# $d = \tanh(\alpha\, g/(\|g\|+\varepsilon))$: normalise the gradient, then squash it.

# %%
import matplotlib.pyplot as plt
import numpy as np

import alphalab as al
from alphalab import style

plt.rcParams.update(style.SETTINGS)

# %% [markdown]
# ## What there is
#
# Problems, optimizers and claims are found by name.

# %%
print(len(al.PROBLEMS), "problems:  ", ", ".join(entry.name for entry in al.PROBLEMS[:6]), "...")
print(len(al.OPTIMIZERS), "optimizers:", ", ".join(method.name for method in al.OPTIMIZERS[:6]), "...")
print(len(al.CLAIMS), "claims:    ", ", ".join(claim.key for claim in al.CLAIMS[:6]), "...")

# %% [markdown]
# ## One run
#
# The history is recorded before each step; the last and the best point are both kept, and how the run ended is data.

# %%
problem = al.problem("rosenbrock", n=2)
method = al.AlphaGrad(learning_rate=1e-2, alpha=2.0)
run = al.simulate(method, problem, problem.start(), steps=2000)

print("f at the start  ", run.value[0])
print("f at the end    ", run.value_last)
print("best f met      ", run.value_best)
print("how it ended    ", run.status)

# %% [markdown]
# ## Several methods, same start
#
# Look at the right end. With a constant step a normalised method stops approaching the minimum at a distance set by
# the step; with a step that decays like $1/\sqrt t$ it goes on. (Nothing is tuned here.)

# %%
methods = {
    "gradient descent": al.GradientDescent(learning_rate=1e-3),
    "Adam": al.Adam(learning_rate=1e-2),
    "AlphaGrad, constant step": method,
    r"AlphaGrad, step $\propto 1/\sqrt{t}$": al.Scheduled(al.AlphaGrad(learning_rate=1e-1, alpha=2.0)),
}
runs = {name: al.simulate(each, problem, problem.start(), steps=5000) for name, each in methods.items()}

figure, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
for (name, each), colour, dash in zip(runs.items(), style.COLOURS, ("-", *style.DASHES), strict=False):
    best = np.minimum.accumulate(each.value)
    axes.loglog(np.arange(1, 5001), best, color=colour, linestyle=dash, label=name)
axes.set_xlabel("step t")
axes.set_ylabel("best f(x) so far")
axes.legend()
plt.show()

# %% [markdown]
# ## A sweep is one run
#
# Each name gets its own axis, and the whole grid is one broadcast run: here 40 learning rates, 40 steepnesses and
# 5 starts, 8000 runs. Look at the band of good learning rates: below $\alpha = 1$ it moves, because the length of
# the step is then about $\eta\alpha$.

# %%
grid = al.Sweep(
    learning_rate=np.geomspace(1e-4, 1, 40),
    alpha=np.geomspace(1e-2, 1e2, 40),
    x0=np.stack([problem.start(seed) for seed in range(5)]),
)
swept = al.simulate(
    al.AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha), problem, grid.x0, steps=300, observe=()
)
print(swept.dims, swept.value_best.shape, f"{swept.environment['seconds']:.2f} s")

# %%
lowest = np.log10(np.median(swept.value_best, axis=-1))
figure, axes = plt.subplots(figsize=(5.2, 3.6), layout="constrained")
image = axes.pcolormesh(grid.coordinates["alpha"], grid.coordinates["learning_rate"], lowest, rasterized=True)
axes.set(xscale="log", yscale="log", xlabel=r"steepness $\alpha$", ylabel=r"learning rate $\eta$")
axes.grid(False)
figure.colorbar(image, label="log10 of the best f met, median of 5 starts")
plt.show()

# %% [markdown]
# ## A claim is an inequality
#
# `left <= right`, both measured on the run. Lemma 2 of the paper says that the direction is aligned with the
# gradient. The margin is `(right - left)/right`: 0 is attained, near 1 is vacuous, negative is a violation.

# %%
watched = al.simulate(
    method, problem, problem.start(), 2000, observe=("value", "gradient_norm", "alignment", "direction_sq")
)
lemma = al.claim("lemma-2")
check = lemma.check_run(method, problem, watched)
print(lemma.source, "-", lemma.title)
print(check.count("holds"), "steps hold,", check.count("violated"), "violate")
print("least margin", np.nanmin(check.margin))

# %% [markdown]
# ## A verdict
#
# `verify` proves, checks and tries to refute a claim, and compares with the record. The paper says after its
# Theorem 2 that the gradient norm comes arbitrarily close to 0. With a constant step it need not.

# %%
verdict = al.verify("thm-2-liminf")
print(verdict.title)
print(f"{verdict.found}: {verdict.known_by}")
print(verdict.remark)

# %% [markdown]
# ## What must be so

# %%
alone = al.simulate(
    al.AlphaGrad(learning_rate=grid.coordinates["learning_rate"][20], alpha=grid.coordinates["alpha"][25]),
    problem,
    problem.start(3),
    steps=300,
    observe=(),
)
# a run inside a sweep is the run alone, to the last bit
assert alone.value_best == swept.value_best[20, 25, 3]
assert check.count("violated") == 0
assert check.count("holds") == 2000
assert verdict.found == "corrected"
assert runs[r"AlphaGrad, step $\propto 1/\sqrt{t}$"].value_best < runs["AlphaGrad, constant step"].value_best
