"""The entry point: Ctrl-C is heard while the floors are still being imported; then `cli.main` hears it, and SIGTERM."""

from __future__ import annotations

import os
import signal
import sys

INTERRUPTED, TERMINATED = 130, 143


def main() -> int:
    """Import the command line and do what it says; return the exit code."""
    if plain := signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else someone lets it be ignored
        signal.signal(signal.SIGINT, _leave)
    from alphalab.cli import main as command

    if plain:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if heard := signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)
    code = command()
    if heard:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if plain:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: Python only shuts down
    if code in (INTERRUPTED, TERMINATED):
        import atexit

        atexit._run_exitfuncs()  # joblib removes what its workers shared
        os._exit(code)  # XLA's threads, cut off, can crash Python; an `exec` cut off would end it by the signal
    return code


def _terminate(*_: object) -> None:
    """End as after Ctrl-C, workers and all, once: a second SIGTERM ends the process on the spot."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise KeyboardInterrupt(TERMINATED)


def _leave(*_: object) -> None:
    """Leave at once: an exception could be swallowed by what is being imported, and there is nothing to tidy up."""
    os.write(sys.stderr.fileno(), b"alphalab: interrupted\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
