"""Laws of experiments, applied to every member of EXPERIMENTS, and the report that shows them."""

import dataclasses
import itertools
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphalab import experiments
from alphalab.claims import CLAIMS, gradient_case, verify_all
from alphalab.experiments import EXPERIMENTS, experiment, load, redraw, write, write_index
from alphalab.experiments.page import formula
from alphalab.experiments.store import publish
from alphalab.experiments.table import command_of, decode, encode
from alphalab.optimizers import AlphaGrad

KEYS = [e.key for e in EXPERIMENTS]
KINDS = ("pdf", "svg", "png", "csv")
every = pytest.mark.parametrize("key", KEYS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the quick files of every experiment."""
    place = tmp_path_factory.mktemp("figures")
    for one in EXPERIMENTS:
        write(one, place, quick=True)
    return place


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
def test_the_table_is_what_compute_returns_and_reads_back_exactly(folder, key):
    data = experiment(key).compute(quick=True)
    assert all(isinstance(array, np.ndarray) and array.ndim == 1 and array.size for array in data.values())
    same(data, load(folder, key))


@every
def test_the_table_says_what_it_holds(folder, key):
    text = (folder / f"{key}.csv").read_text()
    assert text.startswith(f"# {key}: ")
    assert command_of(text) == f"alphalab figures {key} --quick"
    assert all(f"# column {name} (" in text and meaning in text for name, meaning in experiment(key).columns.items())


@pytest.fixture(scope="module")
def drawn(folder):
    figures = {key: experiment(key).draw(load(folder, key)) for key in KEYS}
    for figure in figures.values():
        figure.draw_without_rendering()
    return figures


@every
def test_every_axes_has_named_axes(drawn, key):
    assert drawn[key].axes
    for axes in drawn[key].axes:
        assert axes.get_xlabel() and axes.get_ylabel()


@every
def test_no_text_is_clipped_and_no_two_texts_overlap(drawn, key):
    figure, boxes = drawn[key], []
    for text in shown_texts(figure):
        box = text.get_window_extent()
        assert box.x0 >= -1 and box.y0 >= -1, text.get_text()
        assert box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1, text.get_text()
        boxes.append((text.get_text(), box.padded(-1)))
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        assert not a.overlaps(b), f"{one!r} overlaps {two!r}"


def shown_texts(figure):
    """Every visible text; of the ticks only those within the limits, as matplotlib keeps others undrawn."""
    axes = [one for panel in figure.axes for one in (panel.xaxis, panel.yaxis)]
    ticks = {label for axis in axes for tick in axis.get_major_ticks() for label in (tick.label1, tick.label2)}
    within = {label for axis in axes for tick in axis._update_ticks() for label in (tick.label1, tick.label2)}
    texts = figure.findobj(lambda artist: type(artist).__name__ in ("Text", "Annotation"))
    return [t for t in texts if t.get_text() and t.get_visible() and (t in within or t not in ticks)]


@every
def test_four_files(folder, key):
    starts = {"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG", "csv": b"#"}
    for kind in KINDS:
        assert (folder / f"{key}.{kind}").read_bytes().startswith(starts[kind])


@every
def test_a_second_run_writes_the_same_bytes(folder, tmp_path, key):
    paths = write(experiment(key), tmp_path, quick=True)
    assert [path.name for path in paths] == [f"{key}.{kind}" for kind in KINDS]
    assert contents(tmp_path) == {path.name: (folder / path.name).read_bytes() for path in paths}


def test_redraw_from_the_stored_numbers(folder, tmp_path):
    key = KEYS[0]
    (tmp_path / f"{key}.csv").write_bytes((folder / f"{key}.csv").read_bytes())
    redraw(tmp_path, key)
    assert contents(tmp_path) == {f"{key}.{kind}": (folder / f"{key}.{kind}").read_bytes() for kind in KINDS}


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


# ---- failures leave nothing half-written


def test_a_failing_draw_leaves_no_file(tmp_path):
    def fail(data):
        raise RuntimeError("no ink")

    with pytest.raises(RuntimeError, match="no ink"):
        write(dataclasses.replace(EXPERIMENTS[0], paint=fail), tmp_path, quick=True)
    assert not list(tmp_path.iterdir())


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
    wrong = dataclasses.replace(EXPERIMENTS[0], measure=lambda quick: table, columns=columns)
    with pytest.raises(ValueError, match=message):
        wrong.compute()


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
    back = decode(encode(data, "title", "command", dict.fromkeys(data, "meaning (unit): more")))
    same(data, back)
    np.testing.assert_array_equal(
        np.signbit(data["x"]), np.signbit(back["x"]) | np.isnan(data["x"]) & np.signbit(data["x"])
    )


def test_a_table_refuses_what_it_cannot_hold():
    with pytest.raises(ValueError, match="dtype complex128"):
        encode({"z": np.zeros(1, dtype=complex)}, "title", "command", {"z": ""})
    with pytest.raises(ValueError, match="more than one line"):
        encode({"z": np.asarray(["a\nb"])}, "title", "command", {"z": ""})
    with pytest.raises(ValueError, match="the header describes"):
        decode("# column a (real): x\nb\n1\n")


# ---- the report


def verdict(claim, **changes):
    """What a verdict says, without the minutes that verifying takes."""
    known = {"found": claim.verdict, "recorded": claim.verdict, "agrees": True, "known_by": "checked (7 instances)"}
    numbers = {"worst_margin": np.float64(0.25), "best_tightness": None}
    shown = {name: getattr(claim, name) for name in ("key", "title", "source", "statement", "remark")}
    return SimpleNamespace(**(shown | known | numbers | changes))


class Page(HTMLParser):
    """Collects what a page refers to, its ids, and the keys in the rows of its table."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.refers, self.rows, self.links = [], set(re.findall(r"url\(#([^)]*)\)", text)), 0, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name in ("href", "xlink:href") and value.startswith("#"):
                self.refers.add(value[1:])
            elif name in ("href", "src"):
                self.links.append(value)
        self.rows += tag == "tr"


def test_the_index_shows_every_claim_and_every_figure(folder):
    index = write_index(folder, [verdict(claim) for claim in CLAIMS], quick=True)
    html, markdown = index.read_text(), (folder / "README.md").read_text()
    page = Page(html)
    assert index == folder / "index.html" and page.rows == 1 + len(CLAIMS)
    for claim in CLAIMS:
        assert f'<span class="key">{claim.key}</span>' in html and f"| **{claim.key}** " in markdown
    assert sum(line.startswith("| **") for line in markdown.split("\n")) == len(CLAIMS)
    for key in KEYS:
        assert key in page.ids and f"![{experiment(key).title}]({key}.png)" in markdown
        assert (
            f"<code>alphalab figures {key} --quick</code>" in html and f"`alphalab figures {key} --quick`" in markdown
        )
    assert html.count("<svg") >= len(KEYS)
    assert html.count('data-sort="0.25"') == len(CLAIMS) and html.count('data-sort="-Infinity"') == len(CLAIMS)
    assert set(page.links) == {f"{key}.{kind}" for key in KEYS for kind in KINDS}
    assert len(set(page.ids)) == len(page.ids) and page.refers <= set(page.ids)


def test_the_index_needs_no_network_and_knows_no_machine(folder):
    write_index(folder, [verdict(claim) for claim in CLAIMS])
    first = contents(folder)
    text = first["index.html"].decode() + first["README.md"].decode()
    assert not re.search(r"https?://|@import|<link|<img|src=", text)
    assert str(folder) not in text and "/home/" not in text and "/tmp/" not in text
    write_index(folder, [verdict(claim) for claim in CLAIMS])
    assert contents(folder) == first


def test_the_index_says_what_departs_and_escapes_what_it_is_told(tmp_path):
    odd = verdict(CLAIMS[0], found="false", agrees=False, title="a < b & <script>", statement=r"\undefined | x")
    write_index(tmp_path, [odd, verdict(CLAIMS[1])])
    html, markdown = (tmp_path / "index.html").read_text(), (tmp_path / "README.md").read_text()
    assert "a &lt; b &amp; &lt;script&gt;" in html and "on record: true" in html
    assert r"<code>\undefined | x</code>" in html and r"\undefined \vert  x" in markdown
    for text in (html, markdown):
        assert "1 depart from the record" in text


@pytest.mark.parametrize(
    "latex",
    [r"\tfrac12 \le \frac{a}{b}", r"\sqrt n \ge \tfrac{1}{x}", r"\textstyle\sum_l n_l \ne 0", r"\left(x\right)"],
)
def test_a_formula_is_drawn_without_a_font(latex):
    assert formula(latex).startswith("<svg") and formula(latex).count("<path") == 1


def test_the_index_takes_real_verdicts(tmp_path):
    case = gradient_case(AlphaGrad(), np.ones((2, 3)))
    (real,) = verify_all(CLAIMS[:1], [case])
    html = write_index(tmp_path, [real]).read_text()
    assert real.known_by in html and f"{real.worst_margin:.3g}" in html


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
