"""What a thing is, as a hash of its content: equal content gives equal hashes, in every process.

Numbers, texts, arrays and containers are their values; an object is its class and its fields; a function is its code,
its defaults and whatever it refers to. What an installed package defines is its name and the package's version. What
cannot be told, such as a random generator or an open file, is refused: no guess is made.
"""

from __future__ import annotations

import dataclasses
import dis
import functools
import hashlib
import importlib
import os
import sys
import sysconfig
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alphalab.arrays import is_array, namespace, to_numpy

PACKAGE = Path(__file__).parents[2]  # alphalab
BELOW = ("guards", "arrays", "registry", "problems", "optimizers", "simulation")  # the floors that a run depends on
INSTALLED = tuple(sysconfig.get_path(key) + os.sep for key in ("stdlib", "platstdlib", "purelib", "platlib"))
UNTOLD = ("__dict__", "__weakref__", "__doc__", "__module__", "__annotations__", "__firstlineno__", "_abc_impl")


def fingerprint(what: str, thing: Any) -> str:
    """Return the hash of a thing, 32 hexadecimal digits; raises ValueError, naming `what`, where it cannot be told."""
    teller = Teller(what)
    teller.tell(thing)
    return teller.hash.hexdigest()


@functools.cache
def code_version(*floors: str) -> str:
    """Return the hash of the sources of these floors: "arrays", "problems", ..."""
    files = [file for file in sorted(PACKAGE.rglob("*.py")) if _floor(file) in floors or not floors]
    return fingerprint("alphalab", [(str(file.relative_to(PACKAGE)), file.read_bytes()) for file in files])


def _floor(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


class Teller:
    """Feeds a hash with the content of things; every piece comes with its kind and length, so none can mimic two."""

    def __init__(self, what: str) -> None:
        self.what, self.hash = what, hashlib.blake2b(digest_size=16)
        self.open: list[int] = []  # what is being told: a function may refer to itself

    def feed(self, kind: str, content: bytes = b"") -> None:
        """Take one piece."""
        self.hash.update(f"{kind}:{len(content)}:".encode() + content)

    def tell(self, thing: Any) -> None:
        """Take a thing and all that it consists of."""
        if thing is None or isinstance(thing, bool | int | float | complex | str | bytes | range | slice):
            self.feed(type(thing).__name__, thing if isinstance(thing, bytes) else repr(thing).encode())
        elif id(thing) in self.open:
            self.feed("again", str(self.open.index(id(thing))).encode())
        else:
            self.open.append(id(thing))
            self._tell(thing)
            self.open.pop()

    def _tell(self, thing: Any) -> None:
        if not isinstance(thing, type) and (is_array(thing) or isinstance(thing, np.generic)):
            self._array(thing)
        elif isinstance(thing, tuple | list):
            self._all(type(thing).__name__, thing)
        elif isinstance(thing, set | frozenset):
            self._all("set", sorted(fingerprint(self.what, item) for item in thing))
        elif isinstance(thing, Mapping):
            self._all("mapping", list(thing.items()))
        elif isinstance(thing, types.CodeType):
            self._code(thing)
        elif isinstance(thing, types.ModuleType) or found_by_name(thing):
            self._installed(thing)
        elif isinstance(thing, types.FunctionType):
            self._function(thing)
        elif isinstance(thing, types.MethodType):
            self._all("method", [thing.__func__, thing.__self__])
        elif isinstance(thing, type):
            self._class(thing)
        else:
            self._object(thing)

    def _all(self, kind: str, things: Any) -> None:
        self.feed(kind, str(len(things)).encode())
        for thing in things:
            self.tell(thing)

    def _array(self, array: Any) -> None:
        values = to_numpy(array)
        self.feed("array", f"{namespace(array).__name__} {values.dtype.str} {values.shape}".encode())
        if values.dtype.hasobject:
            self._all("objects", values.ravel().tolist())
        else:
            self.feed("values", values.tobytes())

    def _installed(self, thing: Any) -> None:
        module = thing if isinstance(thing, types.ModuleType) else sys.modules[thing.__module__]
        if not is_installed(module.__name__):
            self._refuse(f"the module {module.__name__!r} as a whole")
        self.feed("installed", f"{module.__name__} {version_of(module.__name__)}".encode())
        self.feed("name", getattr(thing, "__qualname__", "").encode())

    def _function(self, function: types.FunctionType) -> None:
        self._all("function", [function.__code__, function.__defaults__, function.__kwdefaults__])
        for cell in function.__closure__ or ():
            self._all("cell", [cell.cell_contents] if has_content(cell) else [])
        home = sys.modules.get(function.__module__ or "")
        if home and is_installed(home.__name__) and vars(home) is function.__globals__:  # not what `exec` made there
            self.feed("of", f"{function.__module__}.{function.__qualname__}".encode())
            return
        for name, thing in sorted(referred(function).items()):
            self.feed("global", name.encode())
            if isinstance(thing, types.ModuleType) and not is_installed(thing.__name__):
                self._all(
                    "module", [pair for pair in sorted(vars(thing).items()) if pair[0] in names(function.__code__)]
                )
            else:
                self.tell(thing)

    def _code(self, code: types.CodeType) -> None:
        counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
        named = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        self._all("code", [code.co_code, code.co_exceptiontable, code.co_consts, *counts, *named])

    def _class(self, cls: type) -> None:
        body = {name: item for name, item in vars(cls).items() if name not in UNTOLD and "__dataclass" not in name}
        self._all("class", [cls.__qualname__, cls.__bases__, body])

    def _object(self, thing: Any) -> None:
        """Take the class and the state, of the few objects without a dictionary their parts."""
        kind = type(thing)
        if isinstance(thing, staticmethod | classmethod):
            parts: Any = thing.__func__
        elif isinstance(thing, property):
            parts = (thing.fget,)
        elif isinstance(thing, functools.cached_property):
            parts = thing.func
        elif isinstance(thing, functools.partial):
            parts = (thing.func, thing.args, thing.keywords)
        elif hasattr(thing, "__wrapped__"):  # what functools.wraps, lru_cache and jax.jit leave
            parts = thing.__wrapped__
        elif isinstance(thing, types.MemberDescriptorType | types.GetSetDescriptorType):
            parts = thing.__name__
        elif hasattr(thing, "__dict__") or dataclasses.is_dataclass(thing):
            parts = state(thing)
        else:
            self._refuse(f"{thing!r}")
        self._all("object", [kind, parts])

    def _refuse(self, shown: str) -> None:
        raise ValueError(
            f"store: {self.what} refers to {shown}, whose content cannot be told, so that results could not be "
            "found again safely; use functions, numbers and arrays, or leave the store out"
        )


def is_installed(name: str | None) -> bool:
    """Whether a module belongs to Python, to an installed package or to this one, whose version tells its content."""
    root = (name or "__main__").partition(".")[0]
    if root in ("alphalab", "__main__"):
        return root == "alphalab"
    file = getattr(sys.modules.get(root), "__file__", None)  # a module of one's own may be called as one of Python's
    return file.startswith(INSTALLED) if file else root in sys.stdlib_module_names


def found_by_name(thing: Any) -> bool:
    """Whether a thing is what an installed module calls by its name: a class, a ufunc, a function."""
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or not is_installed(module):
        return False
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is thing


def names(code: types.CodeType) -> set[str]:
    """Return every name that occurs in code and in the functions inside it."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return set(code.co_names).union(*(names(constant) for constant in inner))


def referred(function: types.FunctionType) -> dict[str, Any]:
    """Return the globals and the imported modules that a function refers to."""
    return {
        name: importlib.import_module(name) if imported else function.__globals__[name]
        for name, imported in _references(function.__code__)
        if imported or name in function.__globals__
    }


def _references(code: types.CodeType) -> Iterator[tuple[str, bool]]:
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME"):
            yield str(step.argval), step.opname == "IMPORT_NAME"
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _references(constant)


def version_of(name: str) -> str:
    """Return the version of the package of an installed module; of this package the hash of its sources."""
    root, _, rest = name.partition(".")
    if root == "alphalab":
        return code_version(*BELOW) if rest.partition(".")[0] in BELOW else code_version()
    version = getattr(sys.modules.get(root), "__version__", None)
    return str(version or sys.version)


def has_content(cell: types.CellType) -> bool:
    """Whether the variable of a closure has a value yet."""
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def state(thing: Any) -> dict[str, Any]:
    """Return the fields of an object; what it caches follows from the others."""
    fields = dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ()
    held = {field.name: getattr(thing, field.name) for field in fields} | getattr(thing, "__dict__", {})
    cached = functools.cached_property
    return {name: held[name] for name in sorted(held) if not isinstance(getattr(type(thing), name, None), cached)}
