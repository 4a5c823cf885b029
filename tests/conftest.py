"""What every test shares: one deterministic hypothesis profile, little evidence, the array libraries installed."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

# One thread of BLAS per worker, before NumPy is loaded: xdist has the cores, and idle BLAS threads spin on them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, Phase, settings

from alphalab.arrays import backend

settings.register_profile(
    "laws",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=12,
    phases=(Phase.explicit, Phase.generate),  # what is drawn is small already; shrinking a run takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
settings.load_profile("laws")


PROOFS = ("claims", "conclusions", "docs", "explain", "kernel", "read_back", "report")


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out file by file; those that decide the proofs of the ledger go to one worker, which decides each once."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            scope = super()._split_scope(nodeid)
            return "proofs" if Path(scope).stem.removeprefix("test_") in PROOFS else scope

    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked `gpu` where cupy is not installed."""
    if importlib.util.find_spec("cupy") is None:
        for item in items:
            if "gpu" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="needs a CUDA device and cupy"))


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """`nohup` and `&` let SIGINT be ignored, here and in every process that a test begins."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def few_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the claims meet little evidence: `.ci/run` and the tests of the claims make them meet all of it."""
    module = importlib.import_module("alphalab.claims.evidence")

    def few(name: str = "numpy", quick: bool = False, problems: Any = None) -> Iterator[Any]:
        yield functools.partial(module.gradients_case, 1, name)
        yield functools.partial(module.problem_case, "quadratic", None, name)

    monkeypatch.setattr(module, "evidence", few)
    monkeypatch.setattr(importlib.import_module("alphalab.claims.verify"), "evidence", few)


@pytest.fixture(scope="session", autouse=True)
def caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Path]]:
    """Folders to be, one for each test; till the first begins, what fixtures make knows nothing of the user's cache."""
    folder = tmp_path_factory.mktemp("caches")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "fixtures"))
        patch.setenv("MPLCONFIGDIR", str(folder / "matplotlib"))  # the list of fonts, for all
        yield (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def modules_of_a_test_are_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """No module that a test wrote and loaded, mine.py say, is there for the next one, here or in a worker."""
    before, folder = set(sys.modules), str(tmp_path_factory.getbasetemp())
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    new = set(sys.modules) - before
    written = [name for name in new if str(getattr(sys.modules[name], "__file__", "")).startswith(folder)]
    for name in written:
        del sys.modules[name]
    if written and "joblib.externals.loky" in sys.modules:
        sys.modules["joblib.externals.loky"].get_reusable_executor().shutdown()


@pytest.fixture(autouse=True)
def nothing_is_cached(monkeypatch: pytest.MonkeyPatch, caches: Iterator[Path]) -> None:
    """No verdict of one test, or of the user's, is another's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(next(caches)))


@pytest.fixture
def without_tip() -> Callable[[str], list[str]]:
    """The lines of stderr but the one that says, on a slow machine, what jax would save."""
    return lambda err: [line for line in err.splitlines() if not line.startswith("alphalab: NumPy takes about")]


LIBRARIES = ("numpy", "array-api-strict", "torch", pytest.param("cupy", marks=pytest.mark.gpu))


@pytest.fixture(params=LIBRARIES)
def xp(request: pytest.FixtureRequest) -> ModuleType:
    """An array namespace; skips where its library is not installed."""
    try:
        return backend(request.param)
    except ModuleNotFoundError:
        pytest.skip(f"{request.param} is not installed")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
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
