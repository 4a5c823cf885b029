# %% [markdown]
# # On a GPU
#
# A sweep is one broadcast run, so it fits a GPU: give `simulate` a start on the device. This page uses CuPy where
# there is a GPU and NumPy where there is none; it says which.

# %%
import matplotlib.pyplot as plt
import numpy as np

import alphalab as al
from alphalab import style
from alphalab.arrays import backend

plt.rcParams.update(style.SETTINGS)
try:
    xp = backend("cupy")
    xp.zeros(1)
    library = "cupy"
    print("CuPy and a GPU were found: everything below runs on the GPU.")
except (ImportError, RuntimeError) as reason:  # no CuPy; no device, no driver, which CuPy calls RuntimeErrors
    xp, library = backend("numpy"), "numpy"
    print(f"NO GPU IN USE, everything below runs on NumPy. ({str(reason).splitlines()[0]})")

# %% [markdown]
# ## A large sweep
#
# 24 learning rates, 24 steepnesses, 16 starts in 10 dimensions: 9216 runs at once. The library and the time travel
# with the result.

# %%
problem = al.problem("styblinski-tang-rotated", n=10)
starts = np.stack([problem.start(seed) for seed in range(16)])
grid = al.Sweep(learning_rate=np.geomspace(1e-3, 1, 24), alpha=np.geomspace(1e-1, 1e2, 24), x0=xp.asarray(starts))
method = al.AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha)
swept = al.simulate(method, problem, grid.x0, steps=100, observe=())
print(swept.environment["backend"], swept.environment["dtype"], f"{swept.environment['seconds']:.2f} s")

# %% [markdown]
# ## Results come back as NumPy
#
# Whatever ran them. Here the median, over the starts, of the best value met.

# %%
figure, axes = plt.subplots(figsize=(5.2, 3.5), layout="constrained")
alphas, etas = grid.coordinates["alpha"], grid.coordinates["learning_rate"]
image = axes.pcolormesh(alphas, etas, np.median(swept.value_best, axis=-1), cmap=style.MAP, rasterized=True)
axes.set(xscale="log", yscale="log", xlabel=r"steepness $\alpha$", ylabel=r"learning rate $\eta$")
axes.grid(False)
figure.colorbar(image, label="median of the best f met")
plt.show()

# %% [markdown]
# ## Throughput
#
# The same problem with ever more runs at once. Per run and step the cost falls until the machine is full: on a GPU
# far later than on a processor.

# %%
widths = 4 ** np.arange(1, 8)
micros = []
for width in widths:
    batch = xp.asarray(np.broadcast_to(starts[0], (int(width), 10)).copy())
    timed = al.simulate(al.AlphaGrad(learning_rate=1e-2), problem, batch, steps=40, observe=())
    micros.append(1e6 * timed.environment["seconds"] / (40 * width))
figure, axes = plt.subplots(figsize=(5.2, 3.2), layout="constrained")
axes.loglog(widths, micros, label=library, **style.MEASURED)
axes.set(xlabel="runs at once", ylabel="microseconds per run and step")
axes.legend()
plt.show()

# %% [markdown]
# ## float32
#
# The dtype of the start is the dtype of the run. Single precision halves the memory; the first steps agree to its
# seven digits, after that the paths may part.

# %%
double = al.simulate(al.AlphaGrad(learning_rate=1e-2), problem, xp.asarray(starts), steps=20)
single = al.simulate(al.AlphaGrad(learning_rate=1e-2), problem, xp.asarray(starts.astype(np.float32)), steps=20)
apart = np.max(np.abs(single.value - double.value) / np.abs(double.value))
print("dtype of the record:", single.value.dtype, "  largest relative difference:", f"{apart:.1e}")

# %% [markdown]
# ## What must be so
#
# Both libraries give the same runs up to rounding.

# %%
reference = al.simulate(al.AlphaGrad(learning_rate=1e-2), problem, starts, steps=20)
assert reference.environment["backend"] == "numpy"
assert swept.environment["backend"] == library
assert np.allclose(reference.value, double.value, rtol=1e-9)
assert isinstance(swept.value_best, np.ndarray)
assert swept.value_best.shape == (24, 24, 16)
assert single.value.dtype == np.float32
assert apart < 1e-3
assert micros[-1] < micros[0]  # many runs at once are cheaper than few
