r"""LaTeX as text for a terminal: Unicode letters, or ASCII where the terminal has no others.

    \frac{L \eta M}{2} \le \sqrt{\alpha n}      L eta M/2 <= sqrt(alpha n), with the letters and signs of Unicode

Words are left as they are, but for letters spelled out ("alpha") in Unicode. What is written in one line needs brackets
that a fraction bar and a root spare.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_$]|\s+|.", re.DOTALL)
GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "mu", "xi", "pi", "rho", "sigma", "tau", "phi"),
    *("Gamma", "Delta"),
)


def _greek(name: str) -> str:
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}")


SIGNS = {  # macro -> (Unicode, ASCII)
    **{f"\\{name}": (_greek(name), name) for name in GREEK},
    r"\varepsilon": ("\N{GREEK SMALL LETTER EPSILON}", "eps"),
    r"\epsilon": ("\N{GREEK SMALL LETTER EPSILON}", "eps"),
    r"\lambda": ("\N{GREEK SMALL LETTER LAMDA}", "lambda"),
    r"\vartheta": ("\N{GREEK THETA SYMBOL}", "theta"),
    r"\ell": ("\N{SCRIPT SMALL L}", "l"),
    r"\le": ("\N{LESS-THAN OR EQUAL TO}", "<="),
    r"\ge": ("\N{GREATER-THAN OR EQUAL TO}", ">="),
    r"\ne": ("\N{NOT EQUAL TO}", "!="),
    r"\pm": ("\N{PLUS-MINUS SIGN}", "+-"),
    r"\in": ("\N{ELEMENT OF}", "in"),
    r"\to": ("\N{RIGHTWARDS ARROW}", "->"),
    r"\Rightarrow": ("\N{RIGHTWARDS DOUBLE ARROW}", "=>"),
    r"\Leftrightarrow": ("\N{LEFT RIGHT DOUBLE ARROW}", "<=>"),
    r"\succ": ("\N{SUCCEEDS}", ">"),
    r"\succeq": ("\N{SUCCEEDS ABOVE SINGLE-LINE EQUALS SIGN}", ">="),
    r"\top": ("T", "T"),
    r"\forall": ("\N{FOR ALL}", "for all "),
    r"\exists": ("\N{THERE EXISTS}", "there is "),
    r"\infty": ("\N{INFINITY}", "inf"),
    r"\cdot": ("\N{MIDDLE DOT}", "*"),
    r"\sum": ("\N{GREEK CAPITAL LETTER SIGMA}", "sum"),
    r"\int": ("\N{INTEGRAL}", "integral"),
    r"\nabla": ("\N{NABLA}", "grad "),
    r"\partial": ("\N{PARTIAL DIFFERENTIAL}", "d"),
    r"\langle": ("\N{MATHEMATICAL LEFT ANGLE BRACKET}\0", "<\0"),  # NUL: no blank on that side
    r"\rangle": ("\0\N{MATHEMATICAL RIGHT ANGLE BRACKET}", "\0>"),
    r"\|": ("\N{DOUBLE VERTICAL LINE}", "||"),
    r"\{": ("{", "{"),
    r"\}": ("}", "}"),
    r"\\": (", ", ", "),
}
BLANK = {r"\quad": "  ", r"\;": " ", r"\,": " ", r"\ ": " "}
SILENT = (
    r"\left",
    r"\right",
    r"\limits",
    r"\textstyle",
    r"\operatorname",
    r"\text",
    r"\mathrm",
    r"\mathbb",
    r"\substack",
)
ACCENTS = {
    r"\hat": ("\N{COMBINING CIRCUMFLEX ACCENT}", "^"),
    r"\tilde": ("\N{COMBINING TILDE}", "~"),
    r"\underline": ("\N{COMBINING LOW LINE}", "_low"),
    r"\overline": ("\N{COMBINING OVERLINE}", "_high"),
}
FRACTIONS = (r"\frac", r"\tfrac", r"\dfrac")
HAT = re.compile(r"([A-Za-z])\^(?=[\s^_,;.)}|]|$)")  # "v^ = 0", "g^_i": an accent, not a power
TILDE = re.compile(r"([A-Za-z])~")
RAISED = ("*", "'")  # what stands high already
CLOSED = re.compile(r"[A-Za-z]*\([^()]*\)|[\u27e8<]\0[^\0]*\0[\u27e9>]|\u2016[^\u2016]*\u2016")  # in brackets
SUMS, FACTORS = (
    r"[+\-/]",
    r"[\s+\-*/\u00b7]|\w[A-Za-z\u0370-\u03ff]",
)  # what a part of a fraction has to be bracketed for, above and below
WORDS = re.compile(rf"(?<![A-Za-z\\_])({'|'.join((*GREEK, 'eps'))})(?![A-Za-z])")
PLAIN = {"<=": SIGNS[r"\le"][0], ">=": SIGNS[r"\ge"][0], "->": SIGNS[r"\to"][0], "!=": SIGNS[r"\ne"][0]}


@functools.cache
def _small(place: str) -> Mapping[str, str]:
    """Return character -> its superscript or subscript, as far as Unicode has one."""
    found: dict[str, str] = {}
    for code in (*range(0xB0, 0xC0), *range(0x1D2C, 0x1D6B), *range(0x2070, 0x209D), 0x2C7C):
        kind, _, of = unicodedata.decomposition(chr(code)).partition(" ")
        if kind == f"<{place}>" and " " not in of:
            found.setdefault(chr(int(of, 16)), chr(code))
    return found | {"-": found[chr(0x2212)]}


def is_ascii(stream: Any) -> bool:
    """Whether a stream cannot show the signs that `text` uses."""
    signs = "".join(unicode for unicode, _ in SIGNS.values()) + "\N{SQUARE ROOT}\N{LATIN SUBSCRIPT SMALL LETTER T}"
    try:
        signs.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def text(latex: str, *, ascii_only: bool = False) -> str:
    r"""Return LaTeX, or words with LaTeX in them, as one line of text.

    >>> text(r"\frac{1}{T}\sum_{t=1}^T N_t \le \frac{\sqrt{2} L \eta}{T + 1}", ascii_only=True)
    '1/T sum_(t=1)^T N_t <= sqrt(2) L eta/(T + 1)'
    """
    if not ascii_only:
        latex = WORDS.sub(lambda found: SIGNS[f"\\{'varepsilon' if found[1] == 'eps' else found[1]}"][0], latex)
        for spelled, sign in PLAIN.items():
            latex = latex.replace(spelled, sign)
        for accented, (accent, _) in zip((HAT, TILDE), ACCENTS.values(), strict=False):
            latex = accented.sub(rf"\1{accent}", latex)
    read = _Reader(latex, ascii_only)
    line = re.sub(r"\s*\0\s*", "", read.until(""))
    line = re.sub(r"\s+", " ", line).strip()
    line = re.sub(r"([(\[]|^|, |where |[<=>\u2264\u2265] )- (?=\S)", r"\1-", line)
    return re.sub(r"(?<=[(\[]) | (?=[)\],;])", "", line)


class _Reader:
    """Reads tokens from the left; `until` returns the text up to a closing token."""

    def __init__(self, latex: str, ascii_only: bool) -> None:
        self.tokens = TOKEN.findall(latex)
        self.place = 0
        self.ascii_only = ascii_only

    def until(self, end: str) -> str:
        parts = []
        while self.place < len(self.tokens):
            token = self._take()
            if token == end:
                break
            parts.append(self._shown(token))
        return "".join(parts)

    def _take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def _argument(self) -> str:
        """Return the group or the token that comes next, as text."""
        while self.place < len(self.tokens) and self.tokens[self.place].isspace():
            self.place += 1
        if self.place == len(self.tokens):
            return ""
        token = self._take()
        return self.until("}").strip() if token == "{" else self._shown(token)

    def _shown(self, token: str) -> str:
        if token in FRACTIONS:
            return f"{_bracketed(self._argument(), SUMS)}/{_bracketed(self._argument())} "
        if token == r"\sqrt":
            inside = self._argument()
            return f"sqrt({inside})" if self.ascii_only else f"\N{SQUARE ROOT}{_bracketed(inside)}"
        if token in ACCENTS:
            return self._argument() + ACCENTS[token][self.ascii_only]
        if token in ("^", "_"):
            return self._script(token)
        return self.until("}") if token == "{" else self._sign(token)

    def _sign(self, token: str) -> str:
        """Return what a token without an argument stands for."""
        if token in SIGNS:
            return SIGNS[token][self.ascii_only] + self._gap(token)
        if token[0] == "\\" and token not in BLANK and token not in SILENT:
            before = self.tokens[self.place - 2] if self.place > 1 else ""
            return " " * before[-1:].isalnum() + token[1:] + self._gap(token)
        return BLANK.get(token, "" if token in SILENT or token in ("$", "}") else token)

    def _gap(self, token: str) -> str:
        """Return a space after a macro of letters where a letter follows: LaTeX drops the one that ends its name."""
        following = self.tokens[self.place] if self.place < len(self.tokens) else ""
        apart = following.isalpha() or (following[1:].isalpha() and following not in SILENT)
        return " " * (token[1:].isalpha() and apart)

    def _script(self, mark: str) -> str:
        """Return what stands high or low, small where Unicode has it all; a name such as f_star stays as it is."""
        spelled = "".join(self.tokens[self.place : self.place + 2])
        if not re.match(r"[\\{*'+\-]|[^\W_]", spelled) or (len(spelled) > 1 and spelled.isalpha()):
            return mark
        inside = self._argument()
        if inside in RAISED and mark == "^":
            return inside
        small, tight = _small("super" if mark == "^" else "sub"), inside.replace(" ", "")
        if not self.ascii_only and tight and all(letter in small for letter in tight):
            return "".join(small[letter] for letter in tight)
        return mark + (inside if len(inside) == 1 or inside.isalnum() else f"({inside})")


def _bracketed(part: str, loose: str = FACTORS) -> str:
    """Return a part of a fraction or root, in brackets where something `loose` stands in it outside of brackets."""
    part = part.strip()
    bare, before = part, ""
    while bare != before:
        before, bare = bare, CLOSED.sub("x", bare)
    return f"({part})" if re.search(loose, bare) else part


SPELLED = re.compile(rf"(?<![A-Za-z\\])({'|'.join((*GREEK, 'eps'))})(\d?)(?![A-Za-z])")
MATHS = {
    "<=": r"\le ",
    ">=": r"\ge ",
    "->": r"\to ",
    "!=": r"\ne ",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    '"': r'\text{"}',
}
ENGLISH = re.compile(r"[(\"']?[A-Za-z][A-Za-z-]+(?:'s)?[)\"']?[.,:;]*|[aAI]|[:;,.]+")
NAMED = re.compile(
    r"[(\"']?([A-Za-z]+(_[a-z]{2,})+|[A-Z]{2,}\d|float\d\d|L\d\*|[NT]\d\*?(?:'s)?|\d+-[a-z]{3,}s?|\d's|(thm|lemma|rem|ex|eq\d|sec\d)-[\w-]+)[)\"']?[.,:;]*"
)  # f_star, TD3, float16, T4*, 2-cycle
FUNCTIONS = (
    *("tanh", "sqrt", "sinh", "cosh", "sech", "sin", "cos", "log", "exp", "ln"),
    *("min", "max", "inf", "lim", "sign"),
)
UPRIGHT = re.compile(rf"(?<![A-Za-z\\])(?<!operatorname\{{)({'|'.join(FUNCTIONS)})(?![A-Za-z])")
IN_BRACKETS = r"\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)"
POWER = re.compile(rf"\^{IN_BRACKETS}")
ROOT = re.compile(rf"(?<![A-Za-z\\])sqrt ?(?:{IN_BRACKETS}|(\w+))")
NORM = re.compile(r"\|\|([^|]+)\|\|")
INNER = re.compile(r"<(?=\S)([^<>=,]+),\s?([^<>=,]+)(?<=\S)>")  # <g, g'>, an inner product
SPECIFIC = {
    r"(?<![A-Za-z\\])sum ": r"\\sum ",
    r"(?<=_)inf\b|(?<=(?:->|.=|.<) )inf\b": r"\\infty ",
    r"_([A-Za-z]{2,})": r"_{\1}",
}
SYMBOLS = re.compile(rf"(?<!\\)(?:{'|'.join(map(re.escape, MATHS))})")
SPECIAL = {"_": r"\_", "%": r"\%", "#": r"\#", "&": r"\&", "^": r"\^{}", "~": r"\~{}"}


def runs(sentence: str) -> list[tuple[bool, str]]:
    """Return a sentence as runs (is mathematics, LaTeX or words); LaTeX may stand in it without dollars."""
    found: list[tuple[bool, str]] = []
    for place, part in enumerate(sentence.split("$")):
        found += [(True, part)] if place % 2 else _told_apart(part)
    return [one for one in found if one[1].strip()]


def _told_apart(words: str) -> list[tuple[bool, str]]:
    """Return the runs of a text without dollars: a word of English is one unless in braces or under a root."""
    found: list[tuple[bool, str]] = []
    depth = under = 0
    for word in words.split():
        plain = depth == under == 0 and bool(ENGLISH.fullmatch(word) or NAMED.fullmatch(word))
        plain = plain and word.strip("()\"'.,:;").rpartition("-")[2] not in (*GREEK, "eps", *FUNCTIONS)
        depth += word.count("{") - word.count("}") - word.count(r"\{") + word.count(r"\}")
        depth += word.count(r"\langle") - word.count(r"\rangle")
        if under or "sqrt(" in word:
            under = max(0, under + word.count("(") - word.count(")"))
        if found and found[-1][0] is not plain:
            found[-1] = (found[-1][0], f"{found[-1][1]} {word}")
        else:
            found.append((not plain, word))
    return [(maths, _maths(part) if maths else part) for maths, part in found]


def _maths(part: str) -> str:
    """Return what is written in plain letters as LaTeX: "eps <= g~" as an epsilon, a sign and an accent."""
    while ROOT.search(part):
        part = ROOT.sub(lambda m: rf"\sqrt{{{m[1] or m[2]}}}", part)
    part = INNER.sub(r"\\langle \1, \2\\rangle ", NORM.sub(r"\\|\1\\|", POWER.sub(r"^{\1}", part)))
    for spelled, latex in SPECIFIC.items():
        part = re.sub(spelled, latex, part)
    part = SPELLED.sub(lambda m: "\\" + {"eps": "varepsilon"}.get(m[1], m[1]) + (f"_{m[2]}" if m[2] else " "), part)
    part = UPRIGHT.sub(r"\\mathrm{\1}\\,", part)
    part = HAT.sub(r"\\hat{\1}", TILDE.sub(r"\\tilde{\1}", part))
    return SYMBOLS.sub(lambda m: MATHS[m[0]], part)


def tex(sentence: str) -> str:
    r"""Return a sentence for a LaTeX document, what is mathematics between dollar signs.

    >>> tex(r"f is convex, \eta \le 2\varepsilon/(\alpha L)")
    '$f$ is convex, $\\eta \\le 2\\varepsilon/(\\alpha L)$'
    """
    parts = ((maths, f"${part}$" if maths else part) for maths, part in runs(sentence))
    return " ".join(part if maths else escaped(part) for maths, part in parts)


def escaped(words: str) -> str:
    r"""Return words without mathematics for a LaTeX document.

    >>> escaped("5 % of f_star")
    '5 \\% of f\\_star'
    """
    return re.sub(r"[_%#&^~]", lambda m: SPECIAL[m[0]], words)
