"""Watch this process: no variable of a frame of ours may show the secret, at any line.

A debugger, ``%xmode Verbose`` and reporters of errors show the ``repr`` of each variable of each frame, wherever an
interrupt or an error arrives. This module runs in the watched process: ``python frames.py SECRET CODE``.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from jupyter_securepypi.demo.leaks import forms

_OURS = re.compile(r"/jupyter_securepypi/(?!demo/|emulator/)")
_HARMLESS = (int, float, bool, type(None), type, os.PathLike)


class Watch:
    """What was seen: ``file.py:function name``, each once; and how many variables were looked at."""

    def __init__(self, secret: str) -> None:
        self.seen: set[str] = set()
        self.looks = 0
        self._forms = forms(secret)
        self._texts = [form.decode() for form in self._forms]
        self._known: dict[str, bool] = {}

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        """Take a call: of our own frames everything is looked at, of others nothing."""
        file = frame.f_code.co_filename
        if file not in self._known:
            self._known[file] = bool(_OURS.search(file))
        return partial(self._look, {}) if self._known[file] else None

    def _look(self, before: dict[str, int], frame: FrameType, event: str, argument: Any) -> Any:
        """Look at what has changed since the line before; at the end, and where an error arrives, at everything."""
        values = frame.f_locals
        if event == "line":
            values = {name: value for name, value in values.items() if before.get(name) != id(value)}
            before.update((name, id(value)) for name, value in values.items())
        elif event == "exception":
            values = {**values, "(the exception)": argument[1]}
        for name, value in values.items():
            self.looks += 1
            if not isinstance(value, _HARMLESS) and self._shows(value):
                code = frame.f_code
                self.seen.add(f"{_OURS.split(code.co_filename)[-1]}:{code.co_name} {name}")
        return partial(self._look, before)

    def _shows(self, value: Any) -> bool:
        if type(value) in (bytes, bytearray):
            return any(form in value for form in self._forms)
        try:
            text = value if type(value) is str else repr(value)
        except Exception:  # noqa: BLE001 of an object that is not whole yet
            return False
        return any(form in text for form in self._texts)


@contextmanager
def watched(secret: str) -> Iterator[Watch]:
    """Watch all threads of this process."""
    watch = Watch(secret)
    threading.settrace(watch.trace)
    sys.settrace(watch.trace)
    try:
        yield watch
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


def main(secret: str, code: str) -> None:
    """Run `code` and print what showed `secret`, and how the code ended."""
    program, ended = compile(code, "watched", "exec"), "well"
    with watched(secret) as watch:
        try:
            exec(program, {"__name__": "__main__"})
        except BaseException as error:  # noqa: BLE001 it is told
            ended = f"{type(error).__name__}: {error}"
    print("looks:", watch.looks)
    print("ended:", " ".join(ended.split()))
    for one in sorted(watch.seen):
        print("shown:", one)


if __name__ == "__main__":
    main(*sys.argv[1:])
