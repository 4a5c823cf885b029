"""Laws of experiments, applied to every member of EXPERIMENTS: tables, figures, files, and the check against files."""

import dataclasses
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from alphalab import experiments
from alphalab.cli import main
from alphalab.experiments import EXPERIMENTS, experiment, load, redraw, run, write
from alphalab.experiments.check import compare
from alphalab.experiments.environment import arithmetic
from alphalab.experiments.store import FORMATS, pictures, publish, stored_command
from alphalab.experiments.table import arithmetic_of, command_of, decode, encode

KEYS = [e.key for e in EXPERIMENTS]
KINDS, POINTS = ("svg", "csv"), 72  # of a quick look: its formats, and the units per inch of its picture
every = pytest.mark.parametrize("key", KEYS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the quick files of every experiment."""
    place = tmp_path_factory.mktemp("figures")
    for one in EXPERIMENTS:
        write(one, place, quick=True)
    return place


@pytest.fixture(scope="module")
def tables():
    """The quick tables, computed a second time."""
    return {one.key: run(one, quick=True) for one in EXPERIMENTS}


@pytest.fixture(scope="module")
def again(tables, tmp_path_factory):
    """A folder with the files of a second run, over pictures of other numbers, and the figures as they were saved."""
    place, figures = tmp_path_factory.mktemp("again"), {}
    for one in EXPERIMENTS:

        def drawn(data, one=one):
            figures[one.key] = one.draw(data)
            return figures[one.key]

        (place / f"{one.key}.png").write_bytes(b"of other numbers")
        paths = write(dataclasses.replace(one, compute=lambda quick, one=one: tables[one.key], draw=drawn), place, True)
        assert [path.name for path in paths] == [f"{one.key}.{kind}" for kind in KINDS]
        figures[one.key].set_dpi(POINTS)
    return place, figures


def contents(place):
    return {path.name: path.read_bytes() for path in place.iterdir()}


def same(a, b):
    assert list(a) == list(b)
    for name in a:
        assert a[name].dtype.kind == b[name].dtype.kind
        np.testing.assert_array_equal(a[name], b[name], strict=False)


# ---- every experiment


def test_keys_are_registry_names():
    assert len(set(KEYS)) == len(KEYS)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in KEYS)
    assert all(one.name == one.key and experiment(one.key) is one for one in EXPERIMENTS)
    with pytest.raises(ValueError, match="theorem-1"):
        experiment("theorem_1")


@every
def test_the_table_is_what_compute_returns_and_reads_back_exactly(folder, tables, key):
    data = tables[key]
    assert all(isinstance(array, np.ndarray) and array.ndim == 1 and array.size for array in data.values())
    same(data, load(folder, key))


@every
def test_the_table_says_what_it_holds(folder, key):
    text = (folder / f"{key}.csv").read_text()
    assert text.startswith(f"# {key}: ")
    assert command_of(text) == f"alphalab figures {key} --quick"
    assert all(f"# column {name} (" in text and meaning in text for name, meaning in experiment(key).columns.items())


@every
def test_every_axes_has_named_axes(again, key):
    assert again[1][key].axes
    for axes in again[1][key].axes:
        assert axes.get_xlabel() and axes.get_ylabel()


@every
@pytest.mark.private
def test_no_text_is_clipped_and_no_two_texts_overlap(again, key):
    figure, boxes = again[1][key], []
    for text in shown_texts(figure):
        box = text.get_window_extent().padded(-0.72)
        assert box.x0 >= 0 and box.y0 >= 0, text.get_text()
        assert box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1, text.get_text()
        boxes.append((text.get_text(), box))
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        assert not a.overlaps(b), f"{one!r} overlaps {two!r}"


@every
@pytest.mark.private
def test_no_two_lines_of_a_legend_look_the_same(again, key):
    figure = again[1][key]
    for legend in filter(None, (*figure.legends, *(axes.get_legend() for axes in figure.axes))):
        lines = [one for one in legend.legend_handles if isinstance(one, Line2D)]
        looks = [(line.get_color(), line.get_marker(), str(line._unscaled_dash_pattern)) for line in lines]
        assert len(set(looks)) == len(looks), [text.get_text() for text in legend.get_texts()]


@every
def test_no_word_of_a_legend_lies_on_a_line(again, key):
    for axes in again[1][key].axes:
        words = axes.get_legend().get_texts() if axes.get_legend() else []
        paths = [line.get_transform().transform_path(line.get_path()) for line in axes.get_lines()]
        for word, path in itertools.product(words, (path for path in paths if len(path.vertices) > 1)):
            assert not path.intersects_bbox(word.get_window_extent(), filled=False), word.get_text()


def shown_texts(figure):
    """Every visible text; of the ticks only those within the limits, as matplotlib keeps others undrawn."""
    axes = [one for panel in figure.axes for one in (panel.xaxis, panel.yaxis)]
    ticks = {label for axis in axes for tick in axis.get_major_ticks() for label in (tick.label1, tick.label2)}
    within = {label for axis in axes for tick in axis._update_ticks() for label in (tick.label1, tick.label2)}
    texts = figure.findobj(lambda artist: type(artist).__name__ in ("Text", "Annotation"))
    return [t for t in texts if t.get_text() and t.get_visible() and (t in within or t not in ticks)]


@every
def test_a_second_run_writes_the_same_bytes(folder, again, key):
    assert {path.name for path in again[0].glob(f"{key}.*")} == {f"{key}.{kind}" for kind in KINDS}
    for kind in KINDS:
        assert (again[0] / f"{key}.{kind}").read_bytes() == (folder / f"{key}.{kind}").read_bytes()
    assert (folder / f"{key}.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("key", ["theorem-1", "phase-diagram", "landscape"])  # a foot line, bars, contours
def test_every_format_has_the_same_bytes_again(tables, key, monkeypatch):
    monkeypatch.delitem(FORMATS, "svg")  # that of every figure: above
    starts = {"pdf": b"%PDF", "png": b"\x89PNG"}
    first, second = (pictures(experiment(key), tables[key]) for _ in range(2))
    assert first == second
    assert list(first) == [f"{key}.{kind}" for kind in starts]
    assert all(first[f"{key}.{kind}"].startswith(start) for kind, start in starts.items())


def test_redraw_from_the_stored_numbers(folder, tmp_path):
    key = KEYS[0]
    (tmp_path / f"{key}.csv").write_bytes((folder / f"{key}.csv").read_bytes())
    redraw(tmp_path, key)
    assert contents(tmp_path) == {f"{key}.{kind}": (folder / f"{key}.{kind}").read_bytes() for kind in KINDS}
    assert stored_command(tmp_path, key).endswith(" --quick")


def test_theorem_1_says_where_it_does_not_apply(folder):
    data = load(folder, "theorem-1")
    left_out = data["outcome"] == "not applicable"
    assert set(data["problem"][left_out]) == {"pl-sine", "rastrigin-rotated"}
    assert set(data["because"][left_out]) == {"f is not convex"}
    assert np.isnan(data["right"][left_out]).all()


@pytest.mark.parametrize("key", ["theorem-1", "theorem-2"])
def test_measured_stays_below_every_bound(folder, key):
    data = load(folder, key)
    assert "violated" not in data["outcome"]
    assert {"strongly-convex", "convex", "pl", "non-convex"} <= set(data["kind"])
    assert data["real_data"].any()


def test_the_learning_rate_over_t_is_where_the_bound_is_least(folder):
    data = load(folder, "theorem-2")
    rows = (data["problem"] == "quadratic") & (data["along"] == "T") & (data["claim"] == "thm-2")
    np.testing.assert_allclose(data["right"][rows] * np.sqrt(data["T"][rows]), data["right"][rows][0], rtol=1e-12)


# ---- the check


def free(one, column, data):
    """The rows of a column that may differ on another machine."""
    masks = [cells.rows(data) for cells in one.sensitive if column in cells.columns or not cells.columns]
    return np.any(masks, axis=0) if masks else np.zeros(len(data[column]), dtype=bool)


@every
def test_a_second_computation_agrees_with_the_file(folder, tables, key):
    found = compare(experiment(key), load(folder, key), tables[key], same_arithmetic=True)
    assert found.departures == () and found.left_out == {}
    assert found.compared == sum(column.size for column in tables[key].values())
    assert arithmetic_of((folder / f"{key}.csv").read_text()) == arithmetic()


@every
def test_every_changed_cell_is_noticed(tables, key):
    one, data = experiment(key), tables[key]
    for column, cells in data.items():
        bound = np.flatnonzero(~free(one, column, data))
        for same_arithmetic, rows in ((True, range(len(cells))), (False, bound)):
            row = next((i for i in rows if cells.dtype.kind != "f" or (np.isfinite(cells[i]) and cells[i])), None)
            if row is None:
                continue
            changed = cells.copy()
            changed[row] = planted(cells[row], 1 + 1e-6)
            (said,) = compare(one, data | {column: changed}, data, same_arithmetic).departures
            assert f"{key}: column {column!r}, row " in said and "the furthest of 1 cells" in said
            assert (str(cells[row].item()) in said and str(changed[row].item()) in said) or cells.dtype.kind == "U"
            if cells.dtype.kind == "f":
                assert "1e-06 relative where" in said


def planted(cell, factor):
    """Another value of the same kind."""
    kind = cell.dtype.kind
    return cell * factor if kind == "f" else cell + 1 if kind == "i" else not cell if kind == "b" else "-"


@every
def test_sensitive_cells_are_left_out_on_another_machine_only(tables, key):
    one, data = experiment(key), tables[key]
    for cells in one.sensitive:
        assert cells.because and set(cells.columns) <= set(data) and cells.rows(data).any()
        for column in cells.columns:
            changed = data[column].copy()
            row = np.argmax(
                cells.rows(data) & (np.isfinite(changed) & (changed != 0) if changed.dtype.kind == "f" else True)
            )
            changed[row] = planted(changed[row], 1.5)
            assert compare(one, data | {column: changed}, data, same_arithmetic=True).departures
            found = compare(one, data | {column: changed}, data, same_arithmetic=False)
            assert not found.departures and found.left_out[cells.because]
    assert any(not free(one, column, data).all() for column in data)


def test_another_processor_agrees_within_what_is_granted(folder):
    """NumPy and OpenBLAS with the plain kernels of old processors: other last bits everywhere."""
    kernels = " ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", ()))
    other = os.environ | {"NPY_DISABLE_CPU_FEATURES": kernels, "OPENBLAS_CORETYPE": "Nehalem"}
    command = [sys.executable, "-m", "alphalab", "figures", "--check", "--json", "--jobs", "1", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=other, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [one["key"] for one in found] == KEYS
    if all(one["same_arithmetic"] for one in found):
        pytest.skip("NumPy has no other kernels for this processor")
    assert not any(one["same_arithmetic"] for one in found)


def test_the_command_names_what_departs(folder, tmp_path, capsys):
    text = (folder / "tightness.csv").read_text().split("\n")
    row = text.index(next(line for line in text if line.startswith("thm-2-sharp,4,")))
    cells = text[row].split(",")
    cells[5] = repr(float(cells[5]) * (1 + 1e-6))
    (tmp_path / "tightness.csv").write_text("\n".join([*text[:row], ",".join(cells), *text[row + 1 :]]))
    shutil.copy(folder / "price-of-tanh.csv", tmp_path)
    asked = ["figures", "--check", "--jobs", "1", "--out", str(tmp_path)]
    assert main([*asked, "price-of-tanh"]) == 0
    assert main([*asked, "tightness", "race", "price-of-tanh"]) == 1
    said = capsys.readouterr()
    assert "price-of-tanh: agrees" in said.out and "tightness: DEPARTS" in said.out
    assert "column 'right', row" in said.err and cells[5] in said.err and "1e-06 relative" in said.err
    assert "there is no race.csv" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["price-of-tanh.csv", "tightness.csv"]
    assert main([*asked, "--quick"]) == 2


# ---- failures leave nothing half-written


def test_a_failing_draw_leaves_no_file(tmp_path):
    def fail(data):
        raise RuntimeError("no ink")

    with pytest.raises(RuntimeError, match="no ink"):
        write(dataclasses.replace(EXPERIMENTS[0], draw=fail), tmp_path, quick=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.private
def test_an_interrupt_leaves_the_old_files(tmp_path, monkeypatch):
    publish(tmp_path, {"a": b"old", "b": b"old"})
    plain = Path.write_bytes

    def interrupted(path, data):
        plain(path, data[:1])
        if ".b." in path.name:
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, {"a": b"new", "b": b"new"})
    assert contents(tmp_path) == {"a": b"old", "b": b"old"}


@pytest.mark.parametrize(
    ("table", "message"),
    [({"T": np.zeros(2)}, "described"), ({"T": np.zeros((2, 2)), "f": np.zeros(2)}, "1-D of one length")],
)
def test_a_table_that_is_none_is_refused(table, message):
    columns = {"T": "steps", "f": "value"}
    wrong = dataclasses.replace(EXPERIMENTS[0], compute=lambda quick: table, columns=columns)
    with pytest.raises(ValueError, match=message):
        run(wrong)


# ---- the table


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(), st.text(st.characters(exclude_categories=("Cc", "Cs"))), st.integers(-(2**63), 2**63 - 1)
        )
    )
)
def test_any_table_reads_back_exactly(rows):
    data = {
        "x": np.asarray([row[0] for row in rows], dtype=np.float64),
        "name": np.asarray([row[1] for row in rows], dtype=str),
        "count": np.asarray([row[2] for row in rows], dtype=np.int64),
        "large": np.asarray([row[0] > 1 for row in rows], dtype=bool),
    }
    back = decode(encode(data, "title", "command", "made with", dict.fromkeys(data, "meaning (unit): more")))
    same(data, back)
    np.testing.assert_array_equal(
        np.signbit(data["x"]), np.signbit(back["x"]) | np.isnan(data["x"]) & np.signbit(data["x"])
    )


def test_a_table_refuses_what_it_cannot_hold():
    with pytest.raises(ValueError, match="dtype complex128"):
        encode({"z": np.zeros(1, dtype=complex)}, "title", "command", "made with", {"z": ""})
    with pytest.raises(ValueError, match="more than one line"):
        encode({"z": np.asarray(["a\nb"])}, "title", "command", "made with", {"z": ""})
    with pytest.raises(ValueError, match="the header describes"):
        decode("# column a (real): x\nb\n1\n")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda text: "\n", r"the header describes the columns \[\], the table has \[\]"),
        (lambda text: text[: text.index("\nclaim,")], "the table has"),
        (lambda text: text.replace(",1,2,2,", ",1,2,"), "a row has 6 cells, of 7 columns: 'thm-2-sharp,1,2,"),
        (lambda text: text.replace(",1,2,2,", ",1,2,two,"), "column 'T' is integer, has 'two'"),
    ],
)
def test_a_damaged_file_is_told_with_its_name(folder, tmp_path, capsys, damage, told):
    path = tmp_path / "tightness.csv"
    path.write_text(damage((folder / "tightness.csv").read_text()))
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))}: .*{told}"):
        load(tmp_path, "tightness")
    assert main(["figures", "tightness", "--check", "--jobs", "1", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"alphalab: {path}: ")


# ---- the floor


def test_importing_the_floor_draws_nothing():
    loaded = "import alphalab.experiments, sys; print([m for m in ('matplotlib', 'sklearn') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, text=True).stdout == "[]\n"


def test_no_formula_of_the_theory_and_no_global_figures_here():
    for path in Path(experiments.__file__).parent.glob("*.py"):
        text = path.read_text()
        assert "tanh(" not in text.replace("tanh(alpha g", "") and not re.search(
            r"import pyplot|matplotlib\.pyplot", text
        )
        assert text.isascii()
