"""The directive itself, apart from the texts: these are tested where Sphinx is not installed."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class FromCode(SphinxDirective):
    """Puts one of `PARTS` in its place: headings, tables and all."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the nodes of the part.

        Raises:
            ExtensionError: there is no such part.
        """
        from . import PARTS

        [name] = self.arguments
        if name not in PARTS:
            raise self.error(f"there is no part {name!r}; there are {', '.join(sorted(PARTS))}")
        # The code decides over the page, so that a change of it has the page read again.
        self.env.note_reread()
        return self.parse_text_to_nodes(PARTS[name](), allow_section_headings=True)
