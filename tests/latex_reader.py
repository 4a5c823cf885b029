r"""LaTeX as sympy prints it, read back: a reader of its own, which knows nothing of the printer but its marks.

    sum      term + term - term          product   factors side by side or with \cdot between
    power    base^{exponent}             f^{2}{\left(x \right)}  is  f(x)^2
    \frac{d}{d x} and \lim_{x \to a} act on all the factors that follow, as people read them

Letters are read by what they are printed as. What is read is compared by value at a point, functions that nothing is
known of and operators being replaced by known ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import sympy as sp
from sympy.core.function import AppliedUndef

KNOWN = {
    **{rf"\{name}": getattr(sp, name) for name in ("tanh", "sinh", "cosh", "log", "sin", "cos", "exp", "atan")},
    **{
        r"\Gamma": sp.gamma,
        r"\max": sp.Max,
        r"\min": sp.Min,
        r"\operatorname{sech}": sp.sech,
        r"\operatorname{sign}": sp.sign,
    },
    **{rf"\operatorname{{{name}}}": getattr(sp, name) for name in ("atan", "erf", "erfc", "acosh")},
}
CONSTANTS = {r"\infty": sp.oo, r"\pi": sp.pi, "e": sp.E}
OPENED = {r"\left(": r"\right)", r"\left[": r"\right]", r"\left|": r"\right|", r"\left\{": r"\right\}", "(": ")"}
ENDS = (
    "",
    "+",
    "-",
    "=",
    "<",
    ">",
    ",",
    "}",
    "]",
    ")",
    *OPENED.values(),
    r"\ge",
    r"\le",
    r"\quad",
    r"\right|",
    "^",
    "\\\\",
)
DERIVATIVE = re.compile(r"\\frac\{(d|\\partial)(?:\^\{(\d+)\})?\}\{\1 (.+?)(?:\^\{\d+\})?\} ")


opaque = sp.Function  # what is compared as it is written, by its arguments


class Unreadable(ValueError):
    """Something that this reader does not know."""


class Reader:
    """Reads one formula; `letters` are what may occur in it."""

    def __init__(self, text: str, formulas: Iterable[sp.Basic]) -> None:
        self.text, self.at = text, 0
        formulas = list(formulas)
        letters = {sp.latex(one): one for e in formulas for one in e.atoms(sp.Symbol)}
        applied = {one.func for e in formulas for one in e.atoms(AppliedUndef)}
        applied |= {
            one.func for e in formulas for one in e.atoms(sp.Function) if sp.latex(one).startswith(r"\operatorname")
        }
        own = {sp.latex(one(sp.Symbol("x"))).partition(r"{\left(")[0]: one for one in applied - set(KNOWN.values())}
        self.functions = KNOWN | {name: sp.Function(one.__name__) for name, one in own.items()}
        letters |= {sp.latex(one): opaque(str(one.base))(*one.indices) for e in formulas for one in e.atoms(sp.Indexed)}
        self.words = sorted({*letters, *self.functions, *CONSTANTS}, key=len, reverse=True)
        self.letters = CONSTANTS | letters

    def peek(self) -> str:
        """Return the next mark, "" at the end."""
        while self.text.startswith((" ", r"\,"), self.at):
            self.at += 1 + (self.text[self.at] == "\\")
        rest = self.text[self.at :]
        word = next((w for w in self.words if rest.startswith(w) and not self.cut(w, rest)), "")
        marks = re.match(r"\\\\|\\(?:left|right)\s*(?:\\[{}]|.)|\\[A-Za-z]+|\d+(?:\.\d+)?|.|$", rest)
        return word or (marks[0] if marks else "")

    @staticmethod
    def cut(word: str, rest: str) -> bool:
        """Whether a word is the beginning of a longer command."""
        return word[0] == "\\" and word[-1].isalpha() and rest[len(word) : len(word) + 1].isalpha()

    def take(self, *expected: str) -> str:
        """Return the next mark and go on."""
        found = self.peek()
        if expected and found not in expected:
            raise Unreadable(f"{found!r} is not {expected} in {self.text!r} at {self.at}")
        self.at += len(found)
        return found

    def whole(self) -> sp.Expr:
        """Return the formula."""
        found = self.sum()
        if self.peek():
            raise Unreadable(f"{self.text[self.at :]!r} is left of {self.text!r}")
        return found

    def sides(self) -> tuple[sp.Expr, sp.Expr]:
        r"""Return what stands before and after \le."""
        left = self.sum()
        self.take(r"\le")
        return left, self.whole()

    def sum(self) -> sp.Expr:
        """Return terms added up."""
        total = sp.Integer(0)
        sign = -1 if self.peek() == "-" and self.take() else 1
        while True:
            total += sign * self.product()
            if self.peek() not in ("+", "-"):
                return total
            sign = -1 if self.take() == "-" else 1

    def product(self) -> sp.Expr:
        """Return factors multiplied."""
        found = self.power()
        while True:
            if self.peek() == r"\cdot":
                self.take()
            elif self.peek() in ENDS:
                return found
            found *= self.power()

    def power(self) -> sp.Expr:
        """Return a base and what it is raised to."""
        found = self.base()
        while self.peek() == "^":
            self.take()
            found = found ** self.group()
        return found

    def group(self) -> sp.Expr:
        """Return what stands in braces, or one mark."""
        if self.peek() != "{":
            return self.base()
        self.take("{")
        found = self.sum()
        self.take("}")
        return found

    def base(self) -> sp.Expr:
        """Return a number, a letter, what is in brackets, a fraction, a root, a function or an operator."""
        mark = self.peek()
        if found := DERIVATIVE.match(self.text, self.at):
            self.at = found.end()
            return sp.Derivative(self.product(), (self.letters[found[3]], int(found[2] or 1))).doit()
        if mark == "{":
            return self.group()
        self.take()
        if re.fullmatch(r"\d+(\.\d+)?", mark):
            return sp.Rational(mark)
        if mark in self.functions:
            return self.applied(self.functions[mark])
        if mark in self.letters:
            return self.letters[mark]
        if mark in OPENED:
            inside = self.sum()
            self.take(OPENED[mark])
            return sp.Abs(inside) if mark == r"\left|" else inside
        if mark in OPERATIONS:
            return OPERATIONS[mark](self)
        raise Unreadable(f"{mark!r} in {self.text!r} at {self.at}")

    def fraction(self) -> sp.Expr:
        """Return a fraction."""
        return self.group() / self.group()

    def root(self) -> sp.Expr:
        """Return a root."""
        degree = sp.Integer(2)
        if self.peek() == "[":
            self.take()
            degree = self.sum()
            self.take("]")
        return self.group() ** (1 / degree)

    def applied(self, function: type[sp.Function]) -> sp.Expr:
        """Return a function, perhaps a power of it, of its arguments."""
        exponent = sp.Integer(1)
        if self.peek() == "^":
            self.take()
            exponent = self.group()
        braced = self.peek() == "{" and bool(self.take())
        self.take(r"\left(")
        arguments = [self.sum()]
        while self.peek() == ",":
            self.take()
            arguments.append(self.sum())
        self.take(r"\right)")
        if braced:
            self.take("}")
        return function(*arguments) ** exponent

    def at_point(self) -> sp.Expr:
        """Return a formula at a value of one of its letters."""
        formula = self.sum()
        self.take(r"\right|")
        found = re.compile(r"_\{\\substack\{ *").match(self.text, self.at)
        if not found:
            raise Unreadable(self.text)
        self.at, values = found.end(), {}
        while True:
            letter = self.base()
            self.take("=")
            values[letter] = self.sum()
            if self.take("}", "\\\\") == "}":
                self.take("}")
                return formula.subs(values, simultaneous=True)

    def total(self) -> sp.Expr:
        """Return a sum over a letter, of all the factors that follow."""
        self.take("_")
        self.take("{")
        letter = self.base()
        self.take("=")
        first = self.sum()
        self.take("}")
        self.take("^")
        last = self.group()
        return opaque("Sum")(self.product(), letter, first, last)

    def integral(self) -> sp.Expr:
        """Return an integral; what it is over stands at its end."""
        self.take(r"\limits")
        self.take("_")
        first = self.group()
        self.take("^")
        last, end = self.group(), self.text.index(r"\, d", self.at)
        over = Reader.__new__(Reader)
        over.__dict__ |= self.__dict__ | {"text": self.text[:end]}
        inside = over.whole()
        self.at = end + len(r"\, d")
        return opaque("Integral")(inside, self.base(), first, last)

    def limit(self) -> sp.Expr:
        """Return a limit, as a function of what it is of, at a point, and where."""
        self.take("_")
        self.take("{")
        letter = self.base()
        self.take(r"\to")
        point = self.base()
        if self.peek() == "^":
            self.take()
            self.take("+", "-")
        self.take("}")
        return opaque("Limit")(self.product(), letter, point)


OPERATIONS = {
    r"\frac": Reader.fraction,
    r"\sqrt": Reader.root,
    r"\left.": Reader.at_point,
    r"\lim": Reader.limit,
    r"\sum": Reader.total,
    r"\int": Reader.integral,
}


def valued(formula: sp.Basic) -> sp.Expr:
    """Return a formula with everything in it that has no value of its own replaced by something that has."""
    e = formula.replace(sp.UnevaluatedExpr, lambda inner: inner)
    e = e.replace(lambda node: isinstance(node, sp.Limit), lambda node: opaque("Limit")(*node.args[:3]))
    e = e.replace(lambda node: isinstance(node, sp.Sum | sp.Integral), over_a_letter)
    e = e.replace(lambda node: isinstance(node, sp.Indexed), lambda node: opaque(str(node.base))(*node.indices))
    names = sorted({one.func.__name__ for one in e.atoms(sp.Function) if is_open(one)})
    for k, name in enumerate(names, start=2):
        e = e.replace(
            lambda node, name=name: isinstance(node, sp.Function) and node.func.__name__ == name,
            lambda *parts, k=k: mixed(parts, k),
        )
    return e.doit()


def over_a_letter(node: sp.Sum | sp.Integral) -> sp.Expr:
    """Return a sum or an integral as a function of what it is of, its letter and its ends."""
    return opaque(type(node).__name__)(node.function, *node.limits[0])


def is_open(one: sp.Function) -> bool:
    """Whether nothing is known of a function: one without a name in sympy, an operator of the lab."""
    return isinstance(one, AppliedUndef) or not type(one).__module__.startswith("sympy")


def mixed(parts: tuple[sp.Basic, ...], k: int) -> sp.Expr:
    """Return some function of its arguments, another one for every k, smooth and not linear."""
    arguments = parts[0].args if len(parts) == 1 and isinstance(parts[0], sp.Function) else parts
    finite = [sp.Integer(11) if part is sp.oo else part for part in arguments]
    return sp.Add(*(sp.exp(part / (k + j)) + k * part**2 for j, part in enumerate(finite, start=2)))


def equal(a: sp.Basic, b: sp.Basic) -> bool:
    """Whether two formulas have the same value at a point where every letter is another number."""
    a, b = valued(a), valued(b)
    letters = sorted(a.free_symbols | b.free_symbols, key=str)
    point = {one: sp.Rational(7 + 2 * k, 11 + k % 5 + k) for k, one in enumerate(letters)}
    point |= {one: sp.Integer(3 + k) for k, one in enumerate(letters) if one.is_integer}
    point |= {one: -value for one, value in point.items() if one.is_nonpositive}
    point = {one: value if one.is_integer else sp.Float(value, 40) for one, value in point.items()}
    x, y = (one.xreplace(point).evalf(30) for one in (a, b))
    return bool(abs(x - y) <= sp.Float("1e-20") * (1 + abs(x)))
