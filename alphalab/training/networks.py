"""Networks of many agents at once: every parameter is a stack, (agents, ...), and one product serves them all.

    y_a = x_a W_a + b_a,     x (agents, B, in),  W (agents, in, out),  b (agents, 1, out)

Networks this small cost Python and launches, not arithmetic: twenty of them cost about as much as one. A convolution is
a product too, of the patches of its image. Agents of one seed begin with the same numbers.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

Layer = list[Tensor]  # of one network: W (in, out) and b (1, out)
Activation = Callable[[Tensor], Tensor]


def uniform(fan_in: int, fan_out: int, generator: torch.Generator) -> Layer:
    """Return W (in, out) and b (1, out) as torch begins its `nn.Linear`: uniform on +-1/sqrt(in)."""
    bound = 1 / math.sqrt(fan_in)
    shapes = (fan_in, fan_out), (1, fan_out)
    return [torch.empty(shape).uniform_(-bound, bound, generator=generator) for shape in shapes]


def perceptron(sizes: Sequence[int], generator: torch.Generator) -> Layer:
    """Return W_1, b_1, ..., W_L, b_L of a perceptron, sizes (in, ..., out)."""
    return [part for fans in itertools.pairwise(sizes) for part in uniform(*fans, generator)]


def orthogonal(fan_in: int, fan_out: int, generator: torch.Generator, gain: float) -> Layer:
    """Return an orthogonal W (in, out) times `gain` and b = 0, (1, out). Source: Saxe et al., arXiv 1312.6120."""
    W = torch.nn.init.orthogonal_(torch.empty(fan_out, fan_in), gain, generator=generator)
    return [W.T.contiguous(), torch.zeros(1, fan_out)]


def orthogonal_perceptron(sizes: Sequence[int], last: float, generator: torch.Generator) -> Layer:
    """Return a perceptron, sizes (in, ..., out), with gain sqrt(2) but in the last layer, whose gain is `last`."""
    gains = [math.sqrt(2)] * (len(sizes) - 2) + [last]
    pairs = zip(itertools.pairwise(sizes), gains, strict=True)
    return [part for fans, gain in pairs for part in orthogonal(*fans, generator, gain)]


def stacked(make: Callable[[torch.Generator], Layer], seeds: Sequence[int]) -> list[Tensor]:
    """Return the parameters of one network per seed, (agents, ...) each; equal seeds give equal networks."""
    known = {seed: make(torch.Generator().manual_seed(seed)) for seed in dict.fromkeys(seeds)}
    return [torch.stack(parts).requires_grad_() for parts in zip(*(known[seed] for seed in seeds), strict=True)]


def mlp(parameters: Sequence[Tensor], x: Tensor, activation: Activation) -> Tensor:
    """Return W_L s(... s(x W_1 + b_1) ...) + b_L, shapes (agents, B, in) -> (agents, B, out)."""
    for i in range(0, len(parameters), 2):
        x = torch.baddbmm(parameters[i + 1], x, parameters[i])
        if i < len(parameters) - 2:
            x = activation(x)
    return x


@dataclasses.dataclass(frozen=True)
class MLP:
    """A perceptron with ReLU between its layers; sizes (in, ..., out)."""

    sizes: tuple[int, ...]

    def make(self, generator: torch.Generator) -> Layer:
        """Return the parameters of one network."""
        return perceptron(self.sizes, generator)

    def __call__(self, parameters: Sequence[Tensor], x: Tensor) -> Tensor:
        """Logits, shapes (agents, B, in) -> (agents, B, out)."""
        return mlp(parameters, x, torch.relu)


@dataclasses.dataclass(frozen=True)
class CNN:
    """Two 3 x 3 convolutions of stride 2 with ReLU, and a linear layer, for square images of one channel."""

    side: int
    channels: tuple[int, int]
    out: int

    @property
    def last(self) -> int:
        """Side of the last image."""
        return (self.side + 3) // 4

    def make(self, generator: torch.Generator) -> Layer:
        """Return the parameters of one network."""
        c, d = self.channels
        fans = (9, c), (9 * c, d), (d * self.last**2, self.out)
        return [p for fan in fans for p in uniform(*fan, generator)]

    def __call__(self, parameters: Sequence[Tensor], x: Tensor) -> Tensor:
        """Logits, shapes (agents, B, side^2) -> (agents, B, out)."""
        agents, B = x.shape[:2]
        image = x.reshape(agents * B, 1, self.side, self.side)
        for W, b in zip(parameters[:4:2], parameters[1:4:2], strict=True):
            patches = functional.unfold(image, 3, padding=1, stride=2)  # (agents B, 9 channels, places)
            rows = patches.transpose(1, 2).reshape(agents, -1, patches.shape[1])
            image = torch.relu(torch.baddbmm(b, rows, W)).reshape(agents * B, -1, W.shape[2]).transpose(1, 2)
            side = math.isqrt(image.shape[2])
            image = image.reshape(agents * B, -1, side, side)
        return torch.baddbmm(parameters[5], image.reshape(agents, B, -1), parameters[4])


@dataclasses.dataclass(frozen=True)
class Transformer:
    """A decoder of one layer over characters: embedding, causal attention, a perceptron, each after a layer norm."""

    vocabulary: int
    context: int
    width: int
    heads: int

    def make(self, generator: torch.Generator) -> Layer:
        """Return the parameters of one network."""
        w = self.width
        tables = [torch.empty(n, w).normal_(0, 0.02, generator=generator) for n in (self.vocabulary, self.context)]
        fans = (w, 3 * w), (w, w), (w, 4 * w), (4 * w, w), (w, self.vocabulary)
        norms = [part for _ in range(3) for part in (torch.ones(1, w), torch.zeros(1, w))]
        return [*tables, *norms, *(p for fan in fans for p in uniform(*fan, generator))]

    def __call__(self, parameters: Sequence[Tensor], x: Tensor) -> Tensor:
        """Logits of the next character, shapes (agents, B, T) -> (agents, B T, vocabulary)."""
        (agents, B, T), w = x.shape, self.width
        letters, places, *rest = parameters
        norms, layers = rest[:6], rest[6:]

        def normed(h: Tensor, i: int) -> Tensor:
            return functional.layer_norm(h, (w,)) * norms[2 * i] + norms[2 * i + 1]

        def linear(h: Tensor, i: int) -> Tensor:
            return torch.baddbmm(layers[2 * i + 1], h, layers[2 * i])

        agent = torch.arange(agents)[:, None]
        h = letters[agent, x.reshape(agents, -1)] + places[:, :T].repeat(1, B, 1)
        parts = linear(normed(h, 0), 0).reshape(agents * B, T, 3, self.heads, w // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        h = h + linear(seen.transpose(1, 2).reshape(agents, B * T, w), 1)
        h = h + linear(functional.gelu(linear(normed(h, 1), 2)), 3)
        return linear(normed(h, 2), 4)
