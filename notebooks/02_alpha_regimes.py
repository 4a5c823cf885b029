# %% [markdown]
# # What alpha does
#
# One number takes AlphaGrad from normalised gradient descent ($\alpha \to 0$) to sign descent ($\alpha \to \infty$).
# Everything below is computed first, for 33 values of $\alpha$; then **move the slider** at the end of this page.
# Without a kernel, look at the first figure, which shows five positions of the slider side by side.

# %%
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

import alphalab as al
from alphalab import style
from alphalab.claims import run_case

plt.rcParams.update(style.SETTINGS)
log_alpha = np.linspace(-2, 2, 33)
alphas = 10.0**log_alpha

# %% [markdown]
# ## 1. The direction
#
# Gradients from the whole unit circle, and where the squash sends them, all $\alpha$ in one call. Each direction is
# shown in units of what a gradient with a single component gets.

# %%
angle = np.linspace(0, 2 * np.pi, 241)
circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
squash = al.AlphaGrad(alpha=alphas[:, None])
directions, _ = squash.direction(np.broadcast_to(circle, (33, 241, 2)), (), circle)
directions = directions / np.tanh(alphas)[:, None, None]
print(directions.shape)

# %% [markdown]
# ## 2. The path
#
# A narrow rotated bowl in two dimensions. The learning rate is $0.1/\tanh\alpha$, so that a step along a single
# coordinate is 0.1 long whatever $\alpha$ is.

# %%
bowl = al.problem("quadratic", n=2, eigenvalues=[1.0, 0.1])
walker = al.AlphaGrad(learning_rate=0.1 / np.tanh(alphas), alpha=alphas)
start = np.array([-2.6, 1.4])
path_1 = al.simulate(walker, bowl, start, 120, observe=[lambda x, f, g, d: x[..., 0]])["<lambda>"]
path_2 = al.simulate(walker, bowl, start, 120, observe=[lambda x, f, g, d: x[..., 1]])["<lambda>"]
plane = np.stack(np.meshgrid(np.linspace(-3, 3, 121), np.linspace(-2, 2, 81)), axis=-1)
height = bowl.value(plane)

# %% [markdown]
# ## 3. Real data, and the bounds
#
# Logistic regression on the breast-cancer data (31 weights), $T = 300$ steps, for every $\alpha$ the learning rate
# that is best for the sharp bound T2\*: the paper's choice with M in place of n. The paper's bound is shown at the
# paper's own best learning rate.

# %%
T = 300
cancer = al.problem("logistic-breast-cancer")
paper, sharp = al.claim("thm-2-rate"), al.claim("thm-2-norm")
pilot = run_case(al.AlphaGrad(alpha=alphas), cancer, cancer.start(), T)
rates = al.claim("thm-2").best_learning_rate(pilot)[-1] * np.sqrt(cancer.n / al.M(alphas, cancer.n))
case = run_case(al.AlphaGrad(learning_rate=rates, alpha=alphas), cancer, cancer.start(), T)
loss = case.value - cancer.constants.f_star
measured, sharp_bound = (side[-1] for side in sharp.sides(case))
paper_bound = paper.sides(case)[1][-1]
print(f"alpha = {alphas[0]:g}: measured {measured[0]:.3f}, sharp {sharp_bound[0]:.3f}, paper {paper_bound[0]:.3g}")

# %% [markdown]
# ## Five values side by side
#
# What the slider below shows, at five of its positions, for a page without a kernel. Top: where unit gradients are
# sent. Middle: the path. Bottom: the loss on the breast-cancer data, in grey for all $\alpha$.

# %%
figure, axes = plt.subplots(3, 5, figsize=(9.6, 6.0), layout="constrained", sharey="row")
for column, i in zip(axes.T, (0, 8, 16, 24, 32), strict=True):
    column[0].plot(*circle.T, **style.REFERENCE)
    column[0].plot(*directions[i].T, color=style.BLUE, linewidth=2)
    column[0].set(title=rf"$\alpha$ = {alphas[i]:g}", aspect="equal", xlabel="$d_1$")
    column[1].contour(plane[..., 0], plane[..., 1], height, levels=np.geomspace(0.01, 3, 7), cmap=style.MAP)
    column[1].plot(path_1[:, i], path_2[:, i], color=style.BLUE, marker="o", markersize=1.5, linewidth=0.8)
    column[1].set(aspect="equal", xlabel="$x_1$")
    column[2].loglog(np.arange(1, T + 1), loss, color=style.FAINT, linewidth=0.6)
    column[2].loglog(np.arange(1, T + 1), loss[:, i], color=style.BLUE, linewidth=2)
    column[2].set_xlabel("step t")
for row, name in zip(axes[:, 0], ("$d_2$", "$x_2$", "$f(x_t) - f^*$"), strict=True):
    row.set_ylabel(name)
plt.show()

# %% [markdown]
# ## One frame for every alpha
#
# What does not change is drawn once; the blue curves are drawn on top of it, 33 times.

# %%
figure = style.figure(7.6, 6.0)
(turn, road), (race, bounds) = figure.subplots(2, 2)
turn.plot(*circle.T, **style.REFERENCE, label="normalised")
turn.plot([1, 1, -1, -1, 1], [-1, 1, 1, -1, -1], color=style.GREY, linestyle="--", linewidth=1, label="sign")
turn.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.6), aspect="equal", xlabel="$d_1$", ylabel="$d_2$")
turn.set_title("directions of unit gradients")
turn.legend(loc="upper center", ncols=2, fontsize=8)
road.contour(plane[..., 0], plane[..., 1], height, levels=np.geomspace(0.01, 3, 9), cmap=style.MAP, linewidths=0.8)
road.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$", title="path on a rotated bowl, 120 steps")
race.plot(np.arange(1, T + 1), loss, color=style.FAINT, linewidth=0.8)
race.set(xlabel="step t", ylabel="$f(x_t) - f^*$", title="breast cancer: every alpha, and this one")
bounds.plot(alphas, paper_bound, label="paper's bound", **style.bound(0))
bounds.plot(alphas, sharp_bound, label="sharp bound", **style.bound(1))
bounds.plot(alphas, measured, color=style.BLUE, label="measured")
bounds.set(xlabel=r"$\alpha$", ylabel="mean gradient norm", title="breast cancer: measured and bounds")
style.decades(race)
style.decades(bounds)
bounds.legend(loc="upper right")
figure.canvas.draw()
background = figure.canvas.copy_from_bbox(figure.bbox)

page = plt.figure(figsize=(7.6, 6.0))
picture = page.add_axes((0, 0, 1, 1)).imshow(figure.canvas.buffer_rgba())
picture.axes.set_axis_off()
plt.close(page)
frames = [widgets.Output() for _ in alphas]
thick = {"color": style.BLUE, "linewidth": 2.5}
for i, frame in enumerate(frames):
    figure.canvas.restore_region(background)
    moving = [
        *turn.plot(*directions[i].T, **thick),
        turn.text(0, 0, rf"$\alpha$ = {alphas[i]:.3g}", ha="center", va="center", fontsize=14, color=style.BLUE),
        *road.plot(path_1[:, i], path_2[:, i], color=style.BLUE, marker="o", markersize=2, linewidth=1),
        *race.plot(np.arange(1, T + 1), loss[:, i], **thick),
        *bounds.plot(alphas[i], measured[i], color=style.BLUE, marker="o", markersize=8),
    ]
    for artist in moving:
        artist.axes.draw_artist(artist)
        artist.remove()
    picture.set_data(figure.canvas.buffer_rgba())
    frame.append_display_data(page)

# %% [markdown]
# ## Move the slider
#
# **Top left**: from circle to square; near $\alpha = 2$ the corners appear. **Top right**: at small $\alpha$ the path
# follows the gradient, at large $\alpha$ it runs along the diagonals. **Bottom left**: the constant step decides where
# the loss stops falling; a large $\alpha$ has to take smaller steps, and is later. **Bottom right**: the paper's bound
# falls up to $\alpha \approx 2$, which led it to recommend $\alpha$ in [1, 5]. The sharp bound says the opposite: the
# smaller $\alpha$, the better in the worst case. It lies within a factor of about 2 to 10 of what was measured.

# %%
slider = widgets.SelectionSlider(
    options=[(f"{value:.3f}", i) for i, value in enumerate(log_alpha)],
    index=16,
    description="log10 alpha",
    layout=widgets.Layout(width="40em"),
)
stack = widgets.Stack(frames, selected_index=16)
link = widgets.jslink((slider, "index"), (stack, "selected_index"))
widgets.VBox([slider, stack])

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
assert np.all(np.diff(sharp_bound) > 0)  # the sharp bound is best as alpha -> 0
assert np.all(np.diff(paper_bound) <= 0)  # the paper's never gets worse with alpha
assert len(frames) == len(slider.options)
assert all("image/png" in frame.outputs[0]["data"] for frame in frames)
