"""How much memory is free, so that what cannot fit is refused, not killed by the kernel without a word.

    free = min(what the machine can give, limit - used of every control group that holds this process)

Linux alone tells both; elsewhere nothing is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from alphalab.words import size

GROUPS = Path("/sys/fs/cgroup")
SMALL = 2**28  # bytes for which nobody looks: that takes as long as a thousand steps of a lone run


def bytes_of(memory: int | str) -> int:
    """Return 2 * 2**30 for "2G"; also K, M, T and plain numbers of bytes."""
    text = str(memory).strip().upper().removesuffix("B").removesuffix("I")
    power = " KMGT".find(text[-1:]) if text[-1:] in "KMGT" else 0
    try:
        amount = float(text[:-1] if power else text) * 1024**power
        if not 0 < amount < math.inf:
            raise ValueError
    except ValueError:
        raise ValueError(f"memory must be a size such as 500M or 2G, got {memory!r}") from None
    return int(amount)


def check_fits(needed: float, what: str) -> None:
    """Raise ValueError where `what`, which takes so many bytes, does not fit into the memory that is free."""
    if needed > SMALL and needed > (free := free_bytes()):
        raise ValueError(f"memory: {what} take {size(needed)}, {size(free)} are free; observe less or cut the sweep")


def free_bytes() -> float:
    """Return how much more memory this process can have; infinite where the system does not say."""
    return min(_machine(), *_groups(), math.inf)


def _machine() -> float:
    """Return what the kernel can give away, caches among it, and what it can swap."""
    lines = (line.split() for line in _text(Path("/proc/meminfo")).splitlines())
    told = {words[0]: int(words[1]) * 1024 for words in lines if len(words) > 1 and words[1].isdecimal()}
    return told["MemAvailable:"] + told.get("SwapFree:", 0) if "MemAvailable:" in told else math.inf


def _groups() -> Iterator[float]:
    """Yield what every control group over this process leaves, of either version; its caches can be given away."""
    for line in _text(Path("/proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            yield from _left(GROUPS, path, "memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            yield from _left(GROUPS / "memory", path, *names)


def _left(root: Path, path: str, limit: str, used: str, cache: str) -> Iterator[float]:
    inside = root / path.strip("/")  # in a container the path may be that of the host: then only the root is there
    for folder in (inside, *inside.parents):
        most, now = _text(folder / limit).strip(), _text(folder / used).strip()
        if most.isdecimal() and now.isdecimal():
            stat = dict(line.split() for line in _text(folder / "memory.stat").splitlines())
            yield float(int(most) - int(now) + int(stat.get(cache, 0)))
        if folder == root:
            return


def _text(path: Path) -> str:
    """Return what a file says, nothing where it is not there."""
    try:
        return path.read_text()
    except OSError:
        return ""
