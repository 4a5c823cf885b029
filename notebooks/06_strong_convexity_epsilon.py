# %% [markdown]
# # Strong convexity, PL, and the epsilon that decides
#
# The paper hopes for linear rates under strong convexity or the Polyak-Lojasiewicz inequality (PL). With
# $\varepsilon = 10^{-8}$ there is none; with $\varepsilon = \alpha L \eta$ there is one, to machine precision.

# %%
import matplotlib.pyplot as plt
import numpy as np

import alphalab as al
from alphalab import style
from alphalab.claims import run_case

plt.rcParams.update(style.SETTINGS)
decrease, rate = al.claim("thm-5-sharp"), al.claim("thm-5-rate")

# %% [markdown]
# ## The usual epsilon against the scaled one
#
# Left: the quadratic with eigenvalues 1, 0.1, 0.01. Right: a function that satisfies PL without being convex. The
# usual epsilon stalls where the step has become longer than the distance to the minimum.

# %%
alpha, eta, steps = 2.0, 0.1, 4000
problems = [al.problem("quadratic-diagonal"), al.problem("pl-sine")]
cases = {}
for problem in problems:
    for epsilon in (1e-8, alpha * problem.constants.L * eta):
        method = al.AlphaGrad(learning_rate=eta, alpha=alpha, epsilon=epsilon)
        cases[problem.name, epsilon] = run_case(method, problem, problem.start(), steps)

figure, panels = plt.subplots(1, 2, figsize=(7.6, 3.2), layout="constrained")
for panel, problem, shown in zip(panels, problems, (4000, 30), strict=True):
    usual, scaled = (case for (name, _), case in cases.items() if name == problem.name)
    panel.semilogy(usual.value[:shown], color=style.VERMILION, linestyle="--", label=r"$\varepsilon = 10^{-8}$")
    panel.semilogy(scaled.value[:shown], color=style.BLUE, label=r"$\varepsilon = \alpha L \eta$")
    panel.set(title=problem.name, xlabel="step t", ylabel="$f(x_t) - f^*$", ylim=(1e-40, 1e3))
    panel.legend(loc="lower left")
plt.show()

# %% [markdown]
# ## The rate that T5\* promises
#
# Each step multiplies the loss by at most $1 - (\mu/L)(1-r)\tanh(\alpha r)/(\alpha r)$. It holds at every step. It is
# not attained here: the margins show by how much.

# %%
for (name, epsilon), case in cases.items():
    check = rate.check(case)
    if check.count("holds"):
        print(f"{name:20s} epsilon = {epsilon:<6.2g} {check.count('holds')} steps hold, ", end="")
        print(f"{check.count('violated')} violate, least margin {np.nanmin(check.margin):.4f}")
    else:
        print(f"{name:20s} epsilon = {epsilon:<6.2g} {check}")

# %% [markdown]
# ## The threshold
#
# T4\*: a constant step converges on every smooth function up to $\eta = 2\varepsilon/(\alpha L)$, and above that it
# fails on $x^2/2$. 600 learning rates around the threshold, several starts, 3000 steps; drawn is where
# the runs are then, so what is left is the set that attracts.

# %%
line = al.problem("quadratic", n=1, eigenvalues=[1.0])
alpha, epsilon = 2.0, 0.1
threshold = 2 * epsilon / (alpha * line.constants.L)
scale = np.linspace(0.5, 4, 600)
grid = al.Sweep(learning_rate=scale * threshold, x0=line.constants.x_star + np.array([[0.01], [0.3], [-2.0]]))
method = al.AlphaGrad(learning_rate=grid.learning_rate, alpha=alpha, epsilon=epsilon)
settled = al.simulate(method, line, grid.x0, 3000, observe=())
watch = [lambda x, f, g, d: x[..., 0]]
tail = al.simulate(method, line, settled.x_last, 60, observe=watch)["<lambda>"] - line.constants.x_star

figure, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
across = np.broadcast_to(scale[:, None], tail.shape[1:])
axes.plot(across.ravel(), tail[-2:].reshape(2, -1).T, ",", color=style.BLUE, rasterized=True)
axes.axvline(1, **style.REFERENCE)
axes.set(xlabel=r"learning rate, in units of $2\varepsilon/(\alpha L)$", ylabel="attracting points $x - x^*$")
plt.show()

# %% [markdown]
# Up to the threshold there is one point, the minimum. Above, there are two, $\pm a$, between which the run jumps for
# ever. They stay two: no second doubling, no chaos, whatever the learning rate.
#
# ## Where a run with the usual epsilon ends
#
# With $\varepsilon = 10^{-8}$ every practical learning rate is far above the threshold, and the final gradient norm
# is proportional to it.

# %%
etas = np.geomspace(1e-6, 1, 25)
begin = line.constants.x_star + 0.4 * etas[:, None]
far = al.simulate(al.AlphaGrad(learning_rate=etas, alpha=2.0), line, begin, 200)
figure, axes = plt.subplots(figsize=(5.2, 3.2), layout="constrained")
axes.loglog(etas, far.gradient_norm[-20:].mean(axis=0), label="mean of the last 20 steps", **style.MEASURED)
axes.loglog(etas, etas / 2, label=r"$\eta/2$", **style.REFERENCE)
axes.set(xlabel=r"learning rate $\eta$", ylabel="gradient norm at the end")
axes.legend()
plt.show()

# %% [markdown]
# ## What must be so

# %%
for problem in problems:
    usual, scaled = (case for (name, _), case in cases.items() if name == problem.name)
    assert usual.value[-100:].max() > 1e-5
    assert decrease.check(scaled).count("violated") == 0
    assert rate.check(scaled).count("violated") == 0
    assert rate.check(scaled).count("holds") >= 20
    assert scaled.value[-1] < 1e-6 * usual.value[-100:].max()
below, above = scale < 0.98, scale > 1.02
assert np.all(np.abs(far.gradient_norm[-20:].mean(axis=0) / etas - 0.48) < 0.02)
assert np.abs(tail[-1, below]).max() < 1e-12
assert np.abs(tail[-1, above]).min() > 1e-3
assert np.allclose(tail[2:], tail[:-2], atol=1e-5)  # a 2-cycle at most ...
assert np.allclose(tail[1:, above], -tail[:-1, above], atol=1e-5)  # ... and it is +-a
