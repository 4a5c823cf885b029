"""alphalab new: a file of your own that runs, with what to fill in marked."""

from __future__ import annotations

import argparse
import keyword
import string
from importlib import resources
from pathlib import Path

from alphalab.cli.settings import check_target

KINDS = ("problem", "method", "claim", "figure")


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument("kind", choices=KINDS)
    command.add_argument("name", metavar="NAME", help="of the object; the file is NAME_KIND.py, here")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Write the file and say what to do with it."""
    if not args.name.isidentifier() or keyword.iskeyword(args.name):
        raise ValueError(f"NAME must be a name in Python, such as my_{args.kind}, got {args.name!r}")
    path = Path(f"{args.name}_{args.kind}.py")
    check_target(path, "new")
    text = resources.files("alphalab.cli").joinpath("templates", f"{args.kind}.txt").read_text(encoding="utf-8")
    content = string.Template(text).substitute(name=args.name, file=path.name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        raise ValueError(f"{path} is there already; give another name") from None
    print(f"wrote {path}: it runs as it is; fill in the lines marked `fill in`, then")
    first = content.split('"""')[1].splitlines()
    print("\n".join(line for line in first if line.startswith("    ")))  # the commands that its first words name
    return 0
