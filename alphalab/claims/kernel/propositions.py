r"""The statement of a claim as a proposition of Coq, printed from the claim itself.

    forall (objects), let (letters) := ... in  hypotheses ->  left <= right        a claim that is true
    ~ (forall (objects), ...)                                                      one that is false: its negation
    forall (some objects), ... exists (the rest), hypotheses /\ left = right       that it is attained

The letters and the sentences of the assumptions mean what `formal` says; nothing else is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp

from alphalab.claims import notation as nt
from alphalab.claims.claim import Assumption, Bound, Claim
from alphalab.claims.kernel import formal
from alphalab.claims.kernel.formal import LETTERS, Scene
from alphalab.claims.kernel.terms import term
from alphalab.claims.typeset import text

COUNTS = ("m", "n", "T", "t")
REALS = (
    "alpha",
    "eta",
    "eps",
    "L",
    "L_max",
    "L_largest",
    "L0",
    "L1",
    "ell",
    "mu",
    "D",
    "c",
    "Q",
    "W",
    "a",
    "low",
    "high",
    "M_hat",
    "peak",
    "f_inf",
    "f_star",
)
SIGNED = {written: symbol for symbol, written in LETTERS.items() if written in REALS}


class NotFormalError(ValueError):
    """A letter, a sentence or a statement has no entry in the kernel's table."""


@dataclass(frozen=True)
class Parts:
    """What a statement is made of, texts of Coq each.

    objects   name -> type;      letters   the lines `let ... in`;      hypotheses   in order
    left, right   the two sides, or (conclusion, "")
    """

    objects: dict[str, str]
    letters: tuple[str, ...]
    hypotheses: tuple[str, ...]
    left: str
    right: str


def statement(claim: Claim, given: Sequence[str] = (), hence: str = "") -> str:
    """Return the claim as a proposition: its negation where it is not true as it stands; where `given` names what is
    given beforehand, that the other objects exist with left = right; where `hence` is a key of `formal.HENCE`, what
    follows of whole runs. Raises NotFormalError for what has no entry in the kernel's table.
    """
    parts = taken_apart(claim, hence)
    if given:
        return _attained(parts, given)
    goal = f"{parts.left} <= {parts.right}" if parts.right else parts.left
    hypotheses = [f"{hypothesis} ->" for hypothesis in parts.hypotheses]
    body = _indented([f"forall {_binders(parts.objects)},", *parts.letters, *hypotheses, goal])
    return body if claim.verdict == "true" else f"  ~ (\n{body})"


def _attained(parts: Parts, given: Sequence[str]) -> str:
    first = {name: kind for name, kind in parts.objects.items() if name in given}
    found = {name: kind for name, kind in parts.objects.items() if name not in given}
    hidden = {line.split()[1] for line in parts.letters} | set(found)
    before = [h for h in parts.hypotheses if not words_in(h) & hidden]
    after = [f"{h} /\\" for h in parts.hypotheses if h not in before]
    lines = [f"forall {_binders(first)},", *(f"{h} ->" for h in before), f"exists {_binders(found)},"]
    return _indented([*lines, *parts.letters, *after, f"{parts.left} = {parts.right}"])


def taken_apart(claim: Claim, hence: str = "") -> Parts:
    """Return the objects, letters, hypotheses and conclusion of a claim."""
    symbols = _symbols(claim)
    unknown = [text(sp.latex(s), ascii_only=True) for s in symbols if s not in LETTERS]
    if unknown:
        raise NotFormalError(f"{claim.key}: the kernel's table has no letter {', '.join(unknown)}")
    scene = scene_of(claim)
    names = {s: LETTERS[s].removesuffix(" t") if scene is formal.GRADIENT else LETTERS[s] for s in symbols}
    left, right = _followed(claim, hence) if hence else _conclusion(claim, names)
    assumed = [hypothesis for a in claim.assumes for hypothesis in _hypotheses(claim.key, a, names, scene)]
    assumed += [h for name in names.values() for h in formal.DEFINING.get(name, ())]
    if "Delta" in names.values() and "below f f_inf" not in assumed:
        assumed.append("0 <= Delta")  # what the letter says of itself
    instants = "t" in words_in(left, right)
    letters = tuple(_letters(words_in(left, right, *assumed), names, scene, instants))
    words = words_in(left, right, *assumed, *letters)
    objects = dict(_objects(words, scene, instants))
    signs = filter(None, (_sign(name, kind) for name, kind in objects.items()))
    return Parts(objects, letters, (*signs, *dict.fromkeys(assumed)), left, right)


def _symbols(claim: Claim) -> list[sp.Symbol]:
    """Return the letters of a claim, of the step sizes that it prescribes, and of the definitions among them."""
    formulas = [claim.left, claim.right] if isinstance(claim, Bound) else []
    formulas += [f for a in claim.assumes for f in (a.rate, a.decay) if f is not None]
    found: set[sp.Symbol] = set().union(*(f.free_symbols for f in formulas))
    for symbol in reversed(nt.DEFINITIONS):
        found |= nt.DEFINITIONS[symbol].free_symbols if symbol in found else set()
    order = list(LETTERS)
    return sorted(found, key=lambda s: (order.index(s) if s in order else len(order), str(s)))


def scene_of(claim: Claim) -> Scene:
    """One gradient, where only what is measured on one occurs; else a run, by the method that is assumed."""
    symbols = _symbols(claim)
    sentences = " ".join(a.sentence for a in claim.assumes)
    if "per tensor" in sentences:
        return formal.TENSORS
    if r"\xi_t" in sentences:
        return formal.NOISY
    if "depend on t" in sentences:
        return formal.SCHEDULED
    for sentence in formal.OTHERS.keys() & {a.sentence for a in claim.assumes}:
        return formal.OTHERS[sentence]
    alone = {"INR n", "alpha", "eps", "Q", "W", "M", "peak", *(f"{name} t" for name in formal.GRADIENT.instants)}
    return formal.GRADIENT if symbols and {LETTERS[s] for s in symbols} <= alone else formal.RUN


def _conclusion(claim: Claim, names: dict[sp.Symbol, str]) -> tuple[str, str]:
    if isinstance(claim, Bound):
        return term(claim.left, names), term(claim.right, names)
    if claim.statement not in formal.CONCLUSIONS:
        raise NotFormalError(f"{claim.key}: the kernel's table does not say its statement")
    return formal.CONCLUSIONS[claim.statement], ""


def _followed(claim: Claim, hence: str) -> tuple[str, str]:
    said, conclusion = formal.HENCE[hence]
    if not isinstance(claim, Bound) or said not in claim.hence:
        raise NotFormalError(f"{claim.key} does not say {said}")
    return conclusion, ""


def _hypotheses(key: str, assumption: Assumption, names: dict[sp.Symbol, str], scene: Scene) -> Iterator[str]:
    """Yield what an assumption says."""
    if assumption.rate is not None:
        rate = term(assumption.rate, names)
        if assumption.decay is None:
            yield f"eta = {rate}"
        else:
            yield f"(forall s, eta s = {rate} * {term(assumption.decay, names, atom=True)} ^ s)"
        return
    constants = assumption.sentence.removesuffix(" known").replace(" > 0", "").split(", ")
    if assumption.sentence.endswith(" known") and set(constants) <= set(formal.GIVEN):
        said = [hypothesis for name in constants for hypothesis in formal.GIVEN[name]]
    elif assumption.sentence in formal.SENTENCES:
        said = [*formal.SENTENCES[assumption.sentence]]
    else:
        raise NotFormalError(f"{key}: the kernel's table does not say {text(assumption.sentence, ascii_only=True)!r}")
    yield from filter(None, (scene.hypotheses.get(hypothesis, hypothesis) for hypothesis in said))


def _letters(words: set[str], names: dict[sp.Symbol, str], scene: Scene, instants: bool) -> Iterator[str]:
    """Yield the lines that introduce the letters among the words, and those that they stand on.

    At an instant t (from 0) of a run T is the number of instants so far.
    """
    formulas = {names[s]: term(formula, names) for s, formula in nt.DEFINITIONS.items() if s in names}
    found = list(introduced(words, scene, formulas))
    if instants and "T" in words.union(*(words_in(says) for _, _, says in found)):
        yield "let T := S t in"
    for name, argument, says in found:
        yield f"let {name}{f' {argument}' if argument else ''} := {says} in"


def introduced(words: set[str], scene: Scene, more: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (letter, "t" or "", what it is) for the letters among the words, and for those that they stand on."""
    says = formal.INSTANTS | dict(scene.instants) | formal.WHOLES | dict(more)
    while further := {word for name in words & set(says) for word in words_in(says[name])} - words:
        words = words | further
    for name in [name for name in says if name in words]:
        at_an_instant = name in formal.INSTANTS or (name in more and "t" in words_in(says[name]))
        if not (name == "g" and scene is formal.GRADIENT):
            yield name, "t" if at_an_instant and scene is not formal.GRADIENT else "", says[name]


def _objects(words: set[str], scene: Scene, instants: bool) -> Iterator[tuple[str, str]]:
    """Yield (name, type) of what is given first, in a fixed order."""
    for name in COUNTS:
        if name in words and not (name == "T" and instants) and not (name == "t" and not instants):
            yield name, scene.kinds.get(name, "nat")
    for name in REALS:
        if name in words:
            yield name, scene.kinds.get(name, "R")
    if "x_star" in words:
        yield "x_star", "vec"
    yield from ((name, kind) for name, kind in scene.objects.items() if name in words)


def _sign(name: str, kind: str) -> str:
    """Return what the letter says of the number that it is: positive, or not negative."""
    if name in ("n", "T"):
        return f"(0 < {name})%nat" if kind == "nat" else f"(forall l, (0 < {name} l)%nat)"
    if name not in SIGNED:
        return ""
    relation = "<" if SIGNED[name].is_positive else "<="
    return f"0 {relation} {name}" if kind == "R" else f"(forall l, 0 {relation} {name} l)"


def _binders(objects: dict[str, str]) -> str:
    """Return `(n T : nat) (alpha : R)`."""
    kinds: dict[str, list[str]] = {}
    for name, kind in objects.items():
        kinds.setdefault(kind, []).append(name)
    return " ".join(f"({' '.join(group)} : {kind})" for kind, group in kinds.items())


def words_in(*texts: str) -> set[str]:
    """Return the words of texts of Coq."""
    return {word for text in texts for word in re.findall(r"[A-Za-z_][A-Za-z_0-9]*", text)}


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"  {line}" for line in lines if line)
