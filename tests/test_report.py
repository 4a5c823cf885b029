"""The report: what stands in its pages and tables, and, where a browser is installed, how the page works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from markupsafe import escape

import alphalab as al
from alphalab import style
from alphalab.claims import CLAIMS, gradient_case, verify_all
from alphalab.claims.explanation import explanation, told
from alphalab.experiments import EXPERIMENTS, experiment, run, templates, write, write_index
from alphalab.experiments.claim_pages import page, write_claims
from alphalab.experiments.page import formula
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
    return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


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
    assert html.count("<math>") >= len(CLAIMS) // 2
    ledger = html[html.index('<tr id="claim-') : html.index("</table>", html.rindex('<tr id="claim-'))]
    assert ledger.count('data-sort="0.25"') == len(CLAIMS) == ledger.count('data-sort=""')
    assert set(page.links) == {"explorer.html", *(f"{key}.{kind}" for key in KEYS for kind in KINDS[key])}
    assert (folder / "explorer.html").is_file()
    assert len(set(page.ids)) == len(page.ids) and page.refers <= set(page.ids)


def test_the_index_needs_no_network_and_knows_no_machine(folder):
    write_index(folder, [verdict(claim) for claim in CLAIMS])
    first = contents(folder)
    text = first["index.html"].decode() + first["README.md"].decode()
    assert not re.search(r"https?://|@import|<link|src=.[^\"]*[:/]", text), "nothing but what lies beside it"
    images = re.findall(r"<img[^>]*>", text)
    assert images and all('loading="lazy"' in image and " height=" in image for image in images)
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
    ("latex", "drawn"),
    [
        (r"\tfrac12 \ne y", "<mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle><mo>\N{NOT EQUAL TO}</mo>"),
        (r"\sqrt n", "<msqrt><mi>n</mi></msqrt>"),
        (r"\textstyle\sum_l n_l", "<msub><mo>\N{N-ARY SUMMATION}</mo><mi>l</mi></msub>"),
        (r"\text{<b> & x}", "<mtext>&lt;b&gt;\N{NO-BREAK SPACE}&amp;\N{NO-BREAK SPACE}x</mtext>"),
        (r"\left( x", None),
        (r"\unheard x", None),
    ],
)
def test_a_formula_is_mathml_or_else_code(latex, drawn):
    html = f"<code>{escape(latex)}</code>" if drawn is None else formula(latex)
    assert formula(latex) == html and (drawn or html) in html
    assert drawn is None or (html.startswith("<math>") and html.endswith("</math>"))


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
    assert len(shown) == 2 and all((root / name).is_file() for name in shown)


# ---- the two schemes


def schemes():
    """The colours of the pages and of figures, light and dark."""
    look = (Path(templates.__file__).parent / "look.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in look.split("@media", 2)[:2])
    return {"light": (light, {one: one for one in style.DARK}), "dark": (light | dark, style.DARK)}


def luminance(colour):
    """WCAG's relative luminance."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_curves_and_words_stand_out_from_the_paper(scheme):
    page, inks = schemes()[scheme]
    edges, bright = {style.FAINT, style.PAPER}, {style.SKY, *style.RAMP[4:]}
    for colour, ink in inks.items():
        if colour not in (edges | bright if scheme == "light" else edges):
            assert contrast(ink, inks[style.PAPER]) >= 3, colour
    assert inks[style.PAPER] == page["paper"] and inks[style.INK] == page["ink"]
    for name in ("ink", "soft", "link", "good", "bad", "mend"):
        assert contrast(page[name], page["paper"]) >= 4.5, name
    assert contrast(page["good"], page["good-back"]) >= 4.5 and contrast(page["mend"], page["mend-back"]) >= 4.5


def seen(colour):
    """Oklab: distances are what an eye sees."""
    rgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    rgb = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_cones = [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.63]]
    to_lab = [[0.2105, 0.7936, -0.0041], [1.978, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    return np.array(to_lab) @ np.cbrt(np.array(to_cones) @ rgb)


def test_two_curves_are_told_apart_on_dark_paper_too():
    """A light blue bound on a blue curve: both were the same light blue there."""
    curves = (style.INK, style.GREY, *style.COLOURS)
    for place, one in enumerate(curves):
        for other in curves[:place]:
            light = np.linalg.norm(seen(one) - seen(other))
            dark = np.linalg.norm(seen(style.DARK.get(one, one)) - seen(style.DARK.get(other, other)))
            assert dark >= min(0.1, 0.6 * light), (one, other)


def test_what_lies_on_a_map_is_no_ink_of_the_page(folder):
    """A map is the same picture in both schemes, so what is written on it keeps its colour."""
    assert not {style.ON_MAP, style.AROUND} & set(style.DARK)
    svg = (folder / "price-of-tanh.svg").read_text()
    assert f"stroke: {style.ON_MAP}" in svg and f"fill: {style.ON_MAP}" in svg


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
def reproduced(browser, tmp_path_factory):
    """The folder and the verdicts of `alphalab reproduce --quick`, of all claims and figures."""
    place = tmp_path_factory.mktemp("reproduced")
    command = ("reproduce", "--quick", "--json", "--jobs", "1", "--out", str(place))
    whole = (
        "from alphalab.cli import figures, main",
        "figures.LOOK, figures.of_paper = None, tuple",
        f"raise SystemExit(main({command!r}))",
    )
    known = os.environ | {"XDG_CACHE_HOME": str(place.with_suffix(".cache"))}
    code = "\n".join(whole)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=known)
    return place, json.loads(done.stdout)["verdicts"]


def printed(place, *command):
    """What `alphalab` prints; its commands know what those of the same place have proved."""
    environment = os.environ | {"XDG_CACHE_HOME": str(place.with_suffix(".cache"))}
    return subprocess.run(
        [sys.executable, "-m", "alphalab", *command], capture_output=True, text=True, check=True, env=environment
    ).stdout


CELLS = """return [...document.querySelectorAll(".ledger tbody tr")].map(row => [row.querySelector(".key").textContent,
    ...[...row.cells].slice(2).map(cell => cell.dataset.sort ?? cell.textContent)])"""


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
    files = browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
    assert all(name.startswith(folder.as_uri()) for name in files)
    sizes = browser.execute_async_script(
        "const done = arguments[0], all = [...document.querySelectorAll('figure')];"
        "const shown = all.map(one => { const image = one.querySelector('img'); image.loading = 'eager';"
        "return image.decode().then(() => [one.id, image.width, image.height, image.naturalWidth]); });"
        "Promise.all(shown).then(done)"
    )
    assert [key for key, *_ in sizes] == [one.key for one in EXPERIMENTS]
    assert all(width > 300 and height > 200 and natural > 300 for _, width, height, natural in sizes)
    assert browser.execute_script("return document.querySelectorAll('.found li').length") == 5


def test_the_page_is_short_before_it_is_unfolded(browser, reproduced):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 1400, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    browser.get((reproduced[0] / "index.html").as_uri())
    assert browser.execute_script("return document.documentElement.scrollHeight") < 8000
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_ledger_shows_what_is_chosen(browser, reproduced):
    browser.get((reproduced[0] / "index.html").as_uri())
    shown = (
        "return [...document.querySelectorAll('.ledger tbody tr')].filter(one => !one.hidden)"
        ".map(one => [one.querySelector('.key').textContent, one.querySelector('.verdict').textContent])"
    )
    everything = browser.execute_script(shown)
    browser.find_element("css selector", "[data-kind='false']").click()
    false = browser.execute_script(shown)
    assert false == [[key, kind] for key, kind in everything if kind == "false"] and false
    assert browser.find_element("id", "count").text == f"{len(false)} of {len(everything)} claims"
    browser.find_element("css selector", "[data-kind='false']").click()
    browser.find_element("id", "search").send_keys("Theorem rate")
    found = browser.execute_script(shown)
    assert ["thm-1-rate", "false"] in found and len(found) < len(everything)


def test_a_link_to_a_claim_unfolds_it(browser, reproduced):
    browser.get((reproduced[0] / "index.html").as_uri() + "#claim-lemma-2")
    opened = "return [...document.querySelectorAll('.ledger details[open]')].map(one => one.closest('tr').id)"
    assert browser.execute_script(opened) == ["claim-lemma-2"]


def test_the_ledger_is_what_verify_says(browser, reproduced):
    folder, verdicts = reproduced
    browser.get((folder / "index.html").as_uri())
    names = ("key", "source", "found", "known_by")
    told = [[*(one[k] for k in names), *map(number, (shown(one), one["best_tightness"]))] for one in verdicts]
    assert browser.execute_script(CELLS) == told
    again = json.loads(printed(folder, "verify", "--quick", "--json"))
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
    cut = browser.execute_async_script(  # what is folded has no size that an observer hears of
        "const done = arguments[0]; document.querySelectorAll('details').forEach(one => one.open = true);"
        "requestAnimationFrame(() => requestAnimationFrame(() => done("
        "[...document.querySelectorAll('.statement, .wide')].filter(one => one.scrollWidth > one.clientWidth)"
        ".map(one => [one.tabIndex, getComputedStyle(one).backgroundImage !== 'none']))))"
    )
    assert cut and all(found == [0, True] for found in cut), "what is cut shows it and can be reached by keyboard"
    pictures = "return [...document.querySelectorAll('a.picture')].map(one => [one.scrollWidth - one.clientWidth, "
    for over, target in browser.execute_script(f"{pictures} one.getAttribute('href')])"):
        assert over <= 0 and (reproduced[0] / target).is_file()
    assert all(head.is_displayed() for head in browser.find_elements("css selector", ".ledger thead button"))
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


# ---- the pages of the claims


@pytest.fixture(scope="module")
def some():
    """Verdicts on three claims, one of each kind, by little evidence."""
    return verify_all(
        [al.claim(key) for key in ("lemma-2", "disc-alpha", "thm-3-low")], [gradient_case(AlphaGrad(), np.ones((2, 3)))]
    )


def test_report_and_claim_pages_lead_to_each_other(folder, some):
    write_index(folder, some)
    paths = list(write_claims(folder, some))
    assert [path.name for path in paths] == [f"{one.key}.html" for one in some]
    look = paths[0].with_name("claim.css").read_text()
    assert len(look) > 2000 and look in page([(one, explanation(al.claim(one.key))) for one in some])
    index = (folder / "index.html").read_text()
    for path in paths:
        assert f'href="claims/{path.name}"' in index
        read = Page(path.read_text())
        assert "<style" not in path.read_text() and "claim.css" in read.links
        assert f"../index.html#claim-{path.stem}" in read.links and f'id="claim-{path.stem}"' in index
        assert all((path.parent / link.partition("#")[0]).is_file() for link in read.links), read.links
        assert len(set(read.ids)) == len(read.ids) and read.refers <= set(read.ids)


def test_a_claim_page_tells_what_explain_tells(some):
    for one in some:
        reason = explanation(al.claim(one.key), statements=True)
        html = page([(one, reason)])
        assert "https://" not in html and "<script" not in html and "None" not in html
        for _, lines in told(one, reason):
            for _, maths in lines:
                assert str(formula(maths)) in html
        assert all(escape(proposition) in html for proposition in reason["kernel_statements"].values())
        left_out = reason["not in the kernel"]
        assert bool(left_out) != bool(reason["kernel_statements"]) or "kernel" not in one.known_by
        assert ("<h2>not in the kernel</h2>" in html) == bool(left_out)
        for key in reason["appeals"]:
            assert key in html
