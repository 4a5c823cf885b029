"""Sphinx's configuration; `build.py` calls Sphinx on the sources that it has gathered in build/docs/source."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project, author, copyright = "alphalab", "alphalab contributors", "alphalab contributors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "mathml", "docstrings"]
exclude_patterns = ["notebooks/README.md"]

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # by default two scripts of another host
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_render_markdown_format = "myst"  # formulas in what a cell prints

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True  # a function by its name, not by its place in memory
add_module_names = False
smartquotes = False  # of g', the apostrophe is a prime
html_math_renderer = "mathml"

html_theme = "furo"
html_title = "alphalab"
html_static_path = ["_static"]
html_css_files = ["alphalab.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"source_repository": "", "top_of_page_buttons": []}
pygments_style, pygments_dark_style = "default", "monokai"
