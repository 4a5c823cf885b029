"""A store of runs: nothing is made twice, nothing is lost, and nothing is taken for something else."""

from __future__ import annotations

import csv
import dataclasses
import importlib
import json
import os
import pickle
import random
import shutil
import signal
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
from alphalab.cli.merge import stored_run
from alphalab.digest import PACKAGE, code_digest
from alphalab.files import written_whole
from alphalab.simulation import parallel, store
from alphalab.simulation.export import FORMATS, columns, export
from alphalab.simulation.store import SWEEP, description, merge, parts, sweeps

ALPHAS = np.geomspace(0.1, 10.0, 7)
ETAS = np.geomspace(1e-3, 1e-1, 5)
WATCHED = ("value", "mean:gradient_norm")


def grid(folder: Path | None, etas: Any = ETAS, alphas: Any = ALPHAS, **changed: Any) -> al.Trajectory:
    """A sweep of 35 runs."""
    sweep = al.Sweep(learning_rate=etas, alpha=alphas)
    method = al.AlphaGrad(learning_rate=sweep.learning_rate, alpha=sweep.alpha)
    problem = al.problem("rosenbrock", n=3)
    given = {"optimizer": method, "problem": problem, "x0": problem.start(), "steps": 20, "observe": WATCHED} | changed
    return al.simulate(**given, store=folder)


def computed(run: al.Trajectory) -> int:
    return int(run.environment["computed"])


def files(folder: Path) -> list[Path]:
    """The parts of the one context in a store."""
    (context,) = folder.iterdir()
    return parts(context)


# ---------------------------------------------------------------- nothing is made twice


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few runs, so that small sweeps have many."""
    whole = parallel.part_bytes
    monkeypatch.setattr(parallel, "part_bytes", lambda plan, *rest: min(4 * plan.run_bytes(), whole(plan, *rest)))


@pytest.mark.private
@pytest.mark.usefixtures("small_parts")
def test_a_second_sweep_makes_no_run_and_is_the_same(tmp_path: Path) -> None:
    alone = grid(None)
    for jobs, made in ((1, 35), (2, 0), (1, 0)):
        run = grid(tmp_path, jobs=jobs)
        assert computed(run) == made
        assert_same(run, alone)
    assert len(files(tmp_path)) == 9 and len(list(tmp_path.glob(f"*/*{SWEEP}"))) == 1


@pytest.mark.private
@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_extended_sweep_makes_only_the_new_runs(tmp_path: Path, jobs: int) -> None:
    grid(tmp_path)
    for etas, alphas, new in (
        (np.append(ETAS, 0.5), ALPHAS, 7),
        (ETAS, np.insert(ALPHAS, 3, 1.5), 5),
        (ETAS[1:3], ALPHAS[::-1], 0),
        (ETAS[:2], np.asarray([ALPHAS[0], 77.0, 77.0]), 4),
    ):
        run = grid(tmp_path, etas, alphas, jobs=jobs)
        assert computed(run) == new
        assert_same(run, grid(None, etas, alphas))
        assert computed(grid(tmp_path, etas, alphas)) == 0


@dataclasses.dataclass(frozen=True)
class Valley:
    """A problem of the user's own class: f = scale sum x^2/2."""

    scale: float = 1.0
    key: str | None = None
    slope: Callable[[Any], Any] = lambda x: x
    name: str = "valley"
    n: int = 3
    constants: Any = al.problem("rosenbrock", n=3).constants

    def value_and_gradient(self, x: Any) -> tuple[Any, Any]:
        return self.value(x), self.gradient(x)

    def value(self, x: Any) -> Any:
        return self.scale * np.sum(x**2, axis=-1) / 2

    def gradient(self, x: Any) -> Any:
        return self.scale * self.slope(x)

    def start(self, seed: int = 0) -> np.ndarray:
        return np.ones(3)


class Squash:
    """A function of the user's own, u -> tanh(power u), that only its key tells from another."""

    def __init__(self, power: float, key: str | None = None) -> None:
        self.power, self.key = power, key

    def __call__(self, u: Any) -> Any:
        return np.tanh(self.power * u)


def doubled(x: Any, f: Any, g: Any, d: Any) -> Any:
    return 2 * f


CHANGES: list[dict[str, Any]] = [
    {"steps": 21},
    {"observe": ("value",)},
    {"observe": ("value", "max:gradient_norm")},
    {"observe": (al.observable(doubled, key="2 f"),)},
    {"observe": (al.observable(doubled, key="2 f, again"),)},
    {"observe": (al.observable(doubled, key="2 f", name="twice"),)},
    {"tolerance": 1e-3},
    {"x0": np.ones(3)},
    {"x0": np.ones(3, np.float32)},
    {"x0": np.nextafter(al.problem("rosenbrock", n=3).start(), 9)},
    {"problem": al.problem("quadratic", n=3)},
    {"problem": Valley(key="x^2")},
    {"problem": Valley(2.0, key="x^2")},
    {"problem": Valley(key="x^2, again")},
    {"optimizer": al.AlphaGrad(alpha=ALPHAS)},
    {"optimizer": al.AlphaGrad(alpha=ALPHAS, epsilon=1e-7)},
    {"optimizer": al.HeavyBall(al.AlphaGrad(alpha=ALPHAS))},
    {"optimizer": al.HeavyBall(al.AlphaGrad(alpha=ALPHAS), momentum=0.5)},
    {"optimizer": al.ScaledTanh(alpha=ALPHAS)},
    {"optimizer": al.Scheduled(al.AlphaGrad(alpha=ALPHAS), schedule=al.inverse)},
    {"optimizer": al.Scheduled(al.AlphaGrad(alpha=ALPHAS), schedule=al.Geometric(0.9))},
    {"optimizer": al.Scheduled(al.AlphaGrad(alpha=ALPHAS), schedule=al.Geometric(0.8))},
    {"optimizer": al.NormalizedNonlinear(np.tanh)},
    {"optimizer": al.NormalizedNonlinear(np.arctan)},
    {"optimizer": al.NormalizedNonlinear(Squash(2.0, key="tanh 2u"))},
    {"optimizer": al.NormalizedNonlinear(Squash(3.0, key="tanh 3u"))},
]


@pytest.mark.private
def test_what_is_changed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grid(tmp_path)
    for change in CHANGES:
        assert computed(grid(tmp_path, **change)) == len(grid(None, **change).status.reshape(-1)), change
    for change in CHANGES:
        run = grid(tmp_path, **change)
        assert computed(run) == 0
        assert_same(run, grid(None, **change))
    for name in ("code_digest", "kernels"):
        monkeypatch.setattr(store, name, lambda *floors: "another")
        assert computed(grid(tmp_path)) == 35
        monkeypatch.undo()


def test_runs_rest_on_every_floor_below_the_claims() -> None:
    """A file that is left out could change, and stored runs would be found again as if it had not."""
    floors = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    above = {"__init__", "__main__", "style", "torch", "optax", "curves", "claims", "experiments", "training", "cli"}
    assert set(store.ABOVE) == above and above < floors


def test_the_digest_of_the_code_is_another_for_a_changed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alphalab.digest.PACKAGE", tmp_path)
    (tmp_path / "floor").mkdir()
    for name in ("a.py", "b.py", "floor/a.py", "floor/told.json"):
        (tmp_path / name).write_text("1")
    seen = set()
    for name in ("a.py", "floor/a.py", "b.py", "floor/told.json"):
        for text in ("1", "2"):
            (tmp_path / name).write_text(text)
            for suffixes in ((".py",), (".py", ".json")):
                seen.add((code_digest.__wrapped__(("b",), suffixes), suffixes))
    assert len(seen) == 3 + 4  # of a.py, of floor/a.py; b is left out, and told.json where it is not asked for


def test_other_libraries_are_kept_apart(tmp_path: Path) -> None:
    places = [np.ones(3), backend("array-api-strict").asarray(np.ones(3))]
    for name in ("torch", "jax"):
        if importlib.util.find_spec(name):
            places.append(backend(name).asarray(np.ones(3)))
    for x0 in places:
        assert [computed(grid(tmp_path, x0=x0, optimizer=al.SignSGD())) for _ in range(2)] == [1, 0]
    if len(places) == 4:
        assert computed(grid(tmp_path, x0=np.ones(3), optimizer=al.SignSGD(), backend="jax")) == 0


@pytest.mark.private
def test_every_member_of_a_registry_is_itself_and_no_other() -> None:
    problems = [al.problem(entry.name) for entry in al.PROBLEMS if not entry.real_data]  # real data take seconds
    members = [*problems, *(rule() for rule in al.OPTIMIZERS)]
    told = [json.dumps(description(member, "it")) for member in members]
    assert len(set(told)) == len(members)
    assert [json.dumps(description(pickle.loads(pickle.dumps(member)), "it")) for member in members] == told


@pytest.mark.private
def test_another_process_says_the_same() -> None:
    code = (
        "import alphalab as al, json, numpy as np; from alphalab.simulation.store import context_of, keys_of;"
        "from alphalab.simulation.plan import planned; p = al.problem('logistic');"
        "m = al.Scheduled(al.NormalizedNonlinear(np.tanh, learning_rate=[.1, .2]), schedule=al.Geometric(.9));"
        "plan = planned(m, p, p.start(), 3, ('value', 'mean:value'));"
        "print(context_of(plan), keys_of(plan).tolist())"
    )
    seeds = [os.environ | {"PYTHONHASHSEED": str(seed)} for seed in (1, 2)]
    said = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env).stdout
        for env in seeds
    ]
    assert said[0] == said[1] != ""


UNTOLD: list[tuple[dict[str, Any], str]] = [
    (
        {"problem": al.CustomProblem(value=lambda x: np.sum(x**2, axis=-1), gradient=lambda x: 2 * x, n=3)},
        "problem 'custom' holds function <lambda>",
    ),
    ({"problem": Valley()}, "problem 'valley' holds Valley"),
    ({"optimizer": al.NormalizedNonlinear(lambda u: u)}, "optimizer 'normalized-nonlinear' holds function <lambda>"),
    ({"optimizer": al.NormalizedNonlinear(Squash(1.0))}, "optimizer 'normalized-nonlinear' holds Squash"),
    ({"optimizer": al.Scheduled(al.Adam(), schedule=lambda t: 1 / t)}, "optimizer 'scheduled' holds function"),
    ({"optimizer": al.HeavyBall(al.NormalizedNonlinear(np.vectorize(abs)))}, "optimizer 'heavy-ball' holds vectorize"),
    ({"observe": ("value", doubled)}, "observe 'doubled' holds function doubled"),
    ({"observe": (lambda x, f, g, d: f,)}, "observe '<lambda>' holds function <lambda>"),
]


@pytest.mark.parametrize(("change", "named"), UNTOLD)
def test_a_function_without_a_key_is_refused_by_name_before_the_run(
    tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValueError, match=rf"^store: {named}.*, which no store can tell .* key"):
        grid(tmp_path, **change)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["", 3, None])
def test_a_key_is_a_text(key: Any) -> None:
    with pytest.raises(ValueError, match="observable: give a function and a key, a text, got"):
        al.observable(doubled, key=key)


# ---------------------------------------------------------------- damage


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        half = len(content) // 2
        path.write_bytes(content[:half] + (b"" if how == "short" else bytes([content[half] ^ 1]) + content[half + 1 :]))


@pytest.mark.private
@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("how", ["gone", "short", "one bit"])
def test_a_damaged_file_is_noticed_and_made_again(tmp_path: Path, how: str) -> None:
    grid(tmp_path)
    victim = files(tmp_path)[0]
    damage(victim, how)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        run = grid(tmp_path)
    told = [str(one.message) for one in heard]
    assert told == ([] if how == "gone" else [f"store: {victim} was damaged and is removed; its runs are made again"])
    assert computed(run) in (3, 4)
    assert_same(run, grid(None))
    assert computed(grid(tmp_path)) == 0


@pytest.mark.private
@pytest.mark.usefixtures("small_parts")
@pytest.mark.filterwarnings("ignore:store")
def test_no_flipped_bit_is_taken_for_a_result(tmp_path: Path) -> None:
    """In the headers of the file too, of which there is more than numbers."""
    alone = grid(tmp_path)
    victim = files(tmp_path)[0]
    whole, places = victim.read_bytes(), random.Random(0)
    for place in places.sample(range(8 * len(whole)), 60):
        spoilt = bytearray(whole)
        spoilt[place // 8] ^= 1 << place % 8
        victim.write_bytes(spoilt)
        assert_same(grid(tmp_path), alone)


@pytest.mark.private
@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("how", ["gone", "short", "one bit"])
def test_merge_puts_a_whole_part_in_the_place_of_a_damaged_one(
    tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    grid(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    damage(files(tmp_path / "a")[0], how)
    for stores, missing in ((["a"], (3, 4)), (["a", "b"], (0,)), (["a"], (0,))):
        assert main(["merge", *(str(tmp_path / name) for name in stores), "--json"]) == 0
        out, err = capsys.readouterr()
        assert json.loads(out)["sweeps"][0]["missing"] in missing
        assert err.count("was damaged") == (how != "gone" and 0 not in missing)
    assert_same(stored(tmp_path / "a"), grid(None))


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


def test_trouble_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="file is a file; give a folder"):
        grid(tmp_path / "file")
    with pytest.raises(ValueError, match="'' is no folder"):
        grid("")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"store: there is none in .*nowhere"):
        merge(tmp_path / "nowhere")
    grid(tmp_path / "a")
    (sweep,) = (tmp_path / "a").glob(f"*/*{SWEEP}")
    sweep.write_bytes(b"no sweep")
    with pytest.warns(UserWarning, match="was damaged and is removed"):
        assert sweeps(tmp_path / "a") == []
    assert computed(grid(tmp_path / "a")) == 0 and len(sweeps(tmp_path / "a")) == 1


def test_a_full_disk_says_which_file_and_leaves_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save, calls = np.savez, []

    def full(file: Any, **arrays: Any) -> None:
        calls.append(file)
        if len(calls) > 1:  # the first is the sweep
            raise OSError(28, "No space left on device")
        save(file, **arrays)

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match=r"No space left on device: .*[0-9a-f]\.npz'$"):
        grid(tmp_path)
    assert [path.name.endswith(SWEEP) for path in tmp_path.glob("*/*")] == [True]


# ---------------------------------------------------------------- several processes, kills


SWEEP_ARGV = (
    "sweep",
    "rosenbrock",
    "alphagrad",
    "--alpha",
    "0.1:10:20",
    "--learning-rate",
    "1e-3:1:20",
    "--dim",
    "100",
)
SMALL_PARTS = (
    "import sys; from alphalab.simulation import parallel; parallel.PART_BYTES = 2e4;"
    "from alphalab.cli import main; sys.exit(main(sys.argv[1:]))"
)


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    """Begin a sweep of 400 runs in 34 parts."""
    command = [
        sys.executable,
        "-c",
        SMALL_PARTS,
        *SWEEP_ARGV,
        "--steps",
        "500",
        "--json",
        "--store",
        str(folder),
        *more,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(running: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = running.communicate(timeout=600)
    assert (running.returncode, err) == (0, "")
    return dict(json.loads(out))


def stored(folder: Path) -> al.Trajectory:
    (sweep,) = sweeps(folder)
    return stored_run(sweep)


def count(folder: Path) -> int:
    return len([path for path in folder.glob("*/[!.]*.npz") if not path.name.endswith(SWEEP)])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], al.Trajectory]:
    """What a sweep says and stores that nobody disturbs."""
    folder = tmp_path_factory.mktemp("whole")
    said = told(start(folder))
    assert count(folder) == 34
    return said["settings"], stored(folder)


def survives(undisturbed: Any, tmp_path: Path, kills: int, *more: str) -> None:
    """Kill a sweep again and again after a few parts more; what it finally says is what an undisturbed one says."""
    moments, done = random.Random(0), 0
    while done < kills:
        wanted = min(33, count(tmp_path / "cut") + moments.randrange(0, 66 // kills + 1))
        with start(tmp_path / "cut", *more) as running:
            while running.poll() is None and count(tmp_path / "cut") < wanted:
                time.sleep(0.001)
            time.sleep(moments.uniform(0.0, 0.05))  # in the middle of a part, or of writing it
            done += running.poll() is None
            running.send_signal(signal.SIGKILL)
        if count(tmp_path / "cut") == 34:
            shutil.rmtree(tmp_path / "cut")
    last = told(start(tmp_path / "cut", *more))
    assert last["settings"] == undisturbed[0]
    assert_same(stored(tmp_path / "cut"), undisturbed[1])


@pytest.mark.private
def test_a_killed_sweep_goes_on(undisturbed: Any, tmp_path: Path) -> None:
    survives(undisturbed, tmp_path, 2)


@pytest.mark.slow
@pytest.mark.private
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_sweep_survives_many_kills(undisturbed: Any, tmp_path: Path, jobs: str) -> None:
    survives(undisturbed, tmp_path, 25, "--jobs", jobs)


@pytest.mark.private
def test_two_processes_on_one_folder_never_spoil_it(undisturbed: Any, tmp_path: Path) -> None:
    """They may make a part twice, and write the same."""
    one, other = (told(running) for running in [start(tmp_path) for _ in range(2)])
    assert one["settings"] == other["settings"] == undisturbed[0]
    assert one["computed"] <= 400 and other["computed"] <= 400 <= one["computed"] + other["computed"]
    assert_same(stored(tmp_path), undisturbed[1])


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
    for i, folder in enumerate(stores, 1):
        for there in (0, 14):
            assert say(*ARGV, "--shard", f"{i}/3", "--store", folder) == (
                f"shard {i}/3: 14 of 42 runs, {there} were in {folder} already\n"
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
    assert run.export(tmp_path / f"run{ending}").is_file()


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
        np.testing.assert_array_equal(found[name].astype(expected[name].dtype), expected[name], err_msg=name)
    with pytest.raises(ValueError, match=r"export: run.xls must end in .npz, .csv, .parquet, .nc"):
        export(run, "run.xls")


def test_a_csv_is_one_kind_of_lines_however_it_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = al.simulate(al.AlphaGrad(alpha=ALPHAS), al.problem("rosenbrock"), np.ones(2), 4)
    whole = export(run, tmp_path / "whole.csv").read_bytes()
    assert whole.count(b"\n") == len(ALPHAS) + 2 and b"\r" not in whole
    for cells in (1, 50):
        monkeypatch.setattr("alphalab.simulation.export.CELLS", cells)
        assert export(run, tmp_path / "cut.csv").read_bytes() == whole


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    run = al.simulate(al.AlphaGrad(), al.problem("rosenbrock"), np.ones((2, 2)), 1, dims=["value_0"])
    with pytest.raises(ValueError, match=r"export: 2 columns of a .csv would be called 'value_0'"):
        export(run, tmp_path / "run.csv")


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "longdouble"])
def test_every_format_holds_every_dtype_or_refuses_it_by_name(tmp_path: Path, ending: str, dtype: str) -> None:
    """Widened where a format has none so narrow; nothing is rounded."""
    if ending in (".nc", ".parquet"):
        pytest.importorskip("xarray" if ending == ".nc" else "pyarrow")
    sweep = al.Sweep(alpha=[1.0, 2.0], x0=np.arange(6.0).reshape(3, 2) / 7)
    method = al.AlphaGrad(alpha=sweep.alpha, epsilon=1e-3)
    run = al.simulate(method, al.problem("rosenbrock"), sweep.x0.astype(dtype), 4, observe=WATCHED)
    assert run.value.dtype == dtype
    if dtype == "longdouble" and ending in (".nc", ".parquet"):
        with pytest.raises(ValueError, match=rf"export: {ending} has no numbers of {run.value.dtype}; .npz keeps them"):
            run.export(tmp_path / f"run{ending}")
        assert list(tmp_path.iterdir()) == []
        return
    path = run.export(tmp_path / f"run{ending}")
    found, expected = READERS[ending](path)[0], columns(run)
    for name in ("value", "mean:gradient_norm", "x_last", "gradient_norm_last"):
        np.testing.assert_array_equal(found[name].astype(dtype), expected[name], err_msg=name)


def read_npz(path: Path) -> tuple[Any, Any]:
    run = al.Trajectory.load(path)
    return columns(run), {"settings": run.settings, "environment": run.environment}


def read_csv(path: Path) -> tuple[Any, Any]:
    with path.open(newline="") as file:
        about = json.loads(file.readline().removeprefix("# "))
        rows = list(csv.DictReader(file))
    found = {name: np.asarray([row[name] for row in rows]) for name in rows[0]}
    found |= {name: array.astype(np.longdouble) for name, array in found.items() if name != "status"}
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
