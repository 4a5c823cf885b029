"""Training: stacks of agents, ends of episodes, checkpoints, tables. Skipped by name without the extra."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alphalab as al
from alphalab.curves import Results
from alphalab.training import task
from alphalab.training.setting import Setting

torch = pytest.importorskip("torch", reason='training needs the extra "train"')
gymnasium = pytest.importorskip("gymnasium", reason='training needs the extra "train"')
pytest.importorskip("mujoco", reason='training needs the extra "train"')

from alphalab.training.dqn import DQN  # noqa: E402
from alphalab.training.environments import CartPoles, Environments, MuJoCo, Step  # noqa: E402
from alphalab.training.ppo import PPO, Annealed, PPOTraining  # noqa: E402
from alphalab.training.run import missing, train  # noqa: E402
from alphalab.training.stack import StackedOptimizer  # noqa: E402
from alphalab.training.supervised import Characters, Digits  # noqa: E402
from alphalab.training.td3 import TD3  # noqa: E402

SETTINGS = (
    Setting("adam", 3e-3),
    Setting("alphagrad:alpha=98", 1e-3),
    Setting("alphagrad:alpha=98,momentum=0.9", 3e-4),
    Setting("alphagrad:alpha=30,momentum=0.5", 1e-3),
    Setting("alphagrad:granularity=group,k=2", 1e-3),
    Setting("alphagrad:granularity=layer,k=2,momentum=0.9,saturation=2.5", 1e-3),
    Setting("alphagrad:average=0.9,k=2", 1e-3),
    Setting("sign-sgd", 1e-3),
)
SMALL: dict[str, tuple[Any, int]] = {
    "digits": (Digits(hidden=(16,)), 40),
    "characters": (Characters(context=16, width=8, heads=2, held_out=0.002, stretch=3), 5),
    "dqn": (DQN(hidden=(16, 8), learning_starts=50, buffer_size=90, batch_size=16, target_every=30, stretch=100), 300),
    "ppo": (PPO(hidden=(8, 8), rollout=64, minibatches=4, epochs=2), 128),
    "td3": (TD3(hidden=(16, 16), learning_starts=50, batch_size=16, stretch=30), 90),
}


def agents(seeds: int) -> tuple[list[Setting], list[int]]:
    pairs = missing(Results({}, []), SETTINGS, range(seeds), 1)
    return [one for one, _ in pairs], [seed for _, seed in pairs]


def trained(name: str, some: list[Setting], seeds: list[int], steps: int) -> Any:
    training = SMALL[name][0].start(some, seeds, steps)
    while not training.done:
        training.advance()
    return training


@pytest.fixture(scope="module")
def stacks() -> dict[str, Any]:
    return {name: trained(name, *agents(2), steps) for name, (_, steps) in SMALL.items()}


# ---------------------------------------------------------------- stacks


@pytest.mark.parametrize("name", SMALL)
def test_an_agent_in_a_stack_is_the_agent_alone(name: str, stacks: dict[str, Any]) -> None:
    """Until its actions differ: a cheetah makes roundoff ten thousand times larger in a second rollout."""
    some, seeds = agents(2)
    steps = 64 if name == "ppo" else SMALL[name][1]
    stack = stacks[name] if steps == SMALL[name][1] else trained(name, some, seeds, steps)
    for i in (0, 5, len(some) - 3):
        lone = trained(name, some[i : i + 1], seeds[i : i + 1], steps)
        for p, q in zip(weights(lone), weights(stack), strict=True):
            torch.testing.assert_close(p[0], q[i], rtol=1e-5, atol=1e-5)


def weights(training: Any) -> list[Any]:
    return training.parameters if hasattr(training, "parameters") else training.actor


@pytest.mark.parametrize("name", SMALL)
def test_settings_of_one_seed_begin_alike_and_seeds_differ(name: str) -> None:
    made, steps = SMALL[name]
    training = made.start([SETTINGS[0], SETTINGS[1], SETTINGS[1]], [0, 0, 1], steps)
    for p in weights(training)[:1]:
        assert torch.equal(p[0], p[1])
        assert not torch.equal(p[1], p[2])


def test_the_stack_steps_as_the_rules_of_the_lab() -> None:
    some, _ = agents(1)
    generator = torch.Generator().manual_seed(0)
    shapes = (3, 4), (1, 4), (4, 2), (2,)
    stack = [torch.randn(len(some), *shape, generator=generator, requires_grad=True) for shape in shapes]
    points = [p.detach().clone() for p in stack]
    stacked = StackedOptimizer(some, stack, [1e-5] * len(some))
    alive = torch.ones(len(some), dtype=torch.bool)
    states: dict[tuple[int, int], Any] = {}
    for _ in range(4):
        gradients = [torch.randn(p.shape, generator=generator) for p in stack]
        stacked.step(gradients, alive)
        for a, one in enumerate(some):
            under = {"tensor": [[0], [1], [2], [3]], "layer": [[0, 1], [2, 3]], "group": [[0, 1, 2, 3]]}[
                one.granularity
            ]
            for b, where in enumerate(under):
                g = [gradients[i][a].flatten() for i in where]
                x = torch.cat([points[i][a].flatten() for i in where]).double().numpy()
                rule = one.rule(len(x), 1e-5)
                y, states[a, b] = al.take_step(rule, x, torch.cat(g).double().numpy(), states.get((a, b)))
                for i, part in zip(
                    where, np.split(y, np.cumsum([points[i][a].numel() for i in where])[:-1]), strict=True
                ):
                    points[i][a] = torch.from_numpy(part).float().reshape(points[i][a].shape)
    for p, q in zip(stack, points, strict=True):
        torch.testing.assert_close(p.detach(), q, rtol=1e-4, atol=1e-6)


def test_the_adam_of_the_stack_is_the_adam_of_torch() -> None:
    generator = torch.Generator().manual_seed(1)
    p = torch.randn(2, 3, 4, generator=generator, requires_grad=True)
    theirs = [torch.nn.Parameter(p[i].detach().clone()) for i in range(2)]
    stacked = StackedOptimizer([Setting("adam", 1e-2), Setting("adam", 1e-3)], [p], [1e-5, 1e-8], clip=[0.5, 0.5])
    references = [torch.optim.Adam([theirs[0]], 1e-2, eps=1e-5), torch.optim.Adam([theirs[1]], 1e-3, eps=1e-8)]
    for _ in range(5):
        g = torch.randn(p.shape, generator=generator)
        stacked.step([g], torch.ones(2, dtype=torch.bool))
        for i, reference in enumerate(references):
            theirs[i].grad = g[i].clone()
            torch.nn.utils.clip_grad_norm_([theirs[i]], 0.5)
            reference.step()
    for i in range(2):
        torch.testing.assert_close(p[i].detach(), theirs[i].detach(), rtol=1e-5, atol=1e-7)


def test_an_agent_whose_loss_is_no_number_stops_and_the_others_go_on() -> None:
    made, steps = SMALL["digits"]
    some = [Setting("adam", 3e-3), Setting("gradient-descent", 1e30), Setting("sign-sgd", 1e-3)]
    stack = made.start(some, [0, 0, 0], steps)
    pair = made.start([some[0], some[2]], [0, 0], steps)
    for training in (stack, pair):
        while not training.done:
            training.advance()
    stopped = [row for row in stack.rows() if row["optimizer"] == "gradient-descent"]
    assert {row["stopped"] for row in stopped} == {stack.stopped[1]}
    assert 0 < stack.stopped[1] < steps
    assert math.isnan(stopped[-1]["test_accuracy"])
    for i, j in ((0, 0), (2, 1)):
        assert stack.curve[-1][1]["test_accuracy"][i] == pytest.approx(pair.curve[-1][1]["test_accuracy"][j], abs=0.01)
        assert torch.isfinite(stack.parameters[0][i]).all()


# ---------------------------------------------------------------- ends of episodes


@pytest.mark.parametrize(("name", "kind"), [("CartPole-v1", CartPoles), ("Hopper-v4", MuJoCo)])
@pytest.mark.filterwarnings("ignore:.*out of date.*")
def test_episodes_are_those_of_gymnasium(name: str, kind: type[Environments]) -> None:
    """States, rewards and ends of a plain environment with the same seed, which its user resets."""
    some, steps = kind(name, [3, 4]), 120
    plain = gymnasium.make(name)
    plain.action_space.seed(0)
    s, _ = plain.reset(seed=4)
    ends = 0
    for _ in range(steps):
        np.testing.assert_allclose(some.observation[1], s, rtol=1e-5, atol=1e-6)
        a = plain.action_space.sample()
        s, r, terminated, truncated, _ = plain.step(a)
        step = some.step(np.array([a, a]))
        np.testing.assert_allclose(step.observation[1], s, rtol=1e-5, atol=1e-6)
        assert step.reward[1] == pytest.approx(r)
        assert (step.terminated[1], step.truncated[1]) == (terminated, truncated)
        if terminated or truncated:
            ends += 1
            s, _ = plain.reset()
    assert ends == len(some.finished[1]) > 1


class Corridor(Environments):
    """State t counts up; even seeds are truncated at 3, odd ones terminated."""

    low, high, d, actions = -1.0, 1.0, 1, 1

    def build(self) -> None:
        self.t = np.zeros(len(self.seeds))

    def begin(self, i: int, seed: int | None = None) -> np.ndarray:
        self.t[i] = 0
        return np.array([0.0])

    def act(self, actions: np.ndarray) -> Step:
        self.t = self.t + 1
        end, odd = self.t >= 3, np.array(self.seeds) % 2 == 1
        return Step(self.t[:, None].astype(np.float32), np.ones(len(self.t)), end & odd, end & ~odd)


def test_no_transition_crosses_an_episode() -> None:
    training = DQN(learning_starts=10**6).start([SETTINGS[0]] * 2, [0, 1], 20)
    training.environments = Corridor("corridor", [0, 1])
    training.replay = type(training.replay)(2, 20, 1, 1)
    training.parameters = [torch.zeros(2, 1, 2), torch.zeros(2, 1, 2)]
    while not training.done:
        training.advance()
    s, _, _, after, terminated = training.replay.batch(np.tile(np.arange(20), (2, 1)))
    assert torch.equal(after - s, torch.ones_like(s))  # 2 -> 3, never 2 -> 0
    assert torch.equal(s[0, :, 0], torch.arange(20) % 3)
    assert terminated[0].sum() == 0  # a truncated episode is bootstrapped
    assert torch.equal(terminated[1] == 1, after[1, :, 0] == 3)
    lengths = np.array([point["length"] for _, point in training.curve])
    assert np.nanmin(lengths) == np.nanmax(lengths) == 3.0


def test_a_truncated_episode_counts_what_would_have_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """V = the state, r = 1, gamma = 0.5, lambda = 1, T = 6, episodes of 3: the advantages by hand."""
    monkeypatch.setattr("alphalab.training.ppo.MuJoCo", Corridor)
    made = PPO(rollout=6, minibatches=1, epochs=1, gamma=0.5, gae_lambda=1.0, hidden=(4, 4))
    training = made.start([SETTINGS[0]] * 2, [0, 1], 6)
    assert isinstance(training, PPOTraining)
    monkeypatch.setattr(training, "normal", lambda x, rows=slice(None): torch.from_numpy(np.asarray(x)).float())
    monkeypatch.setattr(training, "value", lambda s: s[..., 0])
    monkeypatch.setattr(training, "scaled_reward", lambda r, ended: torch.from_numpy(r).float())
    training.s = torch.zeros(2, 1)
    A = training.rollout()[:, :, -3]
    last = {0: 1 + 0.5 * 3 - 2, 1: 1 - 2}  # V(3) = 3 where the episode is cut, 0 where it is over
    for i, third in last.items():
        second = 1 + 0.5 * 2 - 1 + 0.5 * third
        first = 1 + 0.5 * 1 - 0 + 0.5 * second
        assert A[i].tolist() == pytest.approx([first, second, third] * 2)


# ---------------------------------------------------------------- checkpoints and tables


@pytest.mark.parametrize("name", SMALL)
def test_a_training_that_was_cut_off_is_the_one_that_was_not(name: str, stacks: dict[str, Any], tmp_path: Path) -> None:
    made, steps = SMALL[name]
    training, whole = made.start(*agents(2), steps), stacks[name]
    training.advance()
    assert not training.done
    torch.save(training, tmp_path / "cut")
    del training
    training = torch.load(tmp_path / "cut", weights_only=False)
    while not training.done:
        training.advance()
    for p, q in zip(weights(training), weights(whole), strict=True):
        assert torch.equal(p, q)
    assert repr(training.rows()) == repr(whole.rows())


def test_what_is_cut_off_goes_on_and_what_is_made_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alphalab.training.run.EVERY", 0.0)
    monkeypatch.setattr("alphalab.training.run.SHARE", 0.0)
    entry, some = task("digits-mlp"), [SETTINGS[0], SETTINGS[2]]

    def cut(step: int) -> None:
        if step > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(entry, some, [0, 1], 60, tmp_path, cut)
    assert [path.suffix for path in tmp_path.iterdir()] == [".checkpoint"]
    heard: list[int] = []
    found = train(entry, some, [0, 1], 60, tmp_path, heard.append)
    assert min(heard) > 19  # the first epoch was not made again
    assert [path.name for path in tmp_path.iterdir()] == ["digits-mlp.csv"]
    again: list[int] = []
    assert repr(train(entry, some, [1, 0], 60, tmp_path, again.append)) == repr(found)
    assert again == []
    more = train(entry, some, [0, 1, 2], 60, tmp_path)
    assert len(more.runs) == 6
    assert [repr(row) for row in more.rows if row["seed"] < 2] == [repr(row) for row in found.rows]


def test_runs_of_other_settings_are_refused(tmp_path: Path) -> None:
    entry = task("digits-mlp")
    train(entry, [SETTINGS[0]], [0], 20, tmp_path)
    path = tmp_path / "digits-mlp.csv"
    for old, new, said in (
        ('"batch_size": 64', '"batch_size": 32', r"hyperparameters.batch_size = 32, this run has 64"),
        ('"torch": "', '"torch": "0', r"versions.torch = '0"),
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            train(entry, [SETTINGS[1]], [0], 20, tmp_path)
        path.write_text(text, encoding="utf-8")
    path.write_text("step,value\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no table of results"):
        train(entry, [SETTINGS[1]], [0], 20, tmp_path)


def test_a_table_tells_the_version_of_alphalab_and_one_without_it_goes_on(tmp_path: Path) -> None:
    """Tables made before it was told are read, and their runs go on as they are."""
    entry, path = task("digits-mlp"), tmp_path / "digits-mlp.csv"
    first = train(entry, [SETTINGS[0]], [0], 20, tmp_path)
    assert first.about["versions"]["alphalab"] == al.__version__
    for other in ("", '"alphalab": "0.0.1", '):
        text = path.read_text(encoding="utf-8").replace(f'"alphalab": "{al.__version__}", ', other)
        path.write_text(text, encoding="utf-8")
        more = train(entry, [SETTINGS[0], SETTINGS[1]], [0], 20, tmp_path)
        assert more.about["versions"].get("alphalab") == ("0.0.1" if other else None)
        assert len(more.runs) == 2 and repr(first.rows[0]) in map(repr, more.rows)
        first.write(path)


def test_a_falling_rate_is_constant_over_a_rollout() -> None:
    c = Annealed(4, 5)(torch.arange(1.0, 21.0))
    torch.testing.assert_close(c, torch.tensor([1.0, 0.8, 0.6, 0.4, 0.2]).repeat_interleave(4))


def test_deep_q_learning_learns() -> None:
    """It keeps the pole up three times as long as chance does; the whole task, slower, learns in its first 20,000."""
    made = DQN(learning_starts=500, train_every=4, target_every=200)
    training = made.start([SETTINGS[0], Setting("alphagrad:alpha=93,momentum=0.9", 2.5e-4)], [1, 1], 4000)
    while not training.done:
        training.advance()
    returns = np.array([point["return"] for _, point in training.curve])
    assert (np.nanmean(returns[:4], axis=0) < 35).all()
    assert (np.nanmean(returns[-4:], axis=0) > 100).all()
