"""The check that the value of an option leads to the secure index and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from ..core.address import same_address
from ..core.pip.configuration import Effective, Setting
from ..core.pip.names import INDEX_KEYS, REDIRECTING, WEAKENING, is_true
from . import originals

NO_HOST = "nowhere.invalid"
"""A value of trusted-host that stands for none: RFC 2606 keeps the name from ever being a host."""
_NAME = re.compile(r"[A-Za-z0-9_.\-]+=(?=[a-z]+:)")  # UV_INDEX may name its indexes: NAME=URL


def all_secure(option: str, value: str, index_url: str) -> bool:
    """Return whether every address in `value` is the secure index, or a folder that we keep empty.

    Args:
        option: the option of pip or uv, or uv's variable; it decides how the value is read.
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


def elsewhere(one: Effective, index_url: str) -> list[Setting | None]:
    """Return the settings of a pip command that lead away from the secure index; None stands for pip's default."""
    if one.problems:
        return []
    found: list[Setting | None] = [] if has_no_index(one) or one.settings.get("index-url") else [None]
    for key, setting in one.settings.items():
        counts = key == "find-links" or (key in INDEX_KEYS and not has_no_index(one))
        if (counts and not all_secure(key, setting.value, index_url)) or _does_harm(key, setting.value):
            found.append(setting)
    return found


def _does_harm(key: str, value: str) -> bool:
    """Return whether an option of pip leads elsewhere without an address, or takes away a check."""
    if key == "trusted-host":
        return value.split() != [NO_HOST]
    if key == "config-settings":
        return "--global-option" in value or "--build-option" in value  # words for setup.py, which can fetch
    return is_true(value) if key == "no-require-hashes" else key in REDIRECTING | WEAKENING


def has_no_index(one: Effective) -> bool:
    """Return whether a pip command may use no index at all."""
    return is_true(one.value("no-index") or "")


def _is_nowhere(word: str) -> bool:
    """Return whether a find-links value is our empty folder, which overrides the value of a weaker file."""
    path = Path(_path_of(word) if word.startswith("file:") else word)
    try:
        return path == originals.empty_folder() and not any(path.iterdir())
    except OSError:
        return False


def _path_of(url: str) -> str:
    from urllib.request import url2pathname  # with it come http.client and ssl

    return url2pathname(urlsplit(url).path)
