# %% [markdown]
# # Matrices
#
# A weight matrix has a spectrum. `al.Spectral(rule, shape=(p, q))` squashes the singular values of the gradient and
# leaves the singular vectors; the theory holds with $k = \min(p, q)$ in place of the dimension.

# %%
import matplotlib.pyplot as plt
import numpy as np

import alphalab as al
from alphalab import style

plt.rcParams.update(style.SETTINGS)
rng = np.random.default_rng(0)
gradient = rng.standard_normal((4, 3)) * 3
directions = {
    "AlphaGrad": al.AlphaGrad(alpha=2.0),
    "on singular values": al.Spectral(al.AlphaGrad(alpha=2.0), shape=(4, 3)),
    "polar factor": al.Spectral(al.SignSGD(), shape=(4, 3)),
    "Muon's quintic": al.Muon(shape=(4, 3), momentum=0.0),
}
for name, rule in directions.items():
    point = gradient.ravel()
    d, _ = rule.direction(point, rule.init(point), point)
    print(f"{name:20}", np.linalg.svd(d.reshape(4, 3), compute_uv=False).round(3))

# %% [markdown]
# ## A problem whose two spectra are chosen
#
# $f(X) = \|A X B - C\|^2/2$. `L` is the smoothness constant in the Frobenius norm, `L_op` in the spectral norm: from
# $L$, where one singular value decides, to $k L$, where all are equal.

# %%
for values in ([1.0, 0.1, 0.01], [1.0, 0.7, 0.5], [1.0, 1.0, 1.0]):
    bowl = al.problem("matrix-least-squares", left=np.array(values), right=np.array(values))
    print(values, "L =", round(bowl.constants.L, 6), "  L_op =", round(bowl.L_op, 6))

# %% [markdown]
# ## What is proved, and a run
#
# `spectral-nuclear`: the mean of $\langle G, D\rangle$ is at most $\Delta/(\eta T) + L_{op}\, \eta \tanh^2(\alpha)/2$,
# whatever the spectrum of the gradients.

# %%
steps = 200
Delta = bowl.value(bowl.start())
eta = np.sqrt(2 * Delta / (bowl.L_op * steps)) / np.tanh(2.0)
method = al.Spectral(al.AlphaGrad(learning_rate=eta, alpha=2.0), shape=bowl.shape)
run = al.simulate(method, bowl, bowl.start(), steps, observe=("value", "gradient_norm", "alignment", "direction_sq"))
proved = Delta / (eta * steps) + bowl.L_op * eta * np.tanh(2.0) ** 2 / 2
print("mean <G, D>:", run.records["alignment"].mean().round(4), "  proved at most:", round(proved, 4))
check = al.claim("spectral-thm-2").check_run(method, bowl, run)
print("spectral-thm-2 on this run:", check.count("holds"), "hold,", check.count("violated"), "violated")

# %% [markdown]
# ## When Muon wins
#
# The polar factor against normalised descent, each at the step that makes its own bound least.

# %%
figure, axes = plt.subplots(figsize=(5.2, 3.2), layout="constrained")
left = {}
for decay in (0.1, 0.4, 0.7, 0.9, 1.0):
    values = decay ** (np.arange(6) / 2)
    bowl = al.problem("matrix-least-squares", left=values, right=values)
    L, Delta = bowl.constants.L, bowl.value(bowl.start())
    muon = al.Spectral(al.SignSGD(learning_rate=np.sqrt(2 * Delta / (bowl.L_op * steps))), shape=bowl.shape)
    normalised = al.NormalizedGD(learning_rate=np.sqrt(2 * Delta / (L * steps)), epsilon=0.0)
    for name, rule in (("Muon", muon), ("normalised descent", normalised)):
        ran = al.simulate(rule, bowl, bowl.start(), steps, observe=("value",))
        left.setdefault(name, []).append((bowl.L_op / L, float(ran.value.mean() / Delta)))
for name, points in left.items():
    axes.semilogy(*np.transpose(points), "o-", label=name)
axes.set(xlabel=r"$L_{op}/L$", ylabel="mean of f over f at the start")
axes.legend()
plt.show()

# %% [markdown]
# ## A mix, tensor by tensor
#
# Spectral for the two matrices of a small network, AlphaGrad for the rest.

# %%
network = al.problem("tanh-network")
parts = [
    al.Spectral(al.AlphaGrad(learning_rate=0.05), shape=shape) if min(shape) > 1 else al.AlphaGrad(learning_rate=0.05)
    for shape in network.shapes
]
mixed = al.PerTensor(tuple(parts), blocks=network.blocks)
trained = al.simulate(mixed, network, network.start(), steps=500)
print("f from", trained.value[0].round(4), "to", trained.value_best.round(6))

# %% [markdown]
# ## What must be so

# %%
d, _ = directions["polar factor"].direction(gradient.ravel(), (), gradient.ravel())
assert np.allclose(np.linalg.svd(d.reshape(4, 3), compute_uv=False), 1.0)
assert run.records["alignment"].mean() <= proved
assert check.count("violated") == 0
assert trained.value_best < trained.value[0]
