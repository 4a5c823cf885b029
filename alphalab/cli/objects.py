"""Objects of your own on the command line: `module:object` or `file.py:object` wherever a name is taken.

problem(name, n)        a Problem, or a function or class that makes one (called with n where --dim is given)
optimizer(name, ...)    an Optimizer, a class of them, or a function that makes one, called with the hyperparameters
claim(name)             a Claim
experiment(name)        an Experiment

The folder of a file is put on the path of imports, as Python does for a script: the file is a module called as it is,
which imports what lies beside it, and workers find it again.
"""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import importlib.util
import inspect
import os
import re
import sys
import sysconfig
import traceback
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from alphalab import optimizers, problems
from alphalab.optimizers import Optimizer
from alphalab.problems import Problem

if TYPE_CHECKING:  # the floors of claims and experiments load sympy and matplotlib
    from alphalab.claims import Claim
    from alphalab.experiments import Experiment

OBJECT = re.compile(r"([A-Za-z]:\\)?[^:]+:[A-Za-z_]\w*")  # a grid such as 1e-3:1:7 is none
REMOTE = re.compile(r'File "(.+?)", line (\d+)')


def is_object(word: str) -> bool:
    """Whether a word says where an object is, such as mine.py:Rule; raises ValueError for a file without one."""
    if word.endswith(".py"):
        raise ValueError(f"{word} is a file: {word}:NAME is the object of this name in it")
    return OBJECT.fullmatch(word) is not None


def problem(name: str, n: int | None = None) -> Problem:
    """Return a registered problem or one of your own, in n dimensions; raises ValueError where there is none."""
    if not is_object(name):
        return problems.problem(name, n)
    found = load(name)
    if isinstance(found, type) or not isinstance(found, Problem):
        found = _made(name, found, "a problem", {} if n is None else {"n": n})
    if not isinstance(found, Problem):
        _wrong_kind(name, found, "a problem: it needs name, n, constants, value, gradient, value_and_gradient, start")
    if n not in (None, found.n):
        raise ValueError(f"{name} has dimension {found.n}: leave --dim {n} out")
    return found


def optimizer(name: str, **hyperparameters: Any) -> Optimizer:
    """Return a registered optimizer or one of your own, with these hyperparameters.

    Raises ValueError where there is none, or where it has not such a hyperparameter.
    """
    if not is_object(name):
        return optimizers.optimizer(name, **hyperparameters)
    known, found = options(name), load(name)
    for key in hyperparameters:
        if key not in known:
            raise ValueError(f"optimizer {name} has no hyperparameter {key!r}; it has {', '.join(known) or 'none'}")
    if isinstance(found, Optimizer):
        return dataclasses.replace(found, **hyperparameters)
    found = _made(name, found, "an optimizer", hyperparameters)
    if not isinstance(found, Optimizer):
        _wrong_kind(name, found, "an optimizer: derive it from alphalab.Rule or alphalab.Optimizer")
    return found


def claim(name: str) -> Claim:
    """Return a claim of the ledger or one of your own; raises ValueError where there is none."""
    from alphalab import claims

    if not is_object(name):
        return claims.claim(name)
    found = load(name)
    return found if isinstance(found, claims.Claim) else _wrong_kind(name, found, "a claim")


def claims_called(name: str) -> tuple[Claim, ...]:
    """Return the claims that a key or a pattern means, "thm-2*" or "L4*", or one of your own."""
    from alphalab import claims

    return (claim(name),) if is_object(name) else claims.matching(name)


def experiment(name: str) -> Experiment:
    """Return an experiment of the registry or one of your own; raises ValueError where there is none."""
    from alphalab import experiments

    if not is_object(name):
        return experiments.experiment(name)
    found = load(name)
    return found if isinstance(found, experiments.Experiment) else _wrong_kind(name, found, "an experiment")


def hyperparameters(rule: type[Optimizer]) -> dict[str, Any]:
    """Return name -> default of every numeric hyperparameter."""
    return {field.name: field.default for field in dataclasses.fields(rule) if "interval" in field.metadata}


def options(name: str) -> list[str]:
    """Return what can be given to an optimizer of your own: its hyperparameters, the parameters of a function."""
    found = load(name)
    if isinstance(found, Optimizer):
        return list(hyperparameters(type(found)))
    if isinstance(found, type) and issubclass(found, Optimizer):
        return list(hyperparameters(found))
    return list(inspect.signature(found).parameters) if inspect.isfunction(found) else []


def load(name: str) -> Any:
    """Return the object; raises ValueError where its file, module or name is not there or cannot be loaded."""
    place, _, what = name.rpartition(":")
    module = _file(place) if place.endswith(".py") else _module(place)
    if not hasattr(module, what):
        near = difflib.get_close_matches(what, vars(module), n=1)
        raise ValueError(f"{place} has no object {what!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return getattr(module, what)


def _file(place: str) -> ModuleType:
    path = Path(place).resolve()
    if not path.is_file():
        raise ValueError(f"there is no file {place}")
    name = path.stem
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    found = None if "." in name or name in sys.stdlib_module_names else importlib.util.find_spec(name)
    if found is None or found.origin is None or Path(found.origin).resolve() != path:
        raise ValueError(f"{place} cannot be loaded as a module called {name!r}; give the file another name")
    return _imported(name, place)


def _module(place: str) -> ModuleType:
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    return _imported(place, place)


def _imported(name: str, place: str) -> ModuleType:
    """Import a module; an error on the way is told as one sentence."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise ValueError(f"there is no module {error.name!r} here") from None
        _tell(error, place)
    except (Exception, SystemExit) as error:
        _tell(error, place)


def _made(name: str, make: Any, kind: str, values: dict[str, Any]) -> Any:
    """Call what makes an object; an error on the way is told as one sentence, what is wrong with a value as it is."""
    if not callable(make):
        _wrong_kind(name, make, f"{kind} and makes none")
    try:
        inspect.signature(make).bind(**values)
    except TypeError as error:
        said = ", ".join(f"{key}=..." for key in values)
        raise ValueError(f"{name}({said}): {error}") from None
    try:
        return make(**values)
    except ValueError:
        raise
    except Exception as error:
        _tell(error, name)


def _wrong_kind(name: str, found: object, wanted: str) -> NoReturn:
    what = f"the class {found.__name__}" if isinstance(found, type) else f"of type {type(found).__name__}"
    raise ValueError(f"{name} is {what}, not {wanted}")


def _tell(error: BaseException, place: str) -> NoReturn:
    """Raise ValueError with the error, its file and its line."""
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    raise ValueError(f"{own_line(error) or place}: {type(error).__name__}: {said}") from error


def own_line(error: BaseException) -> str:
    """Return file and line of an error: the last line that is neither a library's nor ours, "" where there is none."""
    lines = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    lines += [(file, int(line)) for file, line in REMOTE.findall(str(error.__cause__))]  # of a worker's error a text
    if isinstance(error, SyntaxError) and error.filename:
        lines.append((error.filename, error.lineno))
    paths = (str(Path(__file__).parents[1]), *map(sysconfig.get_path, ("stdlib", "purelib", "platlib")))
    own = [line for line in lines if not line[0].startswith(("<", *paths))]
    return f"{os.path.relpath(own[-1][0])}, line {own[-1][1]}" if own else ""
