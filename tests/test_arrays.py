"""Laws of the ground floor: sums and norms against exact arithmetic, on every array library."""

from __future__ import annotations

import dataclasses
import importlib.util
import math
import subprocess
import sys
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alphalab import arrays
from alphalab.arrays import (
    as_real,
    backend,
    column,
    divide,
    dot,
    is_array,
    is_floating,
    leaves,
    like,
    map_arrays,
    matvec,
    named_leaves,
    norm,
    norm1,
    point_contiguous,
    roundoff,
    to_numpy,
    total,
    within,
)

TINY, LARGEST = 5e-324, 1.7976931348623157e308
FINITE = st.floats(allow_nan=False, allow_infinity=False)
VECTOR = st.lists(FINITE, min_size=1, max_size=7)
DECADES = st.lists(st.integers(-320, 308).map(lambda k: float(f"1e{k}")), min_size=1, max_size=7)
MODEST = st.lists(st.floats(-1e60, 1e60, allow_subnormal=False), min_size=1, max_size=7)


def exact_norm(x: list[float]) -> float:
    """||x||_2 correctly rounded up to an ulp, from exact fractions; inf where it exceeds the largest float."""
    square = sum(Fraction(component) ** 2 for component in x)
    if square == 0:
        return 0.0
    shift = (square.denominator.bit_length() - square.numerator.bit_length()) // 2 + 64
    root = math.isqrt(int(square * Fraction(4) ** shift))
    try:
        return float(Fraction(root) / Fraction(2) ** shift)
    except OverflowError:
        return math.inf


@given(x=st.one_of(VECTOR, DECADES))
@example(x=[TINY])
@example(x=[TINY, -TINY, 0.0])
@example(x=[LARGEST])
@example(x=[LARGEST, LARGEST])
@example(x=[1e-320, 1e308])
@example(x=[1e-162, 1e-162])
@example(x=[1e154, 1e154, 1e154])
@example(x=[-0.0])
def test_norm_has_no_overflow_and_no_underflow(x: list[float]) -> None:
    found, wanted = float(norm(np.asarray(x))), exact_norm(x)
    assert found == wanted or abs(found - wanted) <= roundoff(len(x), np.float64) * wanted + TINY
    if 0 < wanted < math.inf:
        assert abs(math.hypot(*x) - wanted) <= roundoff(len(x), np.float64) * wanted + TINY


@pytest.mark.parametrize("exponent", range(-320, 309, 4))
def test_norm_in_every_decade(exponent: int) -> None:
    """3-4-5 in every decade, as rows of one batch with a zero row and a usual one."""
    s = float(f"1e{exponent}") / 8
    x = np.asarray([[3 * s, -4 * s], [0.0, 0.0], [3.0, 4.0]])
    assert np.all(np.abs(norm(x) - [math.hypot(3 * s, 4 * s), 0, 5]) <= roundoff(2, x.dtype) * norm(x) + TINY)


def test_norm_of_what_is_not_finite(xp: Any) -> None:
    rows = [[math.inf, 1.0], [-math.inf, math.inf], [math.nan, 1.0], [math.nan, 0.0], [math.inf, 1e300], [0.0, 0.0]]
    found = to_numpy(norm(xp.asarray(rows, dtype=xp.float64)))
    assert np.array_equal(found, [math.inf, math.inf, math.nan, math.nan, math.inf, 0.0], equal_nan=True)
    assert np.isnan(to_numpy(norm(xp.asarray([[math.nan, math.inf], [math.nan, 1e300]], dtype=xp.float64)))).all()


def test_norm_of_a_row_does_not_depend_on_its_neighbours() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 5)) * 10.0 ** rng.integers(-300, 300, (40, 1))
    together = norm(np.copy(x, order="F"))
    for i in range(40):
        assert together[i] == norm(np.copy(x[[i, i]], order="F"))[0]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_agree_with_exact_ones_on_every_library(xp: Any, dtype: str) -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 3, 17, 300):
        x, y = (rng.standard_normal((4, n)).astype(dtype) for _ in range(2))
        a, b = xp.asarray(x), xp.asarray(y)
        allowed = roundoff(n, dtype)
        for found, terms in (
            (dot(a, b), x.astype(float) * y.astype(float)),
            (total(a), x.astype(float)),
            (norm1(a), np.abs(x.astype(float))),
        ):
            assert is_array(found) and str(found.dtype).endswith(dtype)
            wanted = np.asarray([math.fsum(row) for row in terms])
            assert np.all(np.abs(to_numpy(found) - wanted) <= allowed * np.abs(terms).sum(-1))
        wanted = np.asarray([math.hypot(*row) for row in x.astype(float)])
        assert np.all(np.abs(to_numpy(norm(a)) - wanted) <= allowed * wanted)
        assert str(norm(a).dtype).endswith(dtype)


@pytest.mark.parametrize("batch", [(), (1,), (3,), (2, 3)])
def test_shapes_on_every_library(xp: Any, batch: tuple[int, ...]) -> None:
    x = xp.ones((*batch, 4), dtype=xp.float64)
    for reduce in (norm, norm1, total, lambda x: dot(x, x)):
        assert tuple(reduce(x).shape) == batch
    assert tuple(matvec(np.ones((5, 4)), x).shape) == (*batch, 5)
    assert np.all(to_numpy(matvec(np.ones((5, 4)), x)) == 4.0)


@given(matrix=st.lists(MODEST.filter(lambda row: len(row) >= 2), min_size=1, max_size=3), x=MODEST)
def test_matvec_against_exact_sums(matrix: list[list[float]], x: list[float]) -> None:
    n = min(map(len, [*matrix, x]))
    a, v = np.asarray([row[:n] for row in matrix]), np.asarray(x[:n])
    terms = a * v
    wanted = np.asarray([math.fsum(row) for row in terms])
    assert np.all(np.abs(matvec(a, v) - wanted) <= roundoff(n, v.dtype) * np.abs(terms).sum(-1) + TINY)


def test_matvec_is_silent_of_what_is_not_a_number() -> None:
    """A BLAS kernel may raise it for what lies beyond the end of an array: a warning would come and go."""
    assert np.isnan(matvec(np.asarray([[1.0, -1.0]]), np.asarray([math.inf, math.inf]))).all()


def test_matvec_of_a_row_does_not_depend_on_the_batch_width() -> None:
    rng = np.random.default_rng(2)
    a, x = rng.standard_normal((7, 7)), np.asfortranarray(rng.standard_normal((50, 7)))
    for width in (2, 3, 16, 50):
        assert np.array_equal(matvec(a, np.asfortranarray(x[:width])), matvec(a, x)[:width])


def test_divide(xp: Any) -> None:
    top = xp.asarray([[1.0, -2.0], [3.0, 0.0], [-1.0, 4.0]], dtype=xp.float64)
    bottom = xp.asarray([[2.0], [0.0], [-0.0]], dtype=xp.float64)
    assert to_numpy(divide(top, bottom)).tolist() == [[0.5, -1.0], [0.0, 0.0], [0.0, 0.0]]
    nan = xp.asarray([math.nan], dtype=xp.float64)
    assert np.isnan(to_numpy(divide(nan, nan))).all()
    assert to_numpy(divide(nan, 0 * xp.ones((1,), dtype=xp.float64))).tolist() == [0.0]


def test_divide_never_warns_and_never_mutates() -> None:
    top, bottom = np.asarray([1.0, 0.0]), np.asarray([0.0, 0.0])
    top.flags.writeable = bottom.flags.writeable = False
    with np.errstate(all="raise"):
        assert divide(top, bottom).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_column_and_like_keep_library_and_dtype(xp: Any, dtype: str) -> None:
    x = xp.ones((3, 2), dtype=getattr(xp, dtype))
    for value in (2, 2.0, np.float64(2.0), np.float32(2.0), np.asarray(2.0), np.full(3, 2.0), xp.ones((3,)) * 2):
        product = column(value, x) * x
        assert type(product) is type(x) and product.dtype == x.dtype and tuple(product.shape) == (3, 2)
        assert np.all(to_numpy(product) == 2.0)
        alike = like(value, x)
        assert is_array(alike) and alike.dtype == x.dtype
    assert like(x, x) is x
    assert like([[1, 2]], x).dtype == x.dtype


def test_as_real_takes_numbers_and_only_numbers() -> None:
    assert as_real([1, 2]).dtype == np.float64
    assert as_real(np.ones(2, np.float32)).dtype == np.float32
    assert type(as_real(np.ma.masked_array([1.0], [False]))) is np.ndarray
    for bad in (True, "1", ["1"], 1j, np.asarray([1j]), np.asarray(["a"]), np.asarray([True])):
        with pytest.raises(TypeError, match="not real numbers"):
            as_real(bad)


def test_as_real_refuses_a_mask_that_hides_numbers() -> None:
    with pytest.raises(ValueError, match=r"the array is a masked array with hidden numbers.*\.compressed\(\)"):
        as_real(np.ma.masked_array([1.0, 999.0], mask=[False, True]))


def test_as_real_on_every_library(xp: Any) -> None:
    assert as_real(xp.asarray([1, 2])).dtype == xp.float64
    x = xp.ones(2, dtype=xp.float32)
    assert as_real(x).dtype == x.dtype
    with pytest.raises(TypeError, match="not real numbers"):
        as_real(xp.asarray([True]))


@dataclasses.dataclass(frozen=True)
class Tree:
    """A leaf, a tuple, a name and a number."""

    first: Any
    rest: tuple[Any, ...]
    label: str = "kept"
    number: float = 3.0


class Pair(NamedTuple):
    a: Any
    b: Any


def test_trees() -> None:
    one, two, three = (np.full(2, value) for value in (1.0, 2.0, 3.0))
    tree = Tree(one, (Pair(two, "text"), Tree(three, ())))
    assert [array[0] for array in leaves(tree)] == [1.0, 2.0, 3.0]
    assert [name for name, _ in named_leaves(tree)] == ["first", "rest", "first"]
    doubled = map_arrays(lambda array: 2 * array, tree)
    assert [array[0] for array in leaves(doubled)] == [2.0, 4.0, 6.0]
    assert [array[0] for array in leaves(tree)] == [1.0, 2.0, 3.0], "the tree itself is left alone"
    assert isinstance(doubled.rest[0], Pair) and doubled.rest[0].b == "text" and doubled.label == "kept"
    assert leaves(()) == leaves(3.0) == leaves(Tree) == []
    assert map_arrays(lambda array: array, Tree) is Tree


def test_roundoff_and_dtypes(xp: Any) -> None:
    assert roundoff(1, xp.float64) == 17 * 2.0**-52
    assert roundoff(10, xp.float32) == 26 * 2.0**-23
    assert roundoff(5, "float64") > roundoff(4, np.float64)
    assert is_floating(xp.ones(1)) and not is_floating(xp.asarray([1]))


@pytest.mark.parametrize("values", [[3.0, 1.0, 2.0], [0.0, 5.0], [1.0, 9.0], [math.nan, 1.0], [1.0, math.inf]])
def test_within_is_what_every_element_is_where_no_device_waits(values: list[float]) -> None:
    known = [
        np.asarray(values),
        np.asarray([values, values]),
        np.asarray([2.0] * 20 + values),
        np.asarray([values] * 9).T,
    ]
    if importlib.util.find_spec("torch"):
        known += [backend("torch").asarray(x) for x in known]
    for x in known:
        assert within(x, 1.0, 5.0) == all(1.0 <= value <= 5.0 for value in values)
        assert within(x, 1.0) == all(value >= 1.0 for value in values)
    assert within(np.full(3, True), True) and not within(np.arange(20) > 0, True)
    assert not within(backend("array-api-strict").asarray(values), -math.inf)


def test_a_layout_keeps_values() -> None:
    x = np.copy(np.arange(6.0).reshape(2, 3), order="F")
    turned = point_contiguous(x)
    assert turned.flags.c_contiguous and np.array_equal(turned, x)


def test_backend_names() -> None:
    assert backend("numpy").asarray([1.0]).sum() == 1.0
    with pytest.raises(ValueError, match="backend 'nmupy' is unknown; choose one of numpy"):
        backend("nmupy")


def test_numpy_is_its_own_namespace_and_loads_no_other_library() -> None:
    code = "import sys, numpy as np; from alphalab import arrays; arrays.as_real([1]); arrays.norm(np.ones(2)); "
    code += "assert arrays.namespace(np.ones(2)) is arrays.namespace(np.float64(1)) is arrays.namespace(1) is np; "
    code += "print([m for m in ('array_api_compat.numpy', 'numpy.testing', 'torch', 'jax') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_backend_not_installed_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(arrays.BACKENDS, "absent", "no_such_array_library")
    with pytest.raises(ModuleNotFoundError, match="'absent' needs the package 'no_such_array_library'"):
        backend("absent")


def test_norm_keeps_read_only_inputs() -> None:
    for scale in (1.0, 1e-200, 1e200):
        x = np.full((2, 3), scale)
        x.flags.writeable = False
        assert norm(x) == pytest.approx(scale * math.sqrt(3), rel=roundoff(3, x.dtype))
