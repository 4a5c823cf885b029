r"""What a claim about trainings says, held against those that were run.

    x - y      the interquartile mean over seeds of a difference of two settings, paired by seed, and its interval
    refuted    where the interval excludes what the claim says of it: "> 0" above, "= 0" inside
    open       where it does not: a claim about all trainings is never true because some were run

The intervals of the differences of one claim hold together at 95 %: each is taken at 1 - 0.05/m of m. A percentile
bootstrap of five seeds is narrow, so "refuted" is said of these seeds and this horizon, and of fewer seeds never: three
differences of one sign are chance once in eight. Source of interval and mean: R. Agarwal et al., arXiv 2108.13264.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from alphalab.curves import Estimate, Results, finals, means, paired, reported, table
from alphalab.words import counted

LEVEL = 0.95  # of all intervals of a claim together
SEEDS = 5  # with fewer nothing is refuted: all differences have one sign by chance with 2^-seeds
Setting = tuple[str, float]
"""An optimizer as `alphalab train` reads it, and its learning rate."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Difference:
    """x - y, seed by seed, of which a claim says that it is `says`: "> 0" or "= 0".

    table   the CSV in `alphalab/training/results` that it rests on;   horizon   steps of every run
    """

    sentence: str
    says: str
    table: str
    horizon: int
    x: dict[int, float]
    y: dict[int, float]

    @property
    def seeds(self) -> int:
        """How many seeds both have."""
        return len(self.x.keys() & self.y.keys())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Measurement:
    """A difference and its interval: what was found."""

    sentence: str
    says: str
    table: str
    horizon: int
    seeds: int
    estimate: Estimate

    @property
    def refutes(self) -> bool:
        """Whether the interval of at least SEEDS seeds excludes what the claim says."""
        _, low, high = self.estimate
        return self.seeds >= SEEDS and (high < 0 or (self.says == "= 0" and low > 0))

    def __str__(self) -> str:
        """The difference with its interval, horizon, seeds and table."""
        mean, low, high = self.estimate
        found = f"{self.sentence}: {mean:+.3g} [{low:+.3g}, {high:+.3g}], said to be {self.says}"
        against = ", refuted" if self.refutes else ""
        return f"{found}{against} ({self.horizon:,} steps, {counted(self.seeds, 'seed')}, {self.table}.csv)"


def measurements(differences: Iterable[Difference]) -> tuple[Measurement, ...]:
    """Return what was found of each difference, their intervals holding together at LEVEL."""
    known = [one for one in differences if one.seeds > 1]
    level = 1 - (1 - LEVEL) / max(len(known), 1)
    shared = ("sentence", "says", "table", "horizon", "seeds")
    return tuple(
        Measurement(estimate=paired(one.x, one.y, level), **{name: getattr(one, name) for name in shared})
        for one in known
    )


def described(found: Iterable[Measurement]) -> str:
    """Return how a claim is known by its measurements, in words."""
    found = tuple(found)
    against = sum(one.refutes for one in found)
    told = f"{against} against it" if against else "open at this horizon"
    return f"measured ({counted(len(found), 'difference')}, {told})" if found else "not measured"


def at_rates(
    name: str, horizon: int, column: str, rows: Iterable[tuple[str, Setting, Setting]], along: bool = False
) -> Iterator[Difference]:
    """Yield differences "> 0" of a column of a table: (sentence, setting x, setting y); those not run are left out.

    The last value of each run, or where `along` its mean along the run.
    """
    if (found := _table(name)) is not None:
        scores = (means if along else finals)(found, column, horizon)
        for sentence, x, y in rows:
            if x in scores and y in scores:
                known = {"sentence": sentence, "says": "> 0", "table": name, "horizon": horizon}
                yield Difference(x=scores[x], y=scores[y], **known)  # type: ignore[arg-type]


def at_best(name: str, horizon: int, says: str, rows: Iterable[tuple[str, str, str]]) -> Iterator[Difference]:
    """Yield differences of final scores of a table, each optimizer at its chosen rate: (sentence, x, y)."""
    if (found := _table(name)) is not None:
        run = {row["optimizer"] for row in found.rows if row["horizon"] == horizon}
        for sentence, x, y in rows:
            if x in run and y in run:
                a, b = (reported(found, optimizer, horizon) for optimizer in (x, y))
                yield Difference(sentence=sentence, says=says, table=name, horizon=horizon, x=a, y=b)


def _table(name: str) -> Results | None:
    """Return a table that comes with the package, None where there is none."""
    try:
        return table(name)
    except FileNotFoundError:
        return None
