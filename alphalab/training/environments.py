"""Environments of many agents, stepped together; an episode that has ended begins anew before the next action.

    s_t --a_t--> r_t, s'_t, terminated, truncated;     s_{t+1} = s'_t, or the first state of the next episode

`step` returns s'_t, the last state of an episode included, and `observation` is s_{t+1}: no transition crosses an
episode, and what a truncated episode would have gone on to is known. Every agent has the generator that
`gymnasium.make(name).reset(seed=seed)` has. gymnasium's vector classes reset in one of two ways that replay buffers
mistake for each other, so that none is used; of CartPole's own one the dynamics are.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import gymnasium
import numpy as np
from gymnasium.utils.seeding import np_random


class Step(NamedTuple):
    """What one action of every agent leads to: s' (agents, d), r, terminated, truncated (agents,) each."""

    observation: np.ndarray
    reward: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray


class Environments:
    """One environment per seed; `observation`, (agents, d) float32, is where the next action is taken.

    `finished` collects (return, length) of the episodes that ended, one list per agent.
    """

    def __init__(self, name: str, seeds: Sequence[int]) -> None:
        self.name, self.seeds = name, list(seeds)
        self.build()
        self.returns, self.lengths = np.zeros(len(seeds)), np.zeros(len(seeds), dtype=int)
        self.finished: list[list[tuple[float, int]]] = [[] for _ in seeds]
        self.observation = np.stack([self.begin(i, seed) for i, seed in enumerate(seeds)]).astype(np.float32)

    def build(self) -> None:
        """Make the simulators."""
        raise NotImplementedError

    def begin(self, i: int, seed: int | None = None) -> np.ndarray:
        """Begin an episode of agent i and return its first state, (d,)."""
        raise NotImplementedError

    def act(self, actions: np.ndarray) -> Step:
        """Let every agent act."""
        raise NotImplementedError

    def step(self, actions: np.ndarray) -> Step:
        """Let every agent act, and begin anew the episodes that ended."""
        step = self.act(actions)
        self.returns += step.reward
        self.lengths += 1
        self.observation = step.observation.copy()
        for i in np.flatnonzero(step.terminated | step.truncated):
            self.finished[i].append((float(self.returns[i]), int(self.lengths[i])))
            self.returns[i], self.lengths[i] = 0.0, 0
            self.observation[i] = self.begin(int(i))
        return step


class CartPoles(Environments):
    """CartPole-v1: the dynamics of gymnasium's vector class, beginnings and ends as in its single one."""

    actions = 2

    def build(self) -> None:
        """One object steps all poles."""
        made: Any = gymnasium.make_vec(self.name, len(self.seeds), vectorization_mode="vector_entry_point")
        self.poles = made.unwrapped
        self.poles.reset()
        self.generators = [np_random(seed)[0] for seed in self.seeds]

    def begin(self, i: int, seed: int | None = None) -> np.ndarray:
        """x, x', theta, theta' uniform on +-0.05."""
        self.poles.state[:, i] = self.generators[i].uniform(-0.05, 0.05, size=4)
        self.poles.steps[i] = 0
        return self.poles.state[:, i]

    def act(self, actions: np.ndarray) -> Step:
        """Push every cart left (0) or right (1)."""
        self.poles.prev_done[:] = False  # or it would begin the next episode in its own way
        observation, reward, terminated, truncated, _ = self.poles.step(actions)
        return Step(observation, reward, terminated, truncated & ~terminated)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Say nothing of the age of a body: gymnasium warns of Hopper-v4, MuJoCo of a word in it, in a file of its own."""
    import mujoco

    before = mujoco.get_mju_user_warning()
    mujoco.set_mju_user_warning(lambda text: None)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*out of date.*", DeprecationWarning)
            yield
    finally:
        mujoco.set_mju_user_warning(before)


class MuJoCo(Environments):
    """Bodies of MuJoCo; pickled with the whole integration state of each, the solver's warm start included."""

    def build(self) -> None:
        """One simulator per agent."""
        with quiet():
            self.bodies: list[Any] = [gymnasium.make(self.name, disable_env_checker=True) for _ in self.seeds]
        space = self.bodies[0].action_space
        self.low, self.high = space.low, space.high
        self.d, self.actions = self.bodies[0].observation_space.shape[0], space.shape[0]

    def begin(self, i: int, seed: int | None = None) -> np.ndarray:
        """The first state of an episode."""
        return self.bodies[i].reset(seed=seed)[0]

    def act(self, actions: np.ndarray) -> Step:
        """Act, (agents, m); an action that is not a number (of an agent that has stopped) is 0, none leaves its range.

        MuJoCo steps in double precision and starts anew by itself where an action is not a number.
        """
        allowed = np.clip(np.nan_to_num(actions), self.low, self.high)
        parts = [body.step(action)[:4] for body, action in zip(self.bodies, allowed, strict=True)]
        observation, reward, terminated, truncated = map(np.array, zip(*parts, strict=True))
        return Step(observation.astype(np.float32), reward, terminated, truncated & ~terminated)

    def __getstate__(self) -> dict[str, Any]:
        """Everything, the simulators by their states: pickling an environment of gymnasium builds a new one."""
        state = {key: value for key, value in vars(self).items() if key != "bodies"}
        return state | {"simulated": [self._read(body) for body in self.bodies]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Build the simulators and put them where they were."""
        simulated = state.pop("simulated")
        vars(self).update(state)
        self.build()
        for body, one in zip(self.bodies, simulated, strict=True):
            self._write(body, *one)

    @staticmethod
    def _read(body: Any) -> tuple[np.ndarray, np.random.Generator, int]:
        import mujoco

        inner, kind = body.unwrapped, mujoco.mjtState.mjSTATE_INTEGRATION
        state = np.empty(mujoco.mj_stateSize(inner.model, kind))
        mujoco.mj_getState(inner.model, inner.data, state, kind)
        return state, inner.np_random, body.get_wrapper_attr("_elapsed_steps")

    @staticmethod
    def _write(body: Any, state: np.ndarray, generator: np.random.Generator, elapsed: int) -> None:
        import mujoco

        body.reset()
        inner, kind = body.unwrapped, mujoco.mjtState.mjSTATE_INTEGRATION
        mujoco.mj_setState(inner.model, inner.data, state, kind)
        inner.np_random = generator
        body.set_wrapper_attr("_elapsed_steps", elapsed)
