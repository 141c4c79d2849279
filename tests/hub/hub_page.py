"""What docs/jupyterhub.md says, block by block: the tests run it, so that page and product cannot drift apart."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/jupyterhub.md"
ENVIRONMENT, FOLDER = "/opt/jupyterhub", "/srv/jupyterhub"
"""The folders of the page: the shared environment, and where the hub runs."""


def block(holds: str, begins: str = "") -> str:
    """Return the one code block of the page that holds the text `holds` and begins with `begins`."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    [found] = [one for one in blocks if holds in one and one.startswith(begins)]
    return found


def moved(text: str, environment: Path, folder: Path) -> str:
    """Return `text` with other folders in the place of the page's."""
    return text.replace(ENVIRONMENT, str(environment)).replace(FOLDER, str(folder))
