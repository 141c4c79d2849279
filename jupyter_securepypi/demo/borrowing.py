"""Environments that borrow the running one's packages, so that making one takes no download and no seconds.

The emulator's samples are not borrowed: whoever has tried the product in the running environment has them there, and
nothing would be left to install.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from ..core.child import as_main, python_command

# Modules, metadata and links of editable installs of what the emulator's index holds: acme-core and the like.
_SAMPLE = re.compile(r"(__editable__[._]+)?acme[_.-]", re.IGNORECASE)


def environment(prefix: Path) -> Path:
    """Make a virtual environment in `prefix` and return its Python, which sees what the running one sees.

    It has no pip of its own: the running environment's serves it.
    """
    python = bare(prefix)
    borrow(python, [*folders(prefix), Path(__file__).parents[2]])
    return python


def bare(prefix: Path) -> Path:
    """Make a virtual environment with nothing in it, and return its Python."""
    command = python_command(sys.executable, as_main("venv"), "--without-pip", str(prefix))
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return prefix / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def borrow(python: Path, lenders: Iterable[Path], *, links: bool = True) -> None:
    """Have the interpreter of a virtual environment find the packages in the folders `lenders`, after its own.

    Args:
        python: the interpreter.
        lenders: folders of packages.
        links: follow what ``.pth`` files in them say, too: an editable install's checkout.
    """
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    asked = subprocess.run(
        python_command(str(python), ask), check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    lines = (f"import site; site.addsitedir({str(one)!r})\n" if links else f"{one}\n" for one in lenders)
    Path(asked.stdout.decode().strip(), "parent.pth").write_text("".join(lines), encoding="utf-8")


def folders(prefix: Path) -> list[Path]:
    """Return the folders of the running environment's packages, for an environment in `prefix`.

    Of one that holds samples, a mirror is made, with links to all else. What has a path that begins like the prefix pip
    takes for the environment's own, and would remove; so it stands beside it, under a name that begins otherwise.
    """
    found = []
    # Also those of the user, and of the environment below this one.
    places = [
        Path(place) for place in dict.fromkeys(sys.path) if place.endswith(("site-packages", "dist-packages"))
    ]
    for number, folder in enumerate(places):
        entries = list(folder.iterdir()) if folder.is_dir() else []
        if any(_SAMPLE.match(entry.name) for entry in entries):
            folder = prefix.with_name(f"lent-to-{prefix.name}-{number}")
            folder.mkdir()
            for entry in entries:
                if not _SAMPLE.match(entry.name):
                    (folder / entry.name).symlink_to(entry)
        if entries:
            found.append(folder)
    return found
