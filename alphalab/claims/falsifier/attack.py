r"""The falsifier: search for an instance that breaks a claim, without being shown the one that is known.

    minimise   margin = (right - left)/max(|left|, |right|)     over the arenas of a bound, the space of a claim
               differential evolution from hints and random points, then a random search that shrinks

A violation of a bound is one beyond the tolerance of `check`, (n + 16) ulp. For a true claim the least margin found is
reported; a violation of one, or a false claim that stands, is a departure. One evaluation is one run or one
gradient, however many instances (prefixes, steps) it gives. The same seed gives the same search.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from alphalab.claims.case import Case
from alphalab.claims.claim import Bound, Claim
from alphalab.claims.facts.assumptions import CLOSED
from alphalab.claims.falsifier.arenas import APART, HIDDEN, Arena, Recipe, gradient_arenas
from alphalab.claims.falsifier.interpolation import Found, Instance, search
from alphalab.claims.falsifier.intervals import reached
from alphalab.claims.falsifier.orbits import CONVERGENCE, hunt_orbit
from alphalab.claims.falsifier.records import RECORDS
from alphalab.claims.falsifier.runs import run_arenas
from alphalab.claims.ledger import CLAIMS
from alphalab.claims.space import Box
from alphalab.registry import find

POPULATION = 48
SHORT, MOST = 10, 60_000
HARD = 1e-6  # by so much a bound is to be broken before the search among functions ends


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What a search found; `best_tightness` is left/right where the bound is nearest to fail, 1 - worst_margin.

    violated     whether an instance breaks the claim;   evaluations   runs or gradients tried, up to that
    where        the nearest point in words;             case          that one run or gradient, of a bound
    recipe       problem, start and method that reproduce it;   instance   of a search among functions: its numbers
    arena, point the space that was searched by its label, and the coordinates there by name
    """

    key: str
    recorded: str
    violated: bool
    evaluations: int
    where: str
    worst_margin: float | None = None
    best_tightness: float | None = None
    case: Case | None = field(default=None, repr=False)
    recipe: Recipe | None = field(default=None, repr=False)
    instance: Instance | None = field(default=None, repr=False)
    arena: str = ""
    point: Mapping[str, float | str] = field(default_factory=dict, repr=False)
    seconds: float = 0.0

    @property
    def agrees(self) -> bool:
        """Whether a true claim stood, or one that is false as it stands fell."""
        return self.violated == (self.recorded not in ("true", "undecided"))


def attack(claim: Claim | str, evaluations: int = 2000, seed: int = 0, hints: bool = True) -> Attack:
    """Search for an instance that breaks the claim, with at most `evaluations` (about); False `hints`: from noise.

    A bound that is on record as not attained in more than one dimension, or speaks of cycles, is then searched among
    all functions of its class, with SHORT times as many runs, each of a few steps.
    Raises ValueError for a claim in which there is nothing to search.

    >>> import alphalab as al
    >>> found = al.attack("thm-5-norm", 500)
    >>> found.violated, found.recipe.problem.name
    (True, 'cosine')
    """
    began = time.perf_counter()
    if isinstance(evaluations, bool) or not isinstance(evaluations, int | np.integer) or evaluations < 1:
        raise ValueError(f"evaluations must be a whole number >= 1, got {evaluations!r}")
    claim = find("claim", claim, CLAIMS) if isinstance(claim, str) else claim
    if isinstance(claim, Bound) or claim.space:
        hunt = Hunt(claim, evaluations, seed, hints)
        hunt.run()
        found = hunt.result()
        if isinstance(claim, Bound) and not found.violated and (claim.key in RECORDS or CLOSED in claim.assumes):
            found = among_functions(claim, min(SHORT * evaluations, MOST), seed, found)
    elif claim.key in CONVERGENCE:
        orbit = hunt_orbit(evaluations, seed)
        found = Attack(key=claim.key, recorded=claim.verdict, **vars(orbit))
    else:
        raise ValueError(f"{claim.key} is no bound, declares no space and says nothing on where runs end: no search")
    return replace(found, seconds=time.perf_counter() - began)


def among_functions(bound: Bound, evaluations: int, seed: int, before: Attack) -> Attack:
    """Search among all functions of the class; return what is found where it is nearer than what was found before.

    A violation counts only if intervals confirm it. Where the witness of the bound is such a function, it is that.
    """
    known = bound.witness().instance if bound.witness else None
    found = Found(reached(bound, known), known, 1) if known else search(bound, evaluations, seed, enough=1 + HARD)
    used, instance = before.evaluations + found.used, found.instance
    if instance is None or found.ratio <= (before.best_tightness or 0.0):
        return replace(before, evaluations=used)
    return replace(
        before,
        violated=found.ratio > 1 and reached(bound, instance) > 1,
        evaluations=used,
        where=str(instance),
        worst_margin=1 - found.ratio,
        best_tightness=found.ratio,
        case=instance.recipe().case(str(instance)),
        recipe=instance.recipe(),
        instance=instance,
        arena="",
        point={},
    )


def attackable(claim: Claim) -> bool:
    """Whether `attack` has something to search."""
    return isinstance(claim, Bound) or claim.space is not None or claim.key in CONVERGENCE


def attack_all(claims: Iterable[Claim], evaluations: int = 20_000, seed: int = 0) -> tuple[Attack, ...]:
    """Attack every claim that can be attacked."""
    return tuple(attack(claim, evaluations, seed) for claim in claims if attackable(claim))


def arenas(bound: Bound) -> Iterator[Arena]:
    """Yield where a bound might be searched: among gradients if it speaks of them, else among runs."""
    single = tuple(gradient_arenas())
    yield from single if speaks(bound, single[0]) else run_arenas(bound)


def speaks(bound: Bound, arena: Arena) -> bool:
    """Whether any hint of the arena is an instance of the bound."""
    return bool(np.min(arena.scores(bound, arena.hinted())[0]) < APART)


class Hunt:
    """One search: what it has used, and the nearest point so far."""

    def __init__(self, claim: Claim, evaluations: int, seed: int, hints: bool = True) -> None:
        self.claim, self.budget, self.hints = claim, evaluations, hints
        self.random = np.random.default_rng(seed)
        self.used, self.violated, self.best = 0, False, APART
        self.nearest: tuple[Box, np.ndarray] | None = None

    def run(self) -> None:
        """Look into every arena, then spend half of what is left on the best one, half of the rest on the next.

        The last one gets all of it; what is left then goes to the surroundings of the nearest point.
        """
        places = list(self.places())
        size = int(np.clip(self.budget // (2 * max(len(places), 1)), 8, POPULATION))
        looked = [(arena, self.population(arena, size)) for arena in places if not self.violated]
        marks = [self.measure(arena, points) for arena, points in looked]
        ranked = sorted((k for k in range(len(marks)) if marks[k].min() < APART), key=lambda k: float(marks[k].min()))
        for k in ranked:
            arena, points = looked[k]
            if not self.violated:
                share = (self.budget - self.used) // (1 if k == ranked[-1] else 2)
                self.evolve(arena, points, share * 2 // 3)
                self.shrink(arena, share // 3)
        if self.nearest:
            self.shrink(self.nearest[0], self.budget - self.used)

    def places(self) -> Iterator[Box]:
        """Yield the space of the claim, or the arenas of which it speaks until a hint, looked at here, breaks it."""
        if not isinstance(self.claim, Bound):
            yield from filter(None, (self.claim.space,))
            return
        for arena in arenas(self.claim):
            if self.hints:
                before = self.used
                if np.min(self.measure(arena, arena.hinted())) < APART:
                    yield arena
                else:
                    self.used = before  # nothing here to which the bound applies
            elif speaks(self.claim, arena):
                yield arena
            if self.violated:
                return

    def population(self, arena: Box, size: int) -> np.ndarray:
        """Return hints, if any are given, and random points."""
        low, high = arena.box.T
        noise = low + (high - low) * self.random.random((size, len(low)))
        given = arena.hinted()[: size // 2] if self.hints else noise[:0]
        return np.concatenate([given, noise])[:size]

    def measure(self, arena: Box, points: np.ndarray) -> np.ndarray:
        """Return the scores of a population, (S,), and remember the nearest point."""
        if self.violated or not len(points):
            return np.full(len(points), APART)
        score, violated = arena.scores(self.claim, points)
        self.used += len(points)
        self.violated = bool(np.any(violated))
        k = int(np.argmin(np.where(violated, score, np.inf))) if self.violated else int(np.argmin(score))
        if score[k] < self.best or self.violated:
            self.best, self.nearest = float(score[k]), (arena, points[k])
        return score

    def evolve(self, arena: Box, points: np.ndarray, budget: int) -> None:
        """Differential evolution from a population, a generation one batch."""
        generations = budget // len(points) - 1
        if generations < 1:
            return
        from scipy.optimize import differential_evolution

        differential_evolution(
            lambda z: self.measure(arena, z.T),
            arena.box,
            init=points,
            maxiter=generations,
            tol=0.0,
            polish=False,
            vectorized=True,
            updating="deferred",
            rng=self.random,
            callback=lambda intermediate_result: self.violated,
        )

    def shrink(self, arena: Box, budget: int) -> None:
        """A random search around the nearest point, over radii from a tenth of the box to 1e-6 of it."""
        low, high = arena.box.T
        rounds = budget // POPULATION
        for radius in np.geomspace(0.1, 1e-6, max(rounds, 1))[:rounds]:
            if self.violated or self.nearest is None or self.nearest[0] is not arena:
                return
            moves = self.random.standard_normal((POPULATION, len(low)))
            moves *= self.random.random(moves.shape) < 0.5  # along some axes only
            self.measure(arena, np.clip(self.nearest[1] + radius * (high - low) * moves, low, high))

    def result(self) -> Attack:
        """Return what was found; the nearest point as a run or gradient of its own."""
        nearest = self.nearest
        known = nearest is not None and self.best < HIDDEN
        return Attack(
            key=self.claim.key,
            recorded=self.claim.verdict,
            violated=self.violated,
            evaluations=self.used,
            where=nearest[0].sentence(nearest[1]) if nearest else "nothing to which the claim applies",
            worst_margin=self.best if known else None,
            best_tightness=1 - self.best if known else None,
            case=nearest[0].case(nearest[1][None]) if nearest and isinstance(nearest[0], Arena) else None,
            recipe=nearest[0].example(nearest[1]) if nearest else None,
            arena=nearest[0].label if nearest else "",
            point=nearest[0].named(nearest[1]) if nearest else {},
        )


def departures(attacks: Sequence[Attack]) -> list[str]:
    """Return a sentence for every attack whose end is not the one on record."""
    return [
        f"{found.key}: on record {found.recorded!r}, "
        + (f"broken at {found.where}" if found.violated else f"not broken in {found.evaluations:,} evaluations")
        for found in attacks
        if not found.agrees
    ]
