"""A store of runs: nothing is made twice, nothing is lost, and nothing is taken for something else."""

from __future__ import annotations

import csv
import dataclasses
import functools
import importlib
import json
import os
import pickle
import platform
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from same_run import assert_same

import alphalab as al
from alphalab.arrays import backend
from alphalab.cli import main
from alphalab.simulation.cores import carry_out
from alphalab.simulation.simulate import planned
from alphalab.simulation.store import claims, identity, kept
from alphalab.simulation.store.export import FORMATS, columns, export
from alphalab.simulation.store.identity import fingerprint
from alphalab.simulation.store.kept import Kept, stored_run
from alphalab.simulation.store.store import LEDGER, Store
from alphalab.simulation.whole import written_whole

ALPHAS = np.geomspace(0.1, 10.0, 7)
ETAS = np.geomspace(1e-3, 1e-1, 5)
WATCHED = ("value", "mean:gradient_norm")


def settings(etas: Any = ETAS, alphas: Any = ALPHAS) -> dict[str, Any]:
    """A sweep of 35 runs."""
    sweep = al.Sweep(learning_rate=etas, alpha=alphas)
    method = al.AlphaGrad(learning_rate=sweep.learning_rate, alpha=sweep.alpha)
    problem = al.problem("rosenbrock", n=3)
    return {"optimizer": method, "problem": problem, "x0": problem.start(), "steps": 20, "observe": WATCHED}


def grid(store: Path | None, etas: Any = ETAS, alphas: Any = ALPHAS, **changed: Any) -> al.Trajectory:
    return al.simulate(**(settings(etas, alphas) | changed), store=store)


def computed(run: al.Trajectory) -> int:
    return int(run.environment["computed"])


# ---------------------------------------------------------------- nothing is made twice


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few runs, so that small sweeps have many."""
    whole = carry_out.part_bytes
    monkeypatch.setattr(carry_out, "part_bytes", lambda plan, *rest: min(4 * plan.run_bytes(), whole(plan, *rest)))


@pytest.mark.usefixtures("small_parts")
def test_a_second_sweep_makes_no_run_and_is_the_same(tmp_path: Path) -> None:
    alone = grid(None)
    for jobs, made in ((1, 35), (2, 0), (1, 0)):
        run = grid(tmp_path, jobs=jobs)
        assert computed(run) == made
        assert_same(run, alone)


@pytest.mark.usefixtures("small_parts")
def test_an_extended_sweep_makes_only_the_new_runs(tmp_path: Path) -> None:
    grid(tmp_path)
    for etas, alphas, new in (
        (np.append(ETAS, 0.5), ALPHAS, 7),
        (ETAS, np.insert(ALPHAS, 3, 1.5), 5),
        (ETAS[1:3], ALPHAS[::-1], 0),
        (ETAS[:2], np.asarray([ALPHAS[0], 77.0, 77.0]), 4),
    ):
        run = grid(tmp_path, etas, alphas)
        assert computed(run) == new
        assert_same(run, grid(None, etas, alphas))
        assert computed(grid(tmp_path, etas, alphas)) == 0


def other_problem() -> al.Problem:
    return al.CustomProblem(value=lambda x: np.sum(x**2, axis=-1), gradient=lambda x: 2 * x, n=3)


CHANGES: list[dict[str, Any]] = [
    {"steps": 21},
    {"observe": ("value",)},
    {"observe": ("value", "max:gradient_norm")},
    {"tolerance": 1e-3},
    {"x0": np.ones(3)},
    {"x0": np.ones(3, np.float32)},
    {"x0": np.nextafter(al.problem("rosenbrock", n=3).start(), 9)},
    {"problem": al.problem("quadratic", n=3)},
    {"problem": other_problem()},
    {"optimizer": al.AlphaGrad(alpha=ALPHAS)},
    {"optimizer": al.AlphaGrad(alpha=ALPHAS, epsilon=1e-7)},
    {"optimizer": al.HeavyBall(al.AlphaGrad(alpha=ALPHAS))},
    {"optimizer": al.HeavyBall(al.AlphaGrad(alpha=ALPHAS), momentum=0.5)},
    {"optimizer": al.ScaledTanh(alpha=ALPHAS)},
    {"optimizer": al.NormalizedNonlinear(np.tanh)},
    {"optimizer": al.NormalizedNonlinear(np.arctan)},
    {"optimizer": al.NormalizedNonlinear(lambda u: np.tanh(2 * u))},
    {"optimizer": al.NormalizedNonlinear(lambda u: np.tanh(3 * u))},
]


def test_the_code_version_has_every_floor_below_the_claims() -> None:
    """A file that is left out could change, and stored runs would be found again as if it had not."""
    package = identity.PACKAGE
    floors = {path.name.removesuffix(".py") for path in package.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert floors - {"__pycache__"} - set(identity.BELOW) == {"__init__", "__main__", "claims", "experiments", "cli"}


def test_what_is_changed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grid(tmp_path)
    for change in CHANGES:
        assert computed(grid(tmp_path, **change)) == len(grid(None, **change).status.reshape(-1))
    for change in CHANGES:
        assert computed(grid(tmp_path, **change)) == 0
    for name in ("code_version", "kernels"):
        monkeypatch.setattr(kept, name, lambda *given: "another")
        assert computed(grid(tmp_path)) == 35
        monkeypatch.undo()


def test_other_libraries_are_kept_apart(tmp_path: Path) -> None:
    strict = backend("array-api-strict").asarray(np.ones(3))
    for x0 in (np.ones(3), strict):
        assert [computed(grid(tmp_path, x0=x0, optimizer=al.SignSGD())) for _ in range(2)] == [1, 0]


def test_every_member_of_a_registry_is_itself_and_no_other() -> None:
    problems = [al.problem(entry.name) for entry in al.PROBLEMS if not entry.real_data]  # real data take seconds
    members = [*problems, *(rule() for rule in al.OPTIMIZERS)]
    prints = [fingerprint("it", member) for member in members]
    assert len(set(prints)) == len(members)
    assert [fingerprint("it", pickle.loads(pickle.dumps(member))) for member in members] == prints


# ---------------------------------------------------------------- what a thing is

SCALE = 2.0


def scaled(x: Any) -> Any:
    return SCALE * inner(x)


def inner(x: Any) -> Any:
    return x + 1


class Custom:
    """A user's class, with state and a method."""

    def __init__(self, weight: float) -> None:
        self.weight = weight

    def __call__(self, x: Any) -> Any:
        return self.weight * x


@dataclasses.dataclass(frozen=True)
class Field:
    """A user's dataclass."""

    weight: float = 1.0

    @functools.cached_property
    def twice(self) -> float:
        return 2 * self.weight


def closure(value: Any) -> Callable[[Any], Any]:
    return lambda x: x * value


MANY: list[Callable[[], Any]] = [
    lambda: 1,
    lambda: 1.0,
    lambda: True,
    lambda: "1",
    lambda: b"1",
    lambda: None,
    lambda: (1, 2),
    lambda: [1, 2],
    lambda: ((1,), 2),
    lambda: {1: 2},
    lambda: {1, 2},
    lambda: frozenset({3, 4}),
    lambda: np.ones(3),
    lambda: np.ones(3, np.float32),
    lambda: np.ones((3, 1)),
    lambda: np.float64(1),
    lambda: np.asarray([1, "a"], object),
    lambda: np.tanh,
    lambda: np.arctan,
    lambda: np.float64,
    lambda: Custom,
    lambda: Custom(1.0),
    lambda: Custom(2.0),
    lambda: Custom(2.0).__call__,
    lambda: Field(1.0),
    lambda: Field(2.0),
    lambda: closure(1.0),
    lambda: closure(2.0),
    lambda: closure(np.ones(2)),
    lambda: closure(closure(1.0)),
    lambda: functools.partial(inner, 1),
    lambda: functools.partial(inner, 2),
    lambda: functools.lru_cache(inner),
    lambda: inner,
    lambda: scaled,
    lambda: lambda x, power=2: x**power,
    lambda: lambda x, power=3: x**power,
    lambda: lambda x, *, power=3: x**power,
    lambda: lambda x: [y for y in x if y in {1, 2}],
    lambda: lambda x: [y for y in x if y in {1, 3}],
]


def test_equal_content_is_equal_and_nothing_else() -> None:
    prints = [fingerprint("it", make()) for make in MANY]
    assert [fingerprint("it", make()) for make in MANY] == prints
    assert len(set(prints)) == len(MANY)


def test_a_function_is_also_what_it_refers_to(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint("it", scaled)
    for name, value in (("SCALE", 3.0), ("inner", lambda x: x + 2)):
        monkeypatch.setattr(sys.modules[__name__], name, value)
        changed = fingerprint("it", scaled)
        assert changed != before
        monkeypatch.undo()
    assert fingerprint("it", scaled) == before
    field = Field()
    before = fingerprint("it", field)
    assert field.twice == 2.0
    assert fingerprint("it", field) == before  # what is cached follows from the rest


@pytest.mark.parametrize("name", ["my_own_module", "cmd"])  # Python has a module of the second name too
def test_a_module_of_ones_own_is_what_is_used_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(identity, "INSTALLED", (*identity.INSTALLED, str(tmp_path / "site") + os.sep))
    own_folder = tmp_path / "site-mine"
    own_folder.mkdir()
    monkeypatch.syspath_prepend(own_folder)
    prints = []
    for text in ("2 * x", "3 * x", "2 * x"):
        (own_folder / f"{name}.py").write_text(
            f"def slope(x):\n    return {text}\n\n\ndef unused():\n    return {text!r}"
        )
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        importlib.invalidate_caches()
        own = __import__(name)
        prints.append([fingerprint("it", thing) for thing in (own.slope, eval("lambda x: own.slope(x)", {"own": own}))])
    assert prints[0] == prints[2]
    assert prints[0][0] != prints[1][0] and prints[0][1] != prints[1][1]


def test_what_is_installed_is_told_by_where_it_lies() -> None:
    for module in (np, sys, os, json, pytest, al):
        assert identity.is_installed(module.__name__)
    assert not identity.is_installed(__name__) and not identity.is_installed("__main__")


def test_another_process_says_the_same() -> None:
    code = (
        "import numpy as np; from alphalab.simulation.store.identity import fingerprint;"
        "f = lambda x, a=np.ones(2): {'p', 'q', 'r', 's'} | {np.tanh(x).sum() + a};"
        "import alphalab as al; print(fingerprint('it', [f, al.problem('logistic'), {'a', 'b', 'c'}, al.AlphaGrad()]))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in (1, 2)
    }
    assert len(said) == 1


@pytest.mark.parametrize("make", [lambda: np.random.default_rng(0), lambda: sys.stdin, object, lambda: iter([])])
def test_what_cannot_be_told_is_refused(make: Callable[[], Any], tmp_path: Path) -> None:
    thing = make()
    problem = al.CustomProblem(value=lambda x: x[..., 0] if thing else x[..., 1], gradient=lambda x: x, n=3)
    with pytest.raises(ValueError, match=r"store: problem 'custom' refers to .*, whose content cannot be told"):
        grid(tmp_path, problem=problem)


# ---------------------------------------------------------------- damage


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        half = len(content) // 2
        path.write_bytes(content[:half] + (b"" if how == "short" else bytes([content[half] ^ 1]) + content[half + 1 :]))


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("how", ["gone", "short", "one bit"])
def test_a_damaged_file_is_noticed_and_made_again(tmp_path: Path, how: str) -> None:
    grid(tmp_path)
    damage(next(tmp_path.glob("*.npz")), how)
    with pytest.warns(UserWarning, match="was damaged and is forgotten, with [34] runs$"):
        run = grid(tmp_path)
    assert computed(run) in (3, 4)
    assert_same(run, grid(None))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert computed(grid(tmp_path)) == 0


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("how", ["gone", "short", "one bit"])
def test_merge_puts_a_whole_part_in_the_place_of_a_damaged_one(
    tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    grid(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    damage(next((tmp_path / "a").glob("*.npz")), how)
    for stores, missing in ((["a"], (3, 4)), (["a", "b"], (0,)), (["a"], (0,))):
        assert main(["merge", *(str(tmp_path / name) for name in stores), "--json"]) == 0
        out, err = capsys.readouterr()
        assert json.loads(out)["sweeps"][0]["missing"] in missing
        assert err.count("was damaged") == (stores == ["a"] and 0 not in missing)
    assert_same(stored(tmp_path / "a"), grid(None))
    damage(next((tmp_path / "a").glob("*.npz")), how)
    with pytest.warns(UserWarning, match="was damaged"):
        Store(tmp_path / "a").add(Store(tmp_path / "b"))
    assert computed(grid(tmp_path / "a")) == 0


@pytest.mark.parametrize("folder", [0, 1])
def test_files_that_belong_together_are_put_in_place_together(tmp_path: Path, folder: int) -> None:
    targets = [tmp_path / "a", tmp_path / "b"]
    targets[folder].mkdir()
    targets[1 - folder].write_text("old")
    with pytest.raises(IsADirectoryError) as failed, written_whole(targets) as drafts:
        for draft in drafts:
            draft.write_text("new")
    assert failed.value.filename == str(targets[folder])
    assert targets[1 - folder].read_text() == "old" and len(list(tmp_path.iterdir())) == 2


def test_trouble_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="file is a file; give a folder"):
        grid(tmp_path / "file")
    grid(tmp_path / "a")
    (tmp_path / "a" / LEDGER).write_bytes(b"no ledger" * 1000)
    with pytest.raises(ValueError, match=r"is damaged .*; move it away to begin anew"):
        grid(tmp_path / "a")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, timeout: connect(f"file:{path}?mode=ro", uri=True))
    with pytest.raises(OSError, match="cannot be used: unable to open"):
        grid(tmp_path / "b")


def test_a_full_disk_says_which_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=r"No space left on device: .*npz"):
        grid(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER]


# ---------------------------------------------------------------- several processes, kills


SWEEP = ("sweep", "rosenbrock", "alphagrad", "--alpha", "0.1:10:20", "--learning-rate", "1e-3:1:20", "--dim", "100")
SMALL_PARTS = (
    "import sys; from alphalab.simulation.cores import spread; spread.PART_BYTES = 1e5;"
    "from alphalab.cli import main; sys.exit(main(sys.argv[1:]))"
)


def start(store: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SMALL_PARTS, *SWEEP, "--steps", "500", "--json", "--store", str(store), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(running: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = running.communicate(timeout=300)
    assert (running.returncode, err) == (0, "")
    return dict(json.loads(out))


def stored(folder: Path) -> al.Trajectory:
    store = Store(folder)
    (sweep,) = store.sweeps()
    return stored_run(store, sweep)


def survives(tmp_path: Path, kills: int, *more: str) -> None:
    """Kill a sweep again and again at random moments; what it finally says is what an undisturbed one says."""
    began = time.monotonic()
    undisturbed = told(start(tmp_path / "whole", *more))
    seconds, moments, done = time.monotonic() - began, random.Random(0), 0
    while done < kills:
        with start(tmp_path / "cut", *more) as running:
            time.sleep(moments.uniform(0.1, 1.0) * seconds)
            done += running.poll() is None
            finished = running.poll() is not None
            running.send_signal(signal.SIGKILL)
        if finished:
            shutil.rmtree(tmp_path / "cut")
    last = told(start(tmp_path / "cut", *more))
    assert last["settings"] == undisturbed["settings"]
    assert_same(stored(tmp_path / "cut"), stored(tmp_path / "whole"))


def test_a_killed_sweep_goes_on(tmp_path: Path) -> None:
    survives(tmp_path, 2)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_sweep_survives_many_kills(tmp_path: Path, jobs: str) -> None:
    survives(tmp_path, 25, "--jobs", jobs)


@pytest.mark.parametrize("steps", ["500", "2000"])  # 34 parts of 12 runs, 134 of 3
def test_two_processes_share_a_sweep(tmp_path: Path, steps: str) -> None:
    one, other = (told(running) for running in [start(tmp_path, "--steps", steps) for _ in range(2)])
    assert one["settings"] == other["settings"]
    assert 400 <= one["computed"] + other["computed"] <= 1.2 * 400


def test_two_processes_share_one_part(tmp_path: Path) -> None:
    """One makes it, the other waits for it: a second time it would take as long."""
    command = [sys.executable, "-m", "alphalab", *SWEEP, "--steps", "3000", "--json", "--store", str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    one, other = map(told, both)
    assert one["settings"] == other["settings"]
    assert 400 <= one["computed"] + other["computed"] <= 1.2 * 400


def claiming(folder: Path) -> Kept:
    return Kept.begun(Store(folder), planned(**settings()))


def test_a_claim_of_who_is_gone_or_silent_is_void(tmp_path: Path) -> None:
    mine = claiming(tmp_path)
    rows = np.arange(len(mine.keys))
    with mine.claims.alive():
        np.testing.assert_array_equal(mine.claimed(rows[:10]), rows[:10])
        other = claiming(tmp_path)
        np.testing.assert_array_equal(other.claimed(rows[5:20]), rows[10:20])
        np.testing.assert_array_equal(mine.claimed(rows), np.r_[rows[:10], rows[20:]])
    np.testing.assert_array_equal(other.claimed(rows[:10]), rows[:10])  # taken back
    assert claims.lives(other.claims.owner, time.time())
    assert not claims.lives(other.claims.owner, time.time() - 60)
    assert not claims.lives(f"{platform.node()}/{2**22 + 1}/x", time.time())  # no process has this number
    assert claims.lives(f"elsewhere/{2**22 + 1}/x", time.time())


def test_a_run_that_another_makes_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "PATIENCE", 1.0)
    other = claiming(tmp_path)
    other.claimed(np.arange(10))
    began = time.monotonic()
    found = grid(tmp_path)  # the other says nothing any more
    assert time.monotonic() - began > 0.9
    assert computed(found) == 35
    assert_same(found, grid(None))


def test_a_claim_is_said_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "BEAT", 0.01)
    mine = claiming(tmp_path)
    asked = "SELECT said FROM claims"
    with mine.claims.alive():
        mine.claimed(np.arange(3))
        with mine.store.ledger() as ledger:
            first = ledger.execute(asked).fetchone()
        deadline = time.monotonic() + 20
        while True:
            with mine.store.ledger() as ledger:
                if ledger.execute(asked).fetchone() > first:
                    break
            assert time.monotonic() < deadline
            time.sleep(0.01)
    with mine.store.ledger() as ledger:
        assert ledger.execute(asked).fetchall() == []


# ---------------------------------------------------------------- shards, merge, export

ARGV = (
    "sweep",
    "huber",
    "adam",
    "--learning-rate",
    "1e-3:1:7",
    "--beta1",
    "0,0.5,0.9",
    "--starts",
    "2",
    "--steps",
    "9",
)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command that succeeds and return what it prints."""

    def run(*argv: str) -> str:
        assert main(argv) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return run


def test_shards_are_merged(say: Callable[..., str], tmp_path: Path) -> None:
    stores = [str(tmp_path / str(i)) for i in range(1, 4)]
    for i, store in enumerate(stores, 1):
        for there in (0, 14):
            assert say(*ARGV, "--shard", f"{i}/3", "--store", store) == (
                f"shard {i}/3: 14 of 42 runs, {there} were in {store} already\n"
            )
    (row,) = json.loads(say("merge", *stores[:2], "--json"))["sweeps"]
    assert (row["optimizer"], row["problem"], row["runs"], row["missing"]) == ("Adam", "huber", 42, 14)
    assert main(["merge", stores[0], "--export", str(tmp_path / "all.npz")]) == 2
    assert not (tmp_path / "all.npz").exists()


def test_a_merged_store_is_the_sweep(say: Callable[..., str], tmp_path: Path) -> None:
    for i in (1, 2):
        say(*ARGV, "--shard", f"{i}/2", "--store", str(tmp_path / str(i)))
    say(*ARGV, "--save", str(tmp_path / "alone"))
    merged = ("merge", *(str(tmp_path / name) for name in ("both", "1", "2")))
    assert "exported" in say(*merged, "--export", str(tmp_path / "all.npz"))
    assert_same(al.Trajectory.load(tmp_path / "all.npz"), al.Trajectory.load(tmp_path / "alone"))
    again = json.loads(say(*ARGV, "--store", str(tmp_path / "both"), "--json"))
    assert again["computed"] == 0
    assert again["settings"] == json.loads(say(*ARGV, "--json"))["settings"]
    say(*ARGV[:-1], "8", "--store", str(tmp_path / "both"))
    assert main([*merged, "--export", str(tmp_path / "all.csv")]) == 2  # which of the two sweeps?


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.filterwarnings("default")
def test_every_format_holds_a_lone_run(tmp_path: Path, ending: str) -> None:
    if ending in (".nc", ".parquet"):
        pytest.importorskip("xarray" if ending == ".nc" else "pyarrow")
    run = al.simulate(al.AlphaGrad(), al.problem("rosenbrock"), np.ones(2), 4, observe=WATCHED)
    assert export(run, tmp_path / f"run{ending}").is_file()


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.filterwarnings("default")
def test_every_format_holds_the_run(tmp_path: Path, ending: str) -> None:
    sweep = al.Sweep(alpha=[1.0, 2.0], x0=np.arange(6.0).reshape(3, 2))
    run = al.simulate(al.AlphaGrad(alpha=sweep.alpha), al.problem("rosenbrock"), sweep.x0, 4, observe=WATCHED)
    if ending in (".nc", ".parquet"):
        pytest.importorskip("xarray" if ending == ".nc" else "pyarrow")
    path = export(run, tmp_path / f"run{ending}")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    found, about = READERS[ending](path)
    assert about["settings"] == json.loads(json.dumps(run.settings))
    assert about["environment"] == run.environment
    expected = columns(run)
    for name in ("alpha", "value", "mean:gradient_norm", "x_last", "status", "status_step"):
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)
    with pytest.raises(ValueError, match=r"export: run.xls must end in .npz, .csv, .parquet, .nc"):
        export(run, "run.xls")


def test_a_csv_is_one_kind_of_lines_however_it_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = al.simulate(al.AlphaGrad(alpha=ALPHAS), al.problem("rosenbrock"), np.ones(2), 4)
    whole = export(run, tmp_path / "whole.csv").read_bytes()
    assert whole.count(b"\n") == len(ALPHAS) + 2 and b"\r" not in whole
    for cells in (1, 50):
        monkeypatch.setattr("alphalab.simulation.store.export.CELLS", cells)
        assert export(run, tmp_path / "cut.csv").read_bytes() == whole


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    run = al.simulate(al.AlphaGrad(), al.problem("rosenbrock"), np.ones((2, 2)), 1, dims=["value_0"])
    with pytest.raises(ValueError, match=r"export: 2 columns of a .csv would be called 'value_0'"):
        export(run, tmp_path / "run.csv")


def read_npz(path: Path) -> tuple[Any, Any]:
    run = al.Trajectory.load(path)
    return columns(run), {"settings": run.settings, "environment": run.environment}


def read_csv(path: Path) -> tuple[Any, Any]:
    with path.open(newline="") as file:
        about = json.loads(file.readline().removeprefix("# "))
        rows = list(csv.DictReader(file))
    found = {name: np.asarray([row[name] for row in rows]) for name in rows[0]}
    found |= {name: array.astype(float) for name, array in found.items() if name != "status"}
    wide = {"value": range(4), "x_last": range(2)}
    return found | {
        name: np.stack([found[f"{name}_{i}"] for i in places], axis=1) for name, places in wide.items()
    }, about


def read_parquet(path: Path) -> tuple[Any, Any]:
    table = importlib.import_module("pyarrow.parquet").read_table(path)
    found = {name: np.asarray(table[name].to_pylist()) for name in table.column_names}
    return found, json.loads(table.schema.metadata[b"alphalab"])


def read_netcdf(path: Path) -> tuple[Any, Any]:
    with importlib.import_module("xarray").open_dataset(path, engine="scipy") as data:
        found = {name: data[name].values for name in data.data_vars}
        alpha = np.repeat(data["alpha"].values, 3)
        about = json.loads(data.attrs["alphalab"])
    found["value"], found["x_last"] = found["value"].reshape(4, -1).T, found["x_last"].reshape(-1, 2)
    return {name: array if array.ndim == 2 and len(array) == 6 else array.ravel() for name, array in found.items()} | {
        "alpha": alpha
    }, about


READERS = {".npz": read_npz, ".csv": read_csv, ".parquet": read_parquet, ".nc": read_netcdf}
