"""The rules of `alphalab.optimizers` as gradient transformations of optax: one point per leaf, or the whole tree.

    update = -step,     (d, state) = rule.direction(g, state, x),     (step, state) = rule.step(d, state)

The rule does the arithmetic on jax arrays, in float32 at least; init and update are pure. A hyperparameter is a number,
an array that `optax.inject_hyperparams` traces, or a schedule: a function of the number of steps taken.

    transformation = alphalab.optax.alphagrad(1e-3, momentum=0.9)                         alpha = 2 sqrt(n) per leaf
    transformation = alphalab.optax.optimizer(al.Averaged(al.AlphaGrad(alpha=10.0)), learning_rate=schedule)
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from alphalab import optimizers as rules
from alphalab.arrays import Array
from alphalab.optimizers.hyperparameters import hyperparameters, intervals, with_hyperparameters
from alphalab.optimizers.optimizer import NON_NEGATIVE, POSITIVE, checked
from alphalab.optimizers.states import named, refilled

try:
    import jax
    import jax.numpy as jnp
    import optax
except ModuleNotFoundError as error:
    raise ModuleNotFoundError('alphalab.optax needs optax; install it with: pip install "alphalab[optax]"') from error

__all__ = ["alphagrad", "normalized_gd", "optimizer", "sign_sgd"]

Tree = Any  # of arrays, as jax has it
Option = Any  # a number, an array, or a schedule: a function of the number of steps taken
EXAMPLE = 2  # numbers of a point whose state tells which leaves of a state have the shape of the point


class RuleState(NamedTuple):
    """The steps taken, None without schedules, and name -> tree or array for every leaf of the rule's state."""

    count: Any
    leaves: dict[str, Tree]


def optimizer(
    rule: rules.Optimizer, *, granularity: str = "tensor", **options: Option
) -> optax.GradientTransformationExtraArgs:
    """Return any rule as a transformation; options are its hyperparameters, each a number, an array or a schedule.

    granularity: "tensor", one point per leaf of the parameters, or "group", all leaves together. alpha=None is the
    guideline k sqrt(n), n the size of the point. A complex leaf is its real view. Raises ValueError for a bad option.

    >>> import alphalab as al, jax.numpy as jnp
    >>> x = jnp.asarray([1.0, 1.0])
    >>> transformation = optimizer(al.SignSGD(), learning_rate=0.25)
    >>> updates, state = transformation.update(jnp.asarray([1.0, -3.0]), transformation.init(x), x)
    >>> updates.tolist()
    [-0.25, 0.25]
    """
    face = Transformation(rule, granularity, options)
    return optax.GradientTransformationExtraArgs(face.init, face.update)


def alphagrad(
    learning_rate: Option = 1e-3,
    alpha: Option = None,
    k: Option = 2.0,
    eps: Option = 1e-8,
    momentum: Option = None,
    weight_decay: Option = None,
    granularity: str = "tensor",
) -> optax.GradientTransformationExtraArgs:
    """d = tanh(alpha g/(||g|| + eps)); alpha=None: k sqrt(n), n the size of the point. Options as in `optimizer`.

    momentum is that of eqs. (5, 6) and weight_decay decoupled; without one of them, None, nothing is kept or asked for.
    Source: S. Sane, arXiv 2504.16020v2, eqs. (2)-(7).

    >>> import jax.numpy as jnp
    >>> transformation = alphagrad(0.5, alpha=2.0, eps=0.0)
    >>> g = jnp.ones((2, 2))
    >>> updates, state = transformation.update(g, transformation.init(g))
    >>> round(float(updates[0, 0]), 6)                                              # -tanh(2/2)/2
    -0.380797
    """
    given = {"learning_rate": learning_rate, "alpha": alpha, "k": k, "epsilon": eps}
    return _plain(rules.AlphaGrad(), given, momentum, weight_decay, granularity)


def sign_sgd(
    learning_rate: Option = 1e-3, momentum: Option = None, weight_decay: Option = None
) -> optax.GradientTransformationExtraArgs:
    """d = sign(g); options as in `alphagrad`.

    >>> import jax.numpy as jnp
    >>> transformation = sign_sgd(0.5)
    >>> g = jnp.asarray([3.0, -1.0, 0.0])
    >>> transformation.update(g, transformation.init(g))[0].tolist()
    [-0.5, 0.5, -0.0]
    """
    return _plain(rules.SignSGD(), {"learning_rate": learning_rate}, momentum, weight_decay, "tensor")


def normalized_gd(
    learning_rate: Option = 1e-3,
    eps: Option = 1e-8,
    momentum: Option = None,
    weight_decay: Option = None,
    granularity: str = "tensor",
) -> optax.GradientTransformationExtraArgs:
    """d = g/(||g|| + eps); options as in `alphagrad`.

    >>> import jax.numpy as jnp
    >>> transformation = normalized_gd(4.0, eps=0.0)
    >>> g = jnp.asarray([3.0, -3.0, 3.0, 3.0])
    >>> transformation.update(g, transformation.init(g))[0].tolist()
    [-2.0, 2.0, -2.0, -2.0]
    """
    given = {"learning_rate": learning_rate, "epsilon": eps}
    return _plain(rules.NormalizedGD(), given, momentum, weight_decay, granularity)


def _plain(
    rule: rules.Optimizer, given: Mapping[str, Option], momentum: Option, weight_decay: Option, granularity: str
) -> optax.GradientTransformationExtraArgs:
    options = dict(given)
    if momentum is not None:
        rule, options["momentum"] = rules.HeavyBall(rule), momentum
    if weight_decay is not None:
        rule, options["weight_decay"] = rules.WeightDecay(rule), weight_decay
    return optimizer(rule, granularity=granularity, **options)


@dataclasses.dataclass(frozen=True)
class Transformation:
    """A rule with its options: `init` and `update` of a gradient transformation."""

    rule: rules.Optimizer
    granularity: str
    options: Mapping[str, Option]

    def __post_init__(self) -> None:
        """Check the options: what jax traces is known to it alone."""
        if not isinstance(self.rule, rules.Optimizer):
            raise ValueError(f"optimizer: rule must be an optimizer of alphalab, got {self.rule!r}")
        if self.granularity not in ("tensor", "group"):
            raise ValueError(f"optimizer: granularity must be 'tensor' or 'group', got {self.granularity!r}")
        options = {
            name: jnp.real(value) if isinstance(value, jax.Array) else value for name, value in self.options.items()
        }  # inject_hyperparams gives them the dtype of the parameters, a complex one too
        object.__setattr__(self, "options", options)
        where = intervals(self.rule) | {"learning_rate": NON_NEGATIVE} | ({"k": POSITIVE} if self.guided else {})
        for name, value in options.items():
            if name not in where:
                raise ValueError(f"optimizer: {self.rule.name} has no option {name!r}; it has {', '.join(where)}")
            free = callable(value) or isinstance(value, jax.core.Tracer)
            if not free and not (self.guided and name == "alpha" and value is None):
                checked("optimizer", name, value, where[name])

    @property
    def guided(self) -> bool:
        """Whether alpha may be None, the guideline: not where the rule has a k of its own."""
        names = hyperparameters(self.rule)
        return "alpha" in names and "k" not in names

    def method(self, count: Array | None, n: int) -> rules.Optimizer:
        """Return the rule after `count` steps, for a point of n numbers."""
        values = {**hyperparameters(self.rule), **self.options}
        now = {name: value(count) if callable(value) else value for name, value in values.items()}
        if self.guided and now["alpha"] is None:
            now["alpha"] = now.get("k", 2.0) * rules.alpha_guideline(max(n, 1))
        return with_hyperparameters(self.rule, [now[name] for name in hyperparameters(self.rule)])

    def begun(self, x: Array) -> dict[str, Array]:
        """Return name -> leaf of the rule's state before the first step at x, (n,)."""
        leaves = named(self.method(jnp.zeros([], jnp.int32), len(x)).init(x))
        return {name: jnp.asarray(leaf, getattr(leaf, "dtype", x.dtype)) for name, leaf in leaves}

    def shaped(self) -> dict[str, bool]:
        """Return name -> whether the leaf has the shape of the point."""
        return {name: leaf.shape == (EXAMPLE,) for name, leaf in self.begun(jnp.zeros(EXAMPLE)).items()}

    def init(self, params: Tree) -> RuleState:
        """Return the state before the first step."""
        whole, parts, leaves = self.granularity == "group", jax.tree.leaves(params), {}
        for name, shaped in self.shaped().items():
            if whole and not shaped:  # one for all
                leaves[name] = self.begun(joined(parts) if parts else jnp.zeros(EXAMPLE))[name]
            else:
                leaves[name] = jax.tree.map(lambda p, name=name: self._start(name, p), params)
        scheduled = any(map(callable, self.options.values()))
        return RuleState(jnp.zeros([], jnp.int32) if scheduled else None, leaves)

    def _start(self, name: str, p: Array) -> Array:
        leaf = self.begun(joined([p]))[name]
        return cut(leaf, [p])[0] if self.shaped()[name] else leaf

    def update(
        self, updates: Tree, state: RuleState, params: Tree | None = None, **extra: Any
    ) -> tuple[Tree, RuleState]:
        """Return (updates, state) after one step; what else a caller gives, `extra`, is for other transformations."""
        tree: Any = jax.tree.structure(updates)
        gradients = jax.tree.leaves(updates)
        points = [] if params is None else tree.flatten_up_to(params)
        whole, shaped, count = self.granularity == "group", self.shaped(), len(gradients)
        one_for_all = {name for name in shaped if whole and not shaped[name]}
        held = {
            name: [leaf] * count if name in one_for_all else tree.flatten_up_to(leaf)
            for name, leaf in state.leaves.items()
        }
        moved, kept = list(gradients), {name: list(leaves) for name, leaves in held.items()}
        for place in [range(count)] if whole and count else [[i] for i in range(count)]:
            here = [gradients[i] for i in place]
            old = {name: [leaves[i] for i in place] for name, leaves in held.items()}
            flat = {name: joined(parts) if shaped[name] else parts[0] for name, parts in old.items()}
            step, new = self._step(joined(here), flat, state.count, [points[i] for i in place] if points else None)
            for i, g, part in zip(place, here, cut(step, here), strict=True):
                moved[i] = typed(-part, g)
            for name, leaf in new.items():
                parts = cut(leaf, here) if shaped[name] else [leaf] * len(here)
                for i, part in zip(place, parts, strict=True):
                    kept[name][i] = part
        leaves = {name: kept[name][0] if name in one_for_all else tree.unflatten(kept[name]) for name in kept}
        return tree.unflatten(moved), RuleState(None if state.count is None else state.count + 1, leaves)

    def _step(
        self, g: Array, held: Mapping[str, Array], count: Array | None, params: Sequence[Array] | None
    ) -> tuple[Array, dict[str, Array]]:
        """Return the step of one point and the leaves of its state after it, in the dtypes that they had."""
        method = self.method(count, len(g))
        initial = method.init(g)
        state = refilled(initial, (held[name] for name, _ in named(initial)))  # jax sorts the names
        d, state = method.direction(g, state, NoParams() if params is None else joined(params))
        step, state = method.step(d, state)
        return step, {name: jnp.asarray(leaf, held[name].dtype) for name, leaf in named(state)}


class NoParams:
    """Stands for the params that `update` was not given; a rule that asks for one of them hears of it."""

    def __getattr__(self, name: str) -> NoReturn:
        """Raise ValueError."""
        raise ValueError("this rule needs the parameters: call update(updates, state, params)")

    def __rmul__(self, factor: Any) -> NoReturn:
        """Raise ValueError."""
        self.__getattr__("shape")


def real(x: Array) -> Array:
    """Return x, a complex one as pairs of real numbers along a new last axis, in float32 at least."""
    x = jnp.stack([x.real, x.imag], axis=-1) if jnp.iscomplexobj(x) else jnp.asarray(x)
    return x.astype(jnp.promote_types(x.dtype, jnp.float32))


def joined(parts: Sequence[Array]) -> Array:
    """Return the arrays as one point, (n,)."""
    return jnp.concatenate([real(part).reshape(-1) for part in parts])


def cut(x: Array, parts: Sequence[Array]) -> list[Array]:
    """Return a point, (n,), cut into the shapes of `real` of these arrays."""
    shapes = [(*part.shape, 2) if jnp.iscomplexobj(part) else part.shape for part in parts]
    pieces, end = [], 0
    for shape in shapes:
        start, end = end, end + math.prod(shape)
        pieces.append(x[start:end].reshape(shape))
    return pieces


def typed(x: Array, wanted: Array) -> Array:
    """Return x, as `real` gives it, in the dtype of the array that is wanted."""
    x = jax.lax.complex(x[..., 0], x[..., 1]) if jnp.iscomplexobj(wanted) else x
    return x.astype(wanted.dtype)
