"""How Sphinx builds the manual: `nox -s docs` serves it, `.ci/run` builds it with warnings as errors."""

from __future__ import annotations

import json
import sys
from pathlib import Path

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE / "_ext"))

project = "Secure PyPI"
author = "the authors of jupyter_securepypi"
copyright = "the authors of jupyter_securepypi, BSD-3-Clause"
version = release = json.loads((_HERE.parent / "labextension/package.json").read_text(encoding="utf-8"))[
    "version"
]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton", "from_code"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_ext"]

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "fieldlist"]
# So many levels of headings have anchors, which links name as GitHub does.
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_google_docstring = True
# What docstrings of Google's style write with single backquotes is code.
default_role = "code"

html_theme = "pydata_sphinx_theme"
html_title = f"Secure PyPI {release}"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_show_sourcelink = False
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_domain_indices = False
# What is typed stays as it is typed: no dashes in place of `--`, no other quotes.
smartquotes = False
copybutton_prompt_text = "$ "

# Only what is ours is checked: the build of a private network reaches nothing else.
linkcheck_ignore = [r"https?://"]
