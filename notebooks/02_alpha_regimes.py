# %% [markdown]
# # What alpha does, and what the learning rate does
#
# One number takes AlphaGrad from normalised gradient descent ($\alpha \to 0$) to sign descent ($\alpha \to \infty$).
# Everything below is computed first, for 17 values of $\alpha$ and 7 learning rates; then **move the sliders** at the
# end of this page. Without a kernel, look at the first figure, which shows five positions side by side.

# %%
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import alphalab as al

BLUE, RED, GREEN, GREY, FAINT = "#0072b2", "#d55e00", "#009e73", "#7a828c", "#dfe3e8"
alphas = np.logspace(-2, 2, 17)
factors = np.array([1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8])  # of a learning rate that suits each alpha
grid = al.Sweep(factor=factors, alpha=alphas)

# %% [markdown]
# ## 1. The direction
#
# Gradients from the whole unit circle, and where the squash sends them, all $\alpha$ in one call. Each direction is
# shown in units of what a gradient with a single component gets. The dots are gradients at equal angles: as $\alpha$
# grows they gather at the corners.

# %%
angle = np.linspace(0, 2 * np.pi, 241)
circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
dots = slice(5, None, 10)  # every 15 degrees
squash = al.AlphaGrad(alpha=alphas[:, None])
directions, _ = squash.direction(np.broadcast_to(circle, (17, 241, 2)), (), circle)
directions = directions / np.tanh(alphas)[:, None, None]
print(directions.shape)

# %% [markdown]
# ## 2. The path
#
# A narrow rotated bowl in two dimensions. The learning rate is a factor times $0.1/\tanh\alpha$, so that with the
# factor 1 a step along a single coordinate is 0.1 long whatever $\alpha$ is.

# %%
bowl = al.problem("quadratic", n=2, eigenvalues=[1.0, 0.1])
walker = al.AlphaGrad(learning_rate=grid.factor * 0.1 / np.tanh(grid.alpha), alpha=grid.alpha)
start = np.array([-2.6, 1.4])
path = [al.simulate(walker, bowl, start, 120, observe=[lambda x, f, g, d, i=i: x[..., i]]) for i in (0, 1)]
path_1, path_2 = (run["<lambda>"] for run in path)  # (step, factor, alpha)
plane = np.stack(np.meshgrid(np.linspace(-3, 3, 121), np.linspace(-2, 2, 81)), axis=-1)
height = bowl.value(plane)

# %% [markdown]
# ## 3. Real data, and the bounds
#
# Logistic regression on the breast-cancer data (31 weights), $T = 300$ steps. With the factor 1 the learning rate is
# the one that is best for the sharp bound T2\*, $\sqrt{2\Delta/(T L M)}$; with n in place of M it is the paper's, whose
# bound is shown at that rate, beside the sharp one, for every $\alpha$.

# %%
T = 300
cancer = al.problem("logistic-breast-cancer")
seen = ("value", "gradient_norm", "alignment", "direction_sq", "point_norm", "distance")
fall = cancer.value(cancer.start()) - cancer.constants.f_inf
suited = np.sqrt(2 * fall / (T * cancer.constants.L * al.M(grid.alpha, cancer.n)))

rates = {"thm-2-norm": grid.factor * suited, "thm-2-rate": np.sqrt(2 * fall / (T * cancer.constants.L * cancer.n))}
found = {}
for key, rate in rates.items():
    method = al.AlphaGrad(learning_rate=rate, alpha=grid.alpha)
    run = al.simulate(method, cancer, cancer.start(), T, observe=seen)
    check = al.claim(key).check_run(method, cancer, run)
    found[key] = run.value - cancer.constants.f_star, check.left[-1], check.right[-1]
loss, measured, sharp_bound = found["thm-2-norm"]
paper_bound = found["thm-2-rate"][2]
print(f"alpha = 0.01: measured {measured[3, 0]:.3f}, sharp {sharp_bound[3, 0]:.3f}, paper {paper_bound[0, 0]:.3g}")

# %% [markdown]
# ## Five values side by side
#
# What the sliders below show, at five positions, for a page without a kernel. Top: where unit gradients are sent.
# Middle: the path. Bottom: the loss on the breast-cancer data, in grey for all $\alpha$.

# %%
figure, axes = plt.subplots(3, 5, figsize=(9.6, 6.0), layout="constrained", sharey="row")
steps = np.arange(1, T + 1)
for column, i in zip(axes.T, (0, 4, 8, 12, 16), strict=True):
    column[0].plot(*circle.T, color=GREY, linestyle=":")
    column[0].plot(*directions[i].T, color=BLUE, linewidth=1)
    column[0].plot(*directions[i, dots].T, "o", color=BLUE, markersize=4)
    column[0].set(title=rf"$\alpha$ = {alphas[i]:g}", aspect="equal", xlabel="$d_1$")
    column[1].contour(plane[..., 0], plane[..., 1], height, levels=np.geomspace(0.01, 3, 7), cmap="cividis")
    column[1].plot(path_1[:, 3, i], path_2[:, 3, i], color=BLUE, marker="o", markersize=1.5, linewidth=0.8)
    column[1].set(aspect="equal", xlabel="$x_1$")
    column[2].loglog(steps, loss[:, 3], color=FAINT, linewidth=0.6)
    column[2].loglog(steps, loss[:, 3, i], color=BLUE, linewidth=2)
    column[2].set_xlabel("step t")
for row, name in zip(axes[:, 0], ("$d_2$", "$x_2$", "$f(x_t) - f^*$"), strict=True):
    row.set_ylabel(name)
plt.show()

# %% [markdown]
# ## One frame for every alpha and every learning rate
#
# What does not change is drawn once; the blue curves are drawn on top of it, 119 times.

# %%
figure = Figure(figsize=(7.6, 6.0), layout="constrained")
FigureCanvasAgg(figure)
(turn, road), (race, bounds) = figure.subplots(2, 2)
turn.plot(*circle.T, color=GREY, linestyle=":", label="normalised")
turn.plot([1, 1, -1, -1, 1], [-1, 1, 1, -1, -1], color=GREY, linestyle="--", linewidth=1, label="sign")
turn.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.6), aspect="equal", xlabel="$d_1$", ylabel="$d_2$")
turn.set_title("gradients at equal angles")
turn.legend(loc="upper center", ncols=2, fontsize=8)
road.contour(plane[..., 0], plane[..., 1], height, levels=np.geomspace(0.01, 3, 9), cmap="cividis", linewidths=0.8)
road.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$", title="path on a rotated bowl, 120 steps")
race.loglog(steps, loss[:, 3], color=FAINT, linewidth=0.8)
race.set(xlabel="step t", ylabel="$f(x_t) - f^*$", title="breast cancer: every alpha, and this run")
bounds.loglog(alphas, paper_bound[0], color=RED, linestyle="--", label="paper's bound, its own rate")
bounds.loglog(alphas, sharp_bound[3], color=GREEN, linestyle="-.", label="sharp bound, factor 1")
bounds.loglog(alphas, measured[3], color=GREY, label="measured, factor 1")
bounds.set(xlabel=r"$\alpha$", ylabel="mean gradient norm", title="breast cancer: measured and bounds")
bounds.legend(loc="upper right", fontsize=8)
figure.canvas.draw()
background = figure.canvas.copy_from_bbox(figure.bbox)

page = plt.figure(figsize=(7.6, 6.0))
picture = page.add_axes((0, 0, 1, 1)).imshow(figure.canvas.buffer_rgba())
picture.axes.set_axis_off()
plt.close(page)

frames = [[widgets.Output() for _ in alphas] for _ in factors]
for k, i in np.ndindex(len(factors), len(alphas)):
    figure.canvas.restore_region(background)
    moving = [
        *turn.plot(*directions[i].T, color=BLUE, linewidth=1),
        *turn.plot(*directions[i, dots].T, "o", color=BLUE, markersize=5),
        turn.text(0, 0, rf"$\alpha$ = {alphas[i]:.3g}", ha="center", va="center", fontsize=14, color=BLUE),
        *road.plot(path_1[:, k, i], path_2[:, k, i], color=BLUE, marker="o", markersize=2, linewidth=1),
        *race.plot(steps, loss[:, k, i], color=BLUE, linewidth=2.5),
        *bounds.plot(alphas[i], measured[k, i], color=BLUE, marker="o", markersize=8),
        *bounds.plot(alphas[i], sharp_bound[k, i], color=GREEN, marker="v", markersize=8),
    ]
    for artist in moving:
        artist.axes.draw_artist(artist)
        artist.remove()
    picture.set_data(figure.canvas.buffer_rgba())
    frames[k][i].append_display_data(page)

# %% [markdown]
# ## Move the sliders
#
# **Top left**: from circle to square; near $\alpha = 2$ the dots leave their angles. **Top right**: at small $\alpha$
# the path follows the gradient, at large $\alpha$ it runs along the diagonals. **Bottom left**: the step decides where
# the loss stops falling: twice the learning rate, twice as fast, and twice as high. **Bottom right**: the paper's bound
# falls up to $\alpha \approx 2$, which led it to recommend $\alpha$ in [1, 5]. The sharp bound says the opposite: the
# smaller $\alpha$, the better in the worst case; the triangle is the bound at the chosen learning rate, which is least
# for the factor 1.

# %%
wide = {"layout": widgets.Layout(width="40em"), "style": {"description_width": "9em"}}
alpha = widgets.SelectionSlider(
    options=[(f"{value:.3g}", i) for i, value in enumerate(alphas)], index=8, description="alpha", **wide
)
rate = widgets.SelectionSlider(
    options=[(f"{value:g} x", k) for k, value in enumerate(factors)], index=3, description="learning rate", **wide
)
stacks = [widgets.Stack(row, selected_index=8) for row in frames]
shown = widgets.Stack(stacks, selected_index=3)
links = [widgets.jslink((alpha, "index"), (stack, "selected_index")) for stack in stacks]
links.append(widgets.jslink((rate, "index"), (shown, "selected_index")))
widgets.VBox([alpha, rate, shown])

# %% [markdown]
# ## What must be so

# %%
normalised, _ = al.NormalizedGD(epsilon=1e-8).direction(circle, (), circle)
sign, _ = al.SignSGD().direction(circle, (), circle)
# a component near 0 needs a larger alpha to become a sign
away = np.min(np.abs(circle), axis=-1) > 0.05
assert np.allclose(directions[0], normalised, atol=1e-4)
assert np.allclose(directions[-1][away], sign[away], atol=1e-3)
assert np.all(measured <= sharp_bound)
assert np.all(np.diff(sharp_bound[3]) > 0)  # the sharp bound is best as alpha -> 0
assert np.all(sharp_bound.argmin(axis=0) == 3)  # and at the learning rate that suits it
assert np.all(np.diff(paper_bound[0]) <= 0)  # the paper's never gets worse with alpha
assert len(alpha.options) == len(stacks[0].children)
assert len(rate.options) == len(shown.children)
assert all("image/png" in frame.outputs[0]["data"] for row in frames for frame in row)
