"""What `%secure_pip` alone, `%secure_pip help` and `%secure_pip?` show."""

from __future__ import annotations

from ..help.commands import of_the_magic
from ..help.text import MAGIC, overview

_TITLE = "Install Python packages from the secure index, and only from there."
_FOOT = """\
A whole cell installs, too, a requirement a line:

%%secure_pip install
pandas>=2
acme-features

`%secure_pip help COMMAND` explains a command, with examples."""


def magic_overview() -> str:
    """Return the commands of the magic, a line each."""
    return overview(MAGIC, of_the_magic(), title=_TITLE, foot=_FOOT)
