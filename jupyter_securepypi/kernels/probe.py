"""Ask a Python command for its prefix, with a deadline and bounded output, and leave no process behind."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from ..core.child import Child

DEADLINE = 5.0
"""Seconds a kernel's Python may take to answer."""
REMEMBERED = 600.0
"""Seconds that an answer is valid: a shim or a wrapper script may start another Python without visible change."""
HINT = "let the specification name the Python itself: PYTHON -m ipykernel_launcher"
_AT_ONCE = 4
_LOOK = 0.2  # seconds between two looks whether to stop
_MOST_OUTPUT = 65536
_MARK = "jupyter_securepypi:"
# One line, because `conda run` accepts no other code. The file's inode number tells this machine apart from a
# container: the container's prefix may also exist here.
_PROBE = (
    "import json, os, sys; print('\\n' + '" + _MARK + "' + "
    "json.dumps([sys.prefix, sys.executable, os.stat(sys.prefix).st_dev, os.stat(sys.prefix).st_ino]))"
)

_ANSWER = re.compile(_MARK.encode() + rb".*\n")

_answers: dict[Question, tuple[float, tuple[Path | None, str]]] = {}


@dataclass(frozen=True)
class Question:
    """A question to a Python command; equal questions have equal answers.

    Attributes:
        command: the words that run a Python; its options are added at the end.
        changed: when the program was last changed, in nanoseconds: a changed program is a new question.
        environ: the environment variables for it.
    """

    command: tuple[str, ...]
    changed: int
    environ: tuple[tuple[str, str], ...] = field(repr=False)

    @classmethod
    def about(cls, command: list[str], environ: Mapping[str, str]) -> Question:
        """Return the question for a command whose first word is an existing program."""
        try:
            changed = Path(command[0]).stat().st_mtime_ns
        except OSError:
            changed = 0
        return cls(tuple(command), changed, tuple(environ.items()))


def ask(question: Question) -> tuple[Path | None, str]:
    """Return the prefix of a Python command and how it was found, or None and the reason."""
    known = _answers.get(question)
    if known and 0 <= time.monotonic() - known[0] < REMEMBERED:
        return known[1]
    answer = _answer(question)
    _answers[question] = (time.monotonic(), answer)
    return answer


def answers(
    questions: Sequence[Question], stopped: threading.Event
) -> Iterator[tuple[Question, tuple[Path | None, str]]]:
    """Yield each question with its answer, see `ask`, in the order of the answers; end early once `stopped` is set.

    The threads are daemons: a process that ends does not wait for them, as it would for those of an executor.
    """
    left: SimpleQueue[Question] = SimpleQueue()
    found: SimpleQueue[tuple[Question, tuple[Path | None, str]]] = SimpleQueue()
    for question in questions:
        left.put(question)

    def work() -> None:
        while not stopped.is_set():
            try:
                question = left.get_nowait()
            except Empty:
                return
            try:
                answer = ask(question)
            except Exception as error:  # noqa: BLE001 a specification holds anything, and the others are waited for
                shown = question.command[0]
                answer = (None, f"{shown} cannot be asked: {type(error).__name__}; mend the specification")
            if stopped.is_set():  # it may have been killed, which says nothing about it
                _answers.pop(question, None)
            found.put((question, answer))

    for _ in range(min(_AT_ONCE, len(questions))):
        threading.Thread(target=work, name="securepypi-probe", daemon=True).start()
    for _ in questions:
        while not stopped.is_set():
            try:
                yield found.get(timeout=_LOOK)
                break
            except Empty:
                continue


def _answer(question: Question) -> tuple[Path | None, str]:
    shown = " ".join(question.command)
    if os.name != "posix":
        return None, f"{shown} is not a plain environment, and on Windows only those are found; {HINT}"
    try:
        # -S, because a kernel's packages could do anything at start. A venv's prefix is then known by its place.
        # And no PYTHONPATH, which a wrapper such as `conda run` would obey before that Python starts.
        environ = {name: value for name, value in question.environ if name != "PYTHONPATH"}
        output, in_time = _run([*question.command, "-I", "-S", "-c", _PROBE], environ)
    except OSError as error:
        return None, f"{shown} cannot be run: {error.strerror or error}"
    line = next((line for line in output.splitlines() if line.startswith(_MARK)), "")
    try:
        prefix, executable, device, inode = json.loads(line[len(_MARK) :])
        found = Path(prefix)
        state = found.stat()
    except (ValueError, TypeError, OSError):
        limit = "" if in_time else f" within {DEADLINE:g} seconds"
        return None, f"{shown} did not say where its packages are{limit}; {HINT}"
    if (state.st_dev, state.st_ino) != (device, inode):
        return None, f"{shown} runs Python in a container or on another machine; configure pip there"
    return _environment_of(Path(executable)) or found, f"{shown} told it"


def _environment_of(executable: Path) -> Path | None:
    """Return the virtual environment of an interpreter, by the rules of ``site.venv`` before Python 3.14."""
    if any((folder / "pyvenv.cfg").is_file() for folder in (executable.parent, executable.parent.parent)):
        return executable.parent.parent
    return None


def _run(command: list[str], environ: Mapping[str, str]) -> tuple[str, bool]:
    """Return the first part of a command's output, and whether it came in time."""
    output = b""
    with Child(command, DEADLINE, environ=environ) as child:
        for piece in child.output():
            output += piece
            # Do not wait for the end: a background process may hold the pipe open.
            if len(output) >= _MOST_OUTPUT or _ANSWER.search(output):
                break
    return output.decode("utf-8", "replace"), not child.timed_out
