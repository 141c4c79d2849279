"""Servers start without the parsers of IRIs, which they never ask: two seconds of a core, each time.

`jsonschema` imports `rfc3987_syntax`, which builds 38 parsers as it is imported. With this folder in its PYTHONPATH an
interpreter builds them once it is asked for the first IRI; what it starts knows nothing of the folder.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from types import ModuleType

_NAME = "rfc3987_syntax"


def is_valid_syntax(term: str, value: str) -> bool:
    """Ask the real module, which takes its own place back."""
    sys.modules.pop(_NAME, None)
    return bool(importlib.import_module(_NAME).is_valid_syntax(term, value))


def _hide(folder: str) -> None:
    sys.path[:] = [path for path in sys.path if path != folder]
    left = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path not in ("", folder)]
    os.environ.pop("PYTHONPATH", None)
    if left:
        os.environ["PYTHONPATH"] = os.pathsep.join(left)


if importlib.util.find_spec(_NAME) is not None:
    _lazy = ModuleType(_NAME)
    _lazy.is_valid_syntax = is_valid_syntax  # type: ignore[attr-defined]
    sys.modules[_NAME] = _lazy
_hide(os.path.dirname(os.path.abspath(__file__)))
