"""What the manual takes from the code: the directive `from-code` writes a part of a page while it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import commands, errors, events, facts, magics, metrics, options, rest

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PARTS = {
    "commands": commands.text,
    "credentials": errors.credentials_text,
    "errors": errors.text,
    "events": events.text,
    "magics": magics.text,
    "metrics": metrics.text,
    "options": options.text,
    "rest": rest.text,
    "rest-schemas": rest.schemas_text,
    "routes": facts.text,
    "route-facts": facts.sources_text,
    "variables": options.variables_text,
}
"""Part of the manual → the function that returns it as Markdown."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive; Sphinx calls this."""
    from .directive import FromCode

    app.add_directive("from-code", FromCode)
    return {"parallel_read_safe": True, "version": "1"}
