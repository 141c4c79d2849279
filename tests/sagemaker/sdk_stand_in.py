"""Stands in for the SageMaker SDK: classes that take exactly the arguments the real ones take, and record them.

The signatures were recorded from the real SDKs (versions in sdk_signatures.json) with `inspect.signature`: a name
with `!` is required, `**` takes any keyword.
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

_RECORDED = json.loads(Path(__file__).with_name("sdk_signatures.json").read_text())


def run_snippet(code, major, monkeypatch):
    """Run `code` with SDK v`major` in place and return the calls it made: (name, keyword arguments)."""
    calls = []
    signatures = _RECORDED[major]["signatures"]
    for name in list(sys.modules):
        if name.partition(".")[0] == "sagemaker":
            monkeypatch.delitem(sys.modules, name)
    for path in (path for path in signatures if "." not in path.partition(":")[2]):
        module, _, name = path.partition(":")
        setattr(_module(module, monkeypatch), name, _stand_in(path, signatures, calls))
    exec(compile(code, "snippet", "exec"), {})
    return calls


def _module(name, monkeypatch):
    for end in range(len(name.split("."))):
        part = ".".join(name.split(".")[: end + 1])
        if part not in sys.modules:
            monkeypatch.setitem(sys.modules, part, types.ModuleType(part))
            sys.modules[part].__path__ = []
    return sys.modules[name]


def _stand_in(path, signatures, calls):
    name = path.partition(":")[2]

    class StandIn:
        def __init__(self, *positional, **keywords):
            assert not positional, f"{name} takes keywords here"
            _bind(name, signatures[path], keywords)
            calls.append((name, keywords))

        def __call__(self, function):
            return function

        def run(self, *positional, **keywords):
            assert not positional
            _bind(f"{name}.run", signatures[f"{path}.run"], keywords)
            calls.append((f"{name}.run", keywords))

    return StandIn


def _bind(name, signature, keywords):
    words = signature.split()
    known = {word.strip("!*") for word in words}
    unknown = set() if any(word.startswith("**") for word in words) else set(keywords) - known
    assert not unknown, f"{name} of the SDK has no argument {unknown}"
    missing = {word[:-1] for word in words if word.endswith("!")} - set(keywords)
    assert not missing, f"{name} of the SDK needs {missing}"
