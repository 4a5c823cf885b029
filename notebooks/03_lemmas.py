# %% [markdown]
# # The lemmas, and how sharp they are
#
# One step at a gradient g: $g' = \tanh(\alpha\, g/(\|g\|+\varepsilon))$. The paper bounds its size (Lemma 1) and its
# alignment with g (Lemma 2). Both are true. The sharp versions L1\* to L4\* are attained.

# %%
import matplotlib.pyplot as plt
import numpy as np

import alphalab as al
from alphalab import style
from alphalab.claims import gradient_case

plt.rcParams.update(style.SETTINGS)
keys = ("lemma-1", "lemma-1-sharp", "lemma-1-sharp-lower", "lemma-2", "lemma-2-sharp", "lemma-2-sharp-upper")
claims = {key: al.claim(key) for key in keys}
for claim in claims.values():
    print(f"{claim.key:20s} {claim.title}")

# %% [markdown]
# ## Every gradient direction in two dimensions
#
# The blue curve is measured, for gradients at every angle; it never leaves the band of the sharp bounds (dashed) and
# touches it at both ends: on the axes (0 and 90 degrees, one component) and on the diagonal (45 degrees, components
# of equal size). The paper's bounds are dotted.

# %%
angle = np.linspace(0, np.pi / 2, 181)
plane = gradient_case(al.AlphaGrad(alpha=2.0, epsilon=0.1), np.stack([np.cos(angle), np.sin(angle)], axis=-1))
sides = {key: claim.check(plane) for key, claim in claims.items()}

figure, (size, alignment) = plt.subplots(1, 2, figsize=(7.6, 3.2), layout="constrained")
degrees = np.rad2deg(angle)
size.plot(degrees, plane.direction_sq[0], color=style.BLUE, label="measured")
size.plot(degrees, sides["lemma-1-sharp"].right[0], label="L1* upper", **style.bound(0))
size.plot(degrees, sides["lemma-1-sharp-lower"].left[0], label="L1* lower", **style.bound(1))
size.plot(degrees, sides["lemma-1"].right[0], label="Lemma 1: n", **style.REFERENCE)
size.set(xlabel="angle of g in degrees", ylabel=r"$\|g'\|^2$", ylim=(0.8, 2.5))
alignment.plot(degrees, plane.alignment[0], color=style.BLUE, label="measured")
alignment.plot(degrees, sides["lemma-2-sharp-upper"].right[0], label="L2* upper", **style.bound(0))
alignment.plot(degrees, sides["lemma-2-sharp"].left[0], label="L2* lower", **style.bound(1))
alignment.plot(degrees, sides["lemma-2"].left[0], label="Lemma 2", **style.REFERENCE)
alignment.set(xlabel="angle of g in degrees", ylabel=r"$\langle g, g' \rangle$", ylim=(0.8, 1.35))
size.legend(loc="upper right", ncols=2)
alignment.legend(loc="upper right", ncols=2)
plt.show()

# %% [markdown]
# ## A hundred thousand random gradients
#
# Ten dimensions, heavy tails, every scale. A tightness (left/right) of 1 means attained. Look at the right edge of
# each panel: the sharp bounds reach it, Lemma 1 stays away from it.

# %%
random = np.random.default_rng(0)
gradients = random.standard_t(1.5, (100_000, 10)) * 10.0 ** random.uniform(-3, 3, (100_000, 1))
gradients[0], gradients[1] = np.ones(10), np.eye(10)[0]  # balanced, and one component
cloud = gradient_case(al.AlphaGrad(alpha=2.0, epsilon=1e-8), gradients)
checks = {key: claim.check(cloud) for key, claim in claims.items()}

figure, panels = plt.subplots(2, 3, figsize=(7.6, 4.2), layout="constrained", sharex=True)
for panel, (key, check) in zip(panels.flat, checks.items(), strict=True):
    panel.hist(check.tightness[0], bins=np.linspace(0, 1, 81), color=style.BLUE)
    panel.set(title=f"{key}\nlargest {np.nanmax(check.tightness):.4f}", yscale="log")
for panel in panels[1]:
    panel.set_xlabel("left/right")
for panel in panels[:, 0]:
    panel.set_ylabel("gradients")
plt.show()

# %% [markdown]
# ## The extremal gradients
#
# Upper bounds are attained where all components are equal, lower ones where only one is not 0. A margin of 0 is
# attained; a negative one, beyond rounding, would be a violation.

# %%
print(f"{'claim':20s} {'violated':>9s} {'balanced':>10s} {'one component':>14s}   (margins)")
for key, check in checks.items():
    print(f"{key:20s} {check.count('violated'):9d} {check.margin[0, 0]:10.1e} {check.margin[0, 1]:14.1e}")

# %% [markdown]
# ## What replaces the dimension
#
# Lemma 1 bounds $\|g'\|^2$ by n. L1\* has $M(\alpha, n) = n\tanh^2(\alpha/\sqrt n) \le \min(n, \alpha^2)$ in its place:
# for a fixed $\alpha$ it stops growing with n. The price $\rho = M/\tanh^2\alpha$ is what the tanh costs against
# normalised gradient descent; along the paper's guideline $\alpha = k\sqrt n$ it is of order n again.

# %%
n = np.geomspace(1, 1e6, 61)
figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.2), layout="constrained")
left.loglog(n, n, label="Lemma 1: n", **style.REFERENCE)
for alpha, colour, dash in zip((1, 5, 25), style.COLOURS, ("-", *style.DASHES), strict=False):
    left.loglog(n, al.M(alpha, n), color=colour, linestyle=dash, label=rf"$M$, $\alpha = {alpha}$")
    right.loglog(n, al.rho(alpha, n), color=colour, linestyle=dash, label=rf"$\alpha = {alpha}$")
right.loglog(n, al.rho(np.sqrt(n), n), label=r"$\alpha = \sqrt{n}$", **style.REFERENCE)
left.set(xlabel="dimension n", ylabel=r"bound on $\|g'\|^2$")
right.set(xlabel="dimension n", ylabel=r"price $\rho(\alpha, n)$")
left.legend()
right.legend()
plt.show()

# %% [markdown]
# ## What must be so

# %%
assert all(check.count("violated") == 0 for check in [*checks.values(), *sides.values()])
for key in ("lemma-1-sharp", "lemma-2-sharp-upper"):
    assert abs(checks[key].margin[0, 0]) < 1e-12  # attained by the balanced gradient
    assert np.any(checks[key].left > 0.99 * checks[key].right)  # so 1 % less would be false
for key in ("lemma-1-sharp-lower", "lemma-2-sharp"):
    assert abs(checks[key].margin[0, 1]) < 1e-12  # attained by a single component
assert np.nanmin(checks["lemma-1"].margin) > 0.5  # the paper's Lemma 1 is far from attained
assert np.all(al.M(5.0, n) <= np.minimum(n, 25.0))
