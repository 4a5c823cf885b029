# %% [markdown]
# # Real data
#
# Two problems with real data from inside scikit-learn (nothing is downloaded): breast cancer (569 patients, 31
# weights) and handwritten digits (1797 images, 650 weights). Both are logistic models with a ridge, so L, $\mu$ and
# the minimum are known.

# %%
import matplotlib.pyplot as plt
import numpy as np

import alphalab as al
from alphalab import style
from alphalab.claims import run_case
from alphalab.problems.data import digits_with_constant

plt.rcParams.update(style.SETTINGS)
cancer, digits = al.problem("logistic-breast-cancer"), al.problem("softmax-digits")
for problem in (cancer, digits):
    known = problem.constants
    print(f"{problem.name:24s} n = {problem.n:3d}  L = {known.L:.3g}  mu = {known.mu:.3g}  f* = {known.f_star:.6g}")

# %% [markdown]
# ## Which alpha, which learning rate?
#
# Breast cancer, 250 steps, 17 x 16 settings in one run. Dark is good. Below $\alpha \approx 3$ only the product
# $\eta\alpha$ matters, so the good settings lie on a diagonal; far above, only $\eta$ does, and less is reached.

# %%
grid = al.Sweep(learning_rate=np.geomspace(1e-4, 10, 17), alpha=np.geomspace(1e-2, 1e3, 16))
method = al.AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha)
swept = al.simulate(method, cancer, cancer.start(), 250, observe=())
gap = swept.value_best - cancer.constants.f_star

figure, axes = plt.subplots(figsize=(5.4, 3.6), layout="constrained")
image = axes.pcolormesh(*grid.coordinates.values(), np.log10(gap).T, cmap=style.MAP, rasterized=True)
axes.set(xscale="log", yscale="log", xlabel=r"learning rate $\eta$", ylabel=r"steepness $\alpha$")
axes.grid(False)
figure.colorbar(image, label=r"log10 of the best $f - f^*$ met")
plt.show()

# %% [markdown]
# ## A small race, with the grid disclosed
#
# Every method gets the same 19 learning rates from $10^{-4}$ to $10^{2}$ and the same start; drawn is the best
# of its runs, by the loss after 300 steps. No clipping, no schedule. The methods that normalise stall at a level set
# by their learning rate; with $\varepsilon = \alpha L \eta$ AlphaGrad does not stall, but it inherits the caution of L.

# %%
rates = np.geomspace(1e-4, 1e2, 19)
methods = {
    "gradient descent": al.GradientDescent(learning_rate=rates),
    "Adam": al.Adam(learning_rate=rates),
    "SignSGD": al.SignSGD(learning_rate=rates),
    "normalised GD": al.NormalizedGD(learning_rate=rates),
    r"AlphaGrad, $\alpha = \sqrt{n}$": al.AlphaGrad(learning_rate=rates, alpha=al.alpha_guideline(cancer.n)),
    r"AlphaGrad, $\varepsilon = \alpha L \eta$": al.AlphaGrad(
        learning_rate=rates, alpha=1.0, epsilon=rates * cancer.constants.L
    ),
}
race = {name: al.simulate(each, cancer, cancer.start(), 300) for name, each in methods.items()}
figure, axes = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
for (name, run), colour, dash in zip(race.items(), style.COLOURS, ("-", *style.DASHES, "-"), strict=False):
    best = int(np.nanargmin(run.value_last))
    loss = run.value[:, best] - cancer.constants.f_star
    label = rf"{name} ($\eta$ = {rates[best]:.2g})"
    axes.loglog(np.arange(1, 301), loss, color=colour, linestyle=dash, linewidth=1.3, label=label)
axes.set(xlabel="step t", ylabel="$f(x_t) - f^*$")
axes.legend(fontsize=8, loc="lower left")
plt.show()

# %% [markdown]
# ## The bounds on real data
#
# Measured mean gradient norm and mean loss, the paper's bounds and the sharp ones, for one run. The smaller
# left/right, the more pessimistic the bound.

# %%
case = run_case(al.AlphaGrad(learning_rate=0.02, alpha=1.0, epsilon=1e-3), cancer, cancer.start(), 1000)
checks = {key: al.claim(key).check(case) for key in ("thm-1", "thm-1-sharp", "thm-2", "thm-2-norm", "best-iterate")}
for key, check in checks.items():
    print(f"{key:14s} measured {check.left[-1]:9.3g}  bound {check.right[-1]:9.3g}  ", end="")
    print(f"left/right {check.tightness[-1]:.4f}  violated {check.count('violated')}")

# %% [markdown]
# ## Handwritten digits
#
# 150 steps on all 1797 images, the learning rate decaying like $1/\sqrt t$. The learned weights of each digit show
# where ink speaks for it (yellow) and against it (blue).

# %%
learner = al.Scheduled(al.AlphaGrad(learning_rate=0.3, alpha=al.alpha_guideline(digits.n)))
run = al.simulate(learner, digits, np.zeros(digits.n), 150)
pixels, labels = digits_with_constant()
weights = run.x_last.reshape(10, 65)
correct = np.mean(np.argmax(pixels @ weights.T, axis=-1) == np.argmax(labels, axis=0))
print(f"loss {run.value[0]:.3f} -> {run.value_last:.3f} (minimum {digits.constants.f_star:.3f}), ", end="")
print(f"{100 * correct:.1f} % of the training images recognised")

figure, panels = plt.subplots(2, 5, figsize=(6.4, 2.9), layout="constrained")
for digit, panel in enumerate(panels.flat):
    panel.imshow(weights[digit, :64].reshape(8, 8), cmap=style.MAP)
    panel.set_title(f"digit {digit}")
    panel.set_axis_off()
plt.show()

# %% [markdown]
# ## What must be so

# %%
assert all(check.count("violated") == 0 for check in checks.values())
assert checks["thm-2-norm"].right[-1] < checks["thm-2"].right[-1]
assert gap.min() < 1e-3 < gap.max()
assert np.all(swept.value_best >= cancer.constants.f_star)
assert all(run.value_best.min() < run.value[0].min() for run in race.values())
assert correct > 0.93
assert digits.constants.f_star <= run.value_last < 0.5 * run.value[0]
