"""Whether what an option says leads to the secure index and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ..core.address import same_address
from . import originals

_NAME = re.compile(r"[A-Za-z0-9_.\-]+=(?=[a-z]+:)")  # UV_INDEX may name its indexes: NAME=URL


def all_secure(option: str, value: str, index_url: str) -> bool:
    """Return whether every address in `value` is the secure index, or a folder that we keep empty.

    Args:
        option: of pip or uv, or uv's variable: it decides how the value is read.
        value: addresses, separated by blanks; credentials in them make no difference.
        index_url: the secure index.
    """
    if option == "no-index":
        return True
    words = value.split()
    if option in ("find-links", "UV_FIND_LINKS"):
        return all(_is_nowhere(word) for word in words)
    if option == "UV_INDEX":
        words = [_NAME.sub("", word) for word in words]
    return all(same_address(word, index_url) for word in words)


def _is_nowhere(word: str) -> bool:
    """Return whether a find-links value is the empty folder that takes the place of a lower file's."""
    path = Path(url2pathname(urlsplit(word).path) if word.startswith("file:") else word)
    try:
        return path == originals.data_folder() / "empty" and not any(path.iterdir())
    except OSError:
        return False
