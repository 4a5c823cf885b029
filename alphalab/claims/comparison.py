r"""Runs of your own against the bounds: both sides of every claim that applies, for T = 1, 2, ..., and a verdict.

    left <= right        the measured side of a bound is the one with a letter that only a run knows: N_t, a mean, ...

`compare` makes the runs, one for each method and setting, and holds every bound against every prefix of each.
"""

from __future__ import annotations

import csv
import functools
import html
import importlib.util
import io
import itertools
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from alphalab.claims.case import OBSERVED, Case, NotApplicableError, one_norm, trajectory_case
from alphalab.claims.claim import OUTCOMES, REMEDY, Bound, Check, Claim
from alphalab.claims.ledger import CLAIMS
from alphalab.claims.notation import QUANTITIES, Formula, evaluate, expand, gamma_min, least_norm
from alphalab.claims.typeset import text
from alphalab.extras import needed
from alphalab.files import written_whole
from alphalab.optimizers import Optimizer, optimizer
from alphalab.optimizers.optimizer import check_optimizer
from alphalab.problems import Problem
from alphalab.problems import problem as registered
from alphalab.problems.check import check as checked_problem
from alphalab.problems.problem import check_problem
from alphalab.registry import find
from alphalab.simulation import Sweep, Trajectory, simulate

if TYPE_CHECKING:
    from alphalab.style import Figure

PLANNED = {one.symbol for one in QUANTITIES if one.fixed and not one.mean_of} - {gamma_min, least_norm}
"""Letters that are known before a run is made, but for D."""


class Held(NamedTuple):
    """One claim held against the runs of one method."""

    method: str
    bound: Bound
    check: Check


def measured_side(bound: Bound) -> str:
    """Return which side of a bound only a run knows, "left" or "right"; "" where none does.

    Where both have such letters it is the one that is a single letter, the left one first.
    """
    known = PLANNED | {one.symbol for one in bound.quantities if one.fixed}
    sides = {"left": bound.left, "right": bound.right}
    met = [name for name, side in sides.items() if expand(side).free_symbols - known]
    single = [name for name in met if sides[name].is_Symbol]
    return next(iter((*single, *met)), "")


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparison:
    """What `compare` returns: the runs, the claims held against them, and how that is shown.

    methods, runs   by name;   held   a claim and a method each;   command   what makes it again
    left_out        why a bound of the ledger is not among them -> the keys of those

    In a notebook it is a figure and a table.

    >>> import alphalab as al
    >>> found = al.compare("quadratic", al.AlphaGrad(learning_rate=0.01), steps=50, claims=["thm-2", "lemma-1"])
    >>> found
    Comparison on quadratic, n = 5
        alphagrad: one run, 50 steps
        thm-2    holds
        lemma-1  holds
    >>> found.violated, len(found.columns()["T"]), found.verdicts()[0]["claim"]
    ((), 100, 'thm-2')
    >>> sorted(path.name for path in found.save("mine").iterdir())
    ['numbers.csv', 'sides.svg', 'verdicts.json']
    >>> len(found.plot().axes), found.svg().startswith("<?xml")
    (2, True)
    """

    problem: Problem
    methods: Mapping[str, Optimizer]
    runs: Mapping[str, Trajectory]
    held: tuple[Held, ...]
    left_out: Mapping[str, tuple[str, ...]]
    command: str

    def __repr__(self) -> str:
        """The runs and the verdicts, a line each."""
        told = self.verdicts()
        width = max((len(row["claim"]) for row in told), default=0)
        rows = [f"    {row['claim']:{width}}  {row['verdict']}" for row in told]
        runs = [f"    {name}: {_shape(run)}, {run.steps} steps" for name, run in self.runs.items()]
        return "\n".join([f"Comparison on {self.problem.name}, n = {self.problem.n}", *runs, *rows])

    @property
    def violated(self) -> tuple[str, ...]:
        """The keys of the claims that some run violates."""
        return tuple(dict.fromkeys(held.bound.key for held in self.held if held.check.count("violated")))

    def verdicts(self) -> list[dict[str, Any]]:
        """Return a row for every claim and method: verdict and reason, both sides at the last T that it applies to.

        Of many runs the sides are those of the one that comes nearest to the bound.
        """
        return [self._verdict(held) for held in self.held]

    def _verdict(self, held: Held) -> dict[str, Any]:
        check, side = held.check, measured_side(held.bound)
        count = {outcome: check.count(outcome) for outcome in OUTCOMES}
        row: dict[str, Any] = {"method": held.method, "claim": held.bound.key, "verdict": _word(count)}
        row |= {"T": _span(check.outcome), "measured": None, "bound": None}
        applies = check.outcome != "not applicable"
        if np.any(applies):
            last = int(np.max(np.nonzero(applies)[0]))
            nearest = np.unravel_index(
                np.nanargmax(np.where(applies[last], check.left[last], np.nan)), applies[last].shape
            )
            if np.any(np.isfinite(check.tightness[last])):
                nearest = np.unravel_index(np.nanargmax(check.tightness[last]), applies[last].shape)
            sides = {"left": float(check.left[last][nearest]), "right": float(check.right[last][nearest])}
            row |= {"measured": sides.pop(side or "left"), "bound": next(iter(sides.values()))}
        return row | {"best tightness": _greatest(check.tightness), "because": "; ".join(self._reasons(held, count))}

    def _reasons(self, held: Held, count: Mapping[str, int]) -> Iterator[str]:
        if count["violated"]:
            yield f"violated in {count['violated']:,} rows"
            if held.bound.verdict == "true":
                found = self._problem_report
                yield f"{REMEDY}: {found}" if found else REMEDY
            else:
                yield f"on record as {held.bound.verdict}: {held.bound.correction or held.bound.remark}".rstrip(": ")
        if count["not applicable"] and held.check.because:
            yield held.check.because
        if held.check.estimated:
            yield f"rests on estimated {', '.join(held.check.estimated)}"

    @functools.cached_property
    def _problem_report(self) -> str:
        """What `al.check` says of the problem in short, "" where nothing is wrong."""
        report = checked_problem(self.problem)
        wrong = ", ".join(failure.claim for failure in report.failures)
        return f"it finds the problem's {wrong} false" if wrong else ""

    def columns(self) -> dict[str, np.ndarray]:
        """Return a tidy table, column -> (rows,): method, claim, the axes of the sweep, T, both sides, the outcome."""
        axes = list(dict.fromkeys(name for run in self.runs.values() for name in run.dims))
        parts = [self._part(held, axes) for held in self.held]
        names = ["method", "claim", *axes, "T", "left", "right", "tolerance", "outcome"]
        return {name: np.concatenate([part[name] for part in parts]) if parts else np.empty(0) for name in names}

    def _part(self, held: Held, axes: Sequence[str]) -> dict[str, np.ndarray]:
        run, check, shape = self.runs[held.method], held.check, held.check.outcome.shape
        along = {"T": np.arange(1, len(check.outcome) + 1)}
        along |= {
            name: run.coordinates.get(name, np.arange(size)) for name, size in zip(run.dims, run.batch, strict=True)
        }
        grids = np.meshgrid(*along.values(), indexing="ij") if along else []
        told = {name: grid.ravel() for name, grid in zip(along, grids, strict=True)}
        told |= {name: np.full(check.outcome.size, np.nan) for name in axes if name not in told}
        told |= {name: np.broadcast_to(getattr(check, name), shape).ravel() for name in ("left", "right", "tolerance")}
        words = {"method": held.method, "claim": held.bound.key}
        told |= {name: np.full(check.outcome.size, word) for name, word in words.items()}
        return told | {"outcome": np.asarray(check.outcome).ravel()}

    def table(self) -> Any:
        """Return `columns` as a pandas.DataFrame, or an xarray.Dataset where only that is there (extra `tables`).

        >>> import alphalab as al
        >>> found = al.compare("quadratic", al.SignSGD(), steps=3, claims=["lemma-1"])
        >>> list(found.table().columns)
        ['method', 'claim', 'T', 'left', 'right', 'tolerance', 'outcome']
        """
        if importlib.util.find_spec("pandas") is None and importlib.util.find_spec("xarray") is not None:
            return needed("xarray", "tables").Dataset(
                {name: ("row", column) for name, column in self.columns().items()}
            )
        return needed("pandas", "tables").DataFrame(self.columns())

    def plot(self, over: str = "T", claims: Iterable[str] | None = None) -> Figure:
        """Return the figure: a panel for each measured quantity, measured solid, bounds dashed.

        `over` is "T" or an axis of the sweep, such as "alpha" or "learning_rate", then at the last T. A triangle marks
        where a claim starts to apply, a bar where it stops, a cross where it is violated. `claims` keeps those alone.
        """
        from alphalab.claims.comparison_figure import comparison_figure

        return comparison_figure(self, over, None if claims is None else tuple(claims))

    def svg(self, over: str = "T") -> str:
        """Return the figure as SVG."""
        from alphalab.style import style

        with style(salt="comparison"), io.StringIO() as file:
            self.plot(over).savefig(file, format="svg", metadata={"Date": None})
            return file.getvalue()

    def _repr_html_(self) -> str:
        """The figure and the verdicts."""
        rows = self.verdicts()
        cells = [[html.escape(_cell(value)) for value in row.values()] for row in rows]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in (rows[0] if rows else ()))
        body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in cells)
        picture = self.svg()
        drawn = picture[picture.index("<svg") :] if self.held else ""
        return f"<div>{drawn}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"

    def save(self, folder: str | Path) -> Path:
        """Write numbers.csv, verdicts.json (with the command, the settings and the starts) and sides.svg; return where.

        The folder is made where there is none. Files appear whole or not at all.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        columns = self.columns()
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
        runs = {
            name: {"settings": dict(run.settings), "environment": dict(run.environment)}
            for name, run in self.runs.items()
        }
        told = {"command": self.command, "verdicts": self.verdicts(), "left out": dict(self.left_out), "runs": runs}
        texts = {
            "numbers.csv": lines.getvalue(),
            "verdicts.json": json.dumps(told, indent=2, default=str) + "\n",
            "sides.svg": self.svg(),
        }
        with written_whole([place / name for name in texts]) as drafts:
            for draft, content in zip(drafts, texts.values(), strict=True):
                draft.write_text(content, encoding="utf-8")
        return place


def compare(
    problem: Problem | str,
    method: Optimizer | str | Sequence[Optimizer | str] | Mapping[str, Optimizer],
    x0: Any = None,
    steps: int = 1000,
    claims: Iterable[Claim | str] | None = None,
    *,
    dims: Sequence[str] | Sweep | None = None,
    command: str | None = None,
) -> Comparison:
    """Run one method or several and hold the claims against every prefix of every run; one call for a whole sweep.

    `x0` (default: the problem's start) and the hyperparameters broadcast as in `simulate`, so that an array of alphas
    or learning rates is a sweep; `dims` names its axes. `claims` are bounds or their keys; by default those of the
    ledger that have a measured side and apply to a run. A constant that the problem does not give keeps claims from
    applying: give it, or take `al.estimate(problem)`. `command`: what is on record as having made this.

    >>> import alphalab as al
    >>> found = al.compare("quadratic", al.AlphaGrad(learning_rate=0.01), steps=50, claims=["thm-2", "thm-2-norm"])
    >>> [(row["claim"], row["verdict"]) for row in found.verdicts()]
    [('thm-2', 'holds'), ('thm-2-norm', 'holds')]
    """
    if isinstance(claims, str):
        raise ValueError(f"claims must be a list of bounds or their keys, got {claims!r}")
    subject = registered(problem) if isinstance(problem, str) else problem
    check_problem(subject)
    methods = _named(method)
    asked = tuple(_bound(one) for one in claims or ())
    start = subject.start() if x0 is None else x0
    seen = (*OBSERVED, one_norm, *(("distance",) if subject.constants.x_star is not None else ()))
    runs = {name: simulate(rule, subject, start, steps, observe=seen, dims=dims) for name, rule in methods.items()}
    cases = {name: trajectory_case(methods[name], subject, run) for name, run in runs.items()}
    bounds = asked or tuple(one for one in CLAIMS if isinstance(one, Bound) and measured_side(one))
    checks = [Held(name, bound, _checked(bound, case)) for bound in bounds for name, case in cases.items()]
    applied = {one.bound.key for one in checks if one.check.count("not applicable") < one.check.outcome.size}
    kept = [one for one in checks if asked or one.bound.key in applied]
    spoken = {one.bound.key for one in kept}
    reasons: dict[str, list[str]] = {}
    for one in checks:
        if one.bound.key not in spoken and one.bound.key not in reasons.setdefault(one.check.because, []):
            reasons[one.check.because].append(one.bound.key)
    return Comparison(
        problem=subject,
        methods=methods,
        runs=runs,
        held=tuple(kept),
        left_out={why: tuple(keys) for why, keys in reasons.items()},
        command=command or _command(problem, method, x0, steps, [one.key for one in asked]),
    )


def _checked(bound: Bound, case: Case) -> Check:
    """Hold a bound against a case; where it does not apply its measured side is known all the same, if it can be."""
    check, side = bound.check(case), measured_side(bound)
    if check.count("not applicable") < check.outcome.size or not side:
        return check
    try:
        measured = evaluate(formula_of(bound, side), case, bound.quantities)
    except NotApplicableError:
        return check
    return replace(check, left=measured) if side == "left" else replace(check, right=measured)


def _bound(one: Claim | str) -> Bound:
    found = find("claim", one, CLAIMS) if isinstance(one, str) else one
    if not isinstance(found, Bound):
        raise ValueError(f"claim {found.key!r} is no bound: it has no two sides")
    return found


def _named(method: Any) -> dict[str, Optimizer]:
    """Return name -> optimizer; equal names are told apart by a number."""
    if isinstance(method, Mapping):
        return dict(method)
    rules = list(method) if isinstance(method, Sequence) and method and not isinstance(method, str) else [method]
    made = [optimizer(rule) if isinstance(rule, str) else rule for rule in rules]
    for rule in made:
        check_optimizer("method", rule)
    named: dict[str, Optimizer] = {}
    for rule in made:
        names = (f"{rule.name} {number}" if number > 1 else rule.name for number in itertools.count(1))
        named[next(name for name in names if name not in named)] = rule
    return named


def _command(problem: Any, method: Any, x0: Any, steps: int, claims: Sequence[str]) -> str:
    """Return what makes a comparison again: on the command line where names say all, else in Python."""
    rules = [method] if isinstance(method, Optimizer | str) else method
    if isinstance(problem, str) and x0 is None and len(rules) == 1 and not isinstance(method, Mapping):
        rule = rules[0] if isinstance(rules[0], Optimizer) else optimizer(rules[0])
        numbers = {one.name: getattr(rule, one.name) for one in fields(rule) if "interval" in one.metadata}
        plain = all(np.ndim(value) == 0 for value in numbers.values()) and len(numbers) == len(fields(rule))
        if plain and set(claims) <= {one.key for one in CLAIMS}:
            options = [f"--{name.replace('_', '-')}={value!r}" for name, value in numbers.items()]
            words = ["alphalab", "bounds", problem, rule.name, *options, "--steps", str(steps)]
            return shlex.join([*words, *(word for key in claims for word in ("--claim", key))])
    said = repr(problem) if isinstance(problem, str) else f"problem (the one called {problem.name!r})"
    return (
        f"alphalab.compare({said}, {method!r}, x0={np.asarray(x0).tolist() if x0 is not None else None}, steps={steps})"
    )


def _word(count: Mapping[str, int]) -> str:
    """Return the verdict on one claim from how many rows have which outcome."""
    if count["violated"]:
        return "violated"
    if not count["holds"]:
        return "not applicable"
    return "holds where it applies" if count["not applicable"] else "holds"


def _span(outcome: np.ndarray) -> str:
    """Return the T at which a claim applies to some run: "1 to 100", "3 to 90, with gaps"."""
    rows = np.nonzero(np.any((outcome != "not applicable").reshape(len(outcome), -1), axis=1))[0] + 1
    if not rows.size:
        return "none"
    gaps = "" if rows.size == rows[-1] - rows[0] + 1 else ", with gaps"
    return f"{rows[0]} to {rows[-1]}{gaps}"


def _greatest(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.max()) if known.size else None


def _shape(run: Trajectory) -> str:
    return ", ".join(f"{name}: {size}" for name, size in zip(run.dims, run.batch, strict=True)) or "one run"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else text(str(value))


def formula_of(bound: Bound, side: str) -> Formula:
    """Return one side of a bound by its name."""
    return bound.left if side == "left" else bound.right
