"""Formulas of the pages as MathML, which browsers draw without a script and without anything from another host."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from alphalab.experiments.page import formula, pieces


def inline(writer: Any, node: nodes.math) -> None:
    """Write a formula in a line, which may break behind a comma; a long one scrolls inside the width of the page."""
    told = (f'<span class="formula">{formula(piece)}</span>' for piece in pieces(node.astext()))
    writer.body.append(" ".join(told))
    raise nodes.SkipNode


def display(writer: Any, node: nodes.math_block) -> None:
    """Write a formula of its own line."""
    writer.body.append(f'<div class="formula">{formula(node.astext())}</div>')
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Name the renderer `mathml`."""
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
