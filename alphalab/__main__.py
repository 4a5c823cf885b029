"""python -m alphalab is the command alphalab."""

import sys

from alphalab.cli import main

if __name__ == "__main__":
    sys.exit(main())
