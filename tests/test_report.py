"""The report: what stands in its pages and tables, and, where a browser is installed, how the page works."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from alphalab import style
from alphalab.claims import CLAIMS, gradient_case, verify_all
from alphalab.experiments import EXPERIMENTS, direction_field, experiment, run, write, write_index
from alphalab.experiments import page as page_module
from alphalab.experiments.page import INKS, formula
from alphalab.experiments.rows import latex
from alphalab.experiments.store import pictures, publish
from alphalab.optimizers import AlphaGrad

KEYS = ("price-of-tanh", "race", "precision")  # two of them have a table


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the quick files of some experiments, one of them in every format."""
    place = tmp_path_factory.mktemp("figures")
    for key in KEYS:
        write(experiment(key), place, quick=True)
    one = experiment(KEYS[0])
    publish(place, pictures(one, run(one, quick=True)))
    return place


def contents(place):
    return {path.name: path.read_bytes() for path in place.iterdir()}


def verdict(claim, **changes):
    """What a verdict says, without the minutes that verifying takes."""
    known = {"found": claim.verdict, "recorded": claim.verdict, "agrees": True, "known_by": "checked (7 instances)"}
    numbers = {"margin": np.float64(0.25), "best_tightness": None, "counterexample": ""}
    shown = {name: getattr(claim, name) for name in ("key", "title", "source", "statement", "remark")}
    return SimpleNamespace(**(shown | known | numbers | changes))


PICTURE = dict.fromkeys(KEYS, "svg") | {KEYS[0]: "png"}
KINDS = dict.fromkeys(KEYS, ("csv", "svg")) | {KEYS[0]: ("csv", "pdf", "svg", "png")}


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
    assert index == folder / "index.html" and html.count('<tr id="claim-') == len(CLAIMS)
    for claim in CLAIMS:
        assert f'<span class="key">{claim.key}</span>' in html and f"| **{claim.key}** " in markdown
    rows = [line for line in markdown.split("\n") if line.startswith("| **")]
    assert len(rows) == len(CLAIMS) and all(len(re.split(r"(?<!\\)\|", row)) == 8 for row in rows)
    for key in KEYS:
        assert key in page.ids and f"![{experiment(key).title}]({key}.{PICTURE[key]})" in markdown
        assert (
            f"<code>alphalab figures {key} --quick</code>" in html and f"`alphalab figures {key} --quick`" in markdown
        )
    assert html.count("<svg") >= len(KEYS)
    assert html.count('data-sort="0.25"') == len(CLAIMS) and html.count('data-sort=""') == len(CLAIMS)
    assert set(page.links) == {"explorer.html", *(f"{key}.{kind}" for key in KEYS for kind in KINDS[key])}
    assert (folder / "explorer.html").is_file()
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
        assert "1 departs from the record" in text


@pytest.mark.parametrize(
    "latex",
    [r"\tfrac12 \le \frac{a}{b}", r"\sqrt n \ge \tfrac{1}{x}", r"\textstyle\sum_l n_l \ne 0", r"\left(x\right)"],
)
def test_a_formula_is_drawn_without_a_font(latex):
    assert formula(latex).startswith("<svg") and formula(latex).count("<path") == 1


def test_the_index_tells_the_counterexample(tmp_path):
    said = "f = x^2/2 < 1, x_1 = *16T*: ||g|| = 1"
    write_index(tmp_path, [verdict(CLAIMS[0], counterexample=said, remark="a_b", title="T4*: <g>"), verdict(CLAIMS[1])])
    html, markdown = ((tmp_path / name).read_text() for name in ("index.html", "README.md"))
    assert html.count("Counterexample: ") == markdown.count("Counterexample: ") == 1
    assert f"Counterexample: {said.replace('<', '&lt;')}" in html
    assert r" T4\*: \<g\><br>" in markdown
    assert r"<br>a\_b<br>Counterexample: f = x^2/2 \< 1, x\_1 = \*16T\*: \|\|g\|\| = 1 |" in markdown


def test_the_index_says_what_margin_and_proved_mean(folder):
    write_index(folder, [verdict(claim) for claim in CLAIMS])
    for name in ("index.html", "README.md"):
        text = (folder / name).read_text()
        assert "below 0 by more than the rounding error granted the claim fails" in text
        assert "checked by sympy; the words that join them are read by people" in text


def test_the_index_takes_real_verdicts(tmp_path):
    case = gradient_case(AlphaGrad(), np.ones((2, 3)))
    (real,) = verify_all(CLAIMS[:1], [case])
    html = write_index(tmp_path, [real]).read_text()
    assert real.known_by in html and f"{real.margin:.3g}" in html


def test_the_pictures_that_readme_shows_are_there():
    root = Path(__file__).parents[1]
    shown = re.findall(r"\]\((figures/[^)]+)\)", (root / "README.md").read_text(encoding="utf-8"))
    assert len(shown) == 3 and all((root / name).is_file() for name in shown)


# ---- the two schemes


def schemes():
    """The colours of the page, light and dark."""
    style = (
        (Path(page_module.__file__).parent / "templates" / "index.html")
        .read_text(encoding="utf-8")
        .partition("</style>")[0]
    )
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in style.split("@media", 2)[:2])
    return {"light": light, "dark": light | dark}


def luminance(colour):
    """WCAG's relative luminance."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_curves_stand_out_from_the_paper(scheme):
    colours = schemes()[scheme]
    pale = {"light": ("--ramp-4", "--ramp-5", "--ramp-6")}.get(scheme, ())  # the bright end of the colours in figures
    for ink in INKS.values():
        name = ink[4:-1]
        if name in ("--paper", "--faint") or name in pale:
            continue
        light, dark = sorted((luminance(colours[name[2:]]), luminance(colours["paper"])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, name


def test_what_lies_on_a_map_is_no_ink_of_the_page(folder):
    """A map is the same picture in both schemes, so what is written on it keeps its colour."""
    assert not {style.ON_MAP, style.AROUND} & set(INKS)
    html = write_index(folder, [verdict(claim) for claim in CLAIMS]).read_text()
    assert f"stroke: {style.ON_MAP}" in html and f"fill: {style.ON_MAP}" in html


@pytest.mark.private
def test_the_curves_of_the_direction_field_are_recoloured():
    assert [INKS[direction_field._colour(alpha)] for alpha in direction_field.ALPHAS] == [
        f"var(--ramp-{place})" for place in range(len(direction_field.ALPHAS))
    ]


# ---- the tables


def test_every_table_is_there_in_latex(folder):
    html = write_index(folder, [verdict(claim) for claim in CLAIMS]).read_text()
    written = {path.stem: path.read_text() for path in folder.glob("*.tex")}
    assert set(written) == {"ledger", "environment", "race", "precision"}
    for text in written.values():
        lines = text.split("\n")
        assert (
            lines[1] == r"\toprule" and lines[3] == r"\midrule" and lines[-3:] == [r"\bottomrule", r"\end{tabular}", ""]
        )
        columns = len(re.fullmatch(r"\\begin\{tabular\}\{([lr]+)\}", lines[0])[1])
        assert all(len(re.split(r"(?<!\\)&", line)) == columns and line.endswith(r" \\") for line in lines[4:-3])
        assert text in unescape(html)
    assert written["ledger"].count("\n") == 6 + len(CLAIMS)
    assert all(f"\n{claim.key} & " in written["ledger"] for claim in CLAIMS)
    for line in written["race"].split("\n")[4:-3]:
        method, *shares = line.removesuffix(r" \\").split(" & ")
        assert f"| {method} | {' | '.join(shares)} |" in (folder / "README.md").read_text()


def test_latex_escapes_what_it_is_told():
    shown = latex([{"a_b": r"50 % & #1 {x} ~ ^ \ $", "y": None, "z": r"$\|x\|_2^2$"}])
    assert r"a\_b & y & z \\" in shown
    assert r"50 \% \& \#1 \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{} \$ & - & $\|x\|_2^2$ \\" in shown


# ---- in a browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A headless Chromium; skips where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: the extra `browser`")
    paths = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if None in paths:
        pytest.skip("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = paths[0]
    quiet = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update"
    for flag in ("headless=new", *quiet.split(), "disable-sync", f"user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(paths[1]))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def reproduced(browser, tmp_path_factory):
    """The folder and the verdicts of `alphalab reproduce --quick`."""
    place = tmp_path_factory.mktemp("reproduced")
    done = printed("reproduce", "--quick", "--json", "--out", str(place))
    return place, json.loads(done)["verdicts"]


def printed(*command):
    """What `alphalab` prints."""
    return subprocess.run(
        [sys.executable, "-m", "alphalab", *command], capture_output=True, text=True, check=True
    ).stdout


CELLS = """return [...document.querySelectorAll(".ledger tbody tr")].map(row => [row.querySelector(".key").textContent,
    ...[...row.cells].slice(1).map(cell => cell.dataset.sort ?? cell.textContent)])"""


def number(value):
    """How a number is sorted, of JSON's null too."""
    return "" if value is None else json.dumps(value)


def shown(one):
    """The worst margin as the page shows it."""
    worst = one["worst_margin"]
    return worst if worst is None or one["violations"] else max(worst, 0.0)


def test_the_page_opens_from_disk_without_an_error(browser, reproduced):
    folder, _ = reproduced
    browser.get((folder / "index.html").as_uri())
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    sizes = browser.execute_script(
        "return [...document.querySelectorAll('figure')].map(one => { const box = one.querySelector('svg')"
        ".getBoundingClientRect(); return [one.id, box.width, box.height, one.querySelectorAll('svg path').length]; })"
    )
    assert [key for key, *_ in sizes] == [one.key for one in EXPERIMENTS]
    assert all(width > 300 and height > 200 and paths > 20 for _, width, height, paths in sizes)


def test_the_pictures_inside_the_figures_are_decoded(browser, reproduced):
    browser.get((reproduced[0] / "index.html").as_uri())
    rasters = browser.execute_async_script(
        "const done = arguments[0], shown = [...document.querySelectorAll('figure image')].map(one => {"
        "const picture = new Image(); picture.src = one.getAttribute('href') ?? one.getAttribute('xlink:href');"
        "return picture.decode().then(() => picture.naturalWidth, () => 0); }); Promise.all(shown).then(done)"
    )
    assert rasters and min(rasters) > 0


def test_the_ledger_is_what_verify_says(browser, reproduced):
    folder, verdicts = reproduced
    browser.get((folder / "index.html").as_uri())
    names = ("key", "source", "found", "known_by")
    told = [[*(one[k] for k in names), *map(number, (shown(one), one["best_tightness"]))] for one in verdicts]
    assert browser.execute_script(CELLS) == told
    again = json.loads(printed("verify", "--quick", "--json"))
    timed = ("seconds", "findings")
    assert [{k: v for k, v in one.items() if k not in timed} for one in again] == [
        {k: v for k, v in one.items() if k not in timed} for one in verdicts
    ]


def test_every_table_sorts(browser, reproduced):
    browser.get((reproduced[0] / "index.html").as_uri())
    browser.set_window_size(1200, 900)
    for table in browser.find_elements("tag name", "table"):
        for place, head in enumerate(table.find_elements("css selector", "thead th")):
            numeric = "number" in (head.get_attribute("class") or "")
            orders = []
            for direction in ("ascending", "descending"):
                browser.execute_script("arguments[0].click()", head.find_element("tag name", "button"))
                assert head.get_attribute("aria-sort") == direction
                orders.append(
                    browser.execute_script(
                        "return [...arguments[0].tBodies[0].rows].map(row => row.cells[arguments[1]])"
                        ".map(cell => cell.dataset.sort ?? cell.textContent.trim())",
                        table,
                        place,
                    )
                )
            assert sorted(orders[0]) == sorted(orders[1]) and len(orders[0]) > 1
            missing = orders[0].count("")
            assert all(order[len(order) - missing :] == [""] * missing for order in orders), "no number: last"
            up, down = ([float(cell) if numeric else cell for cell in order if cell] for order in orders)
            assert up == down[::-1]
            if numeric:
                assert up == sorted(up)


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_sticks_out_of_the_window(browser, reproduced, width):
    browser.get((reproduced[0] / "index.html").as_uri())
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    )
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    cells = (
        "return Math.max(...[...document.querySelectorAll('.ledger td')].map(one => one.getBoundingClientRect().right))"
    )
    assert browser.execute_script(cells) <= width
    cut = browser.execute_async_script(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done("
        "[...document.querySelectorAll('.statement, .wide')].filter(one => one.scrollWidth > one.clientWidth)"
        ".map(one => [one.tabIndex, getComputedStyle(one).backgroundImage !== 'none']))))"
    )
    assert cut and all(found == [0, True] for found in cut), "what is cut shows it and can be reached by keyboard"
    pictures = "return [...document.querySelectorAll('a.picture')].map(one => [one.scrollWidth - one.clientWidth, "
    for over, target in browser.execute_script(f"{pictures} one.getAttribute('href')])"):
        assert over <= 0 and (reproduced[0] / target).is_file()
    assert all(head.is_displayed() for head in browser.find_elements("css selector", ".ledger thead button"))
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
