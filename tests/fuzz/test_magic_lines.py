"""`%secure_pip` with any line and cell: an answer or an error of ours; nothing runs and nothing is asked."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest
from fuzz_support import drawn
from hypothesis import example, given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.notebook.magics import register

# What starts a process or opens a connection.
ACTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn", "socket.connect")

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

COMMAND = st.sampled_from(
    [
        *[
            "install",
            "install",
            "status",
            "refresh",
            "help",
            "preview",
            "lock",
            "download",
            "list -",
            "show-origin",
        ],
        *["search-versions", "why", "why a b", "audit --nothing", "doctor --nothing", "preview training"],
        *["nonsense", "", "-h"],
    ]
)
WORD = st.one_of(
    st.sampled_from(
        [
            *[
                "foo",
                "-r",
                "-rbad.txt",
                "-e",
                "--",
                "-",
                "=",
                "--json",
                "-q",
                "--engine",
                "--engine=uv",
                "--verify",
            ],
            *[
                "--verify=before",
                "--dry-run",
                "--help",
                "-o",
                "--output=/",
                "-d",
                "--route",
                "--env",
                "A=b",
                "--env=x",
            ],
            *["--database", "/etc/passwd", "/dev/zero", ".", "~", "pylock.toml", "cell.txt", "foo;touch pwned"],
            *[
                "$(touch pwned)",
                "`touch pwned`",
                "|touch pwned",
                "&&",
                ">pwned",
                "foo\ntouch pwned",
                "!touch pwned",
            ],
            *[
                "{__name__}",
                "{1/0}",
                "{",
                "}",
                "$HOME",
                "%s%n",
                "\\",
                '"',
                "'",
                "#",
                "\0",
                "\r",
                "\x1b[2J",
                "\ud800",
            ],
            *[
                "https://x/y.whl",
                "foo @ file:///x",
                "git+https://x",
                "\u2028",
                "\ufeff",
                "é",
                "a" * 5000,
                "[",
                "]",
            ],
        ]
    ),
    st.text(max_size=8),
)
LINE = st.builds(
    lambda command, words, space: space.join([command, *words]),
    COMMAND,
    st.lists(WORD, max_size=5),
    st.sampled_from([" ", " ", "  ", "\t", "\n"]),
)
CELL = st.one_of(
    st.none(), st.none(), st.lists(WORD, max_size=5).map(lambda words: "\n".join([*words, ""]) or "\n")
)


class Watch:
    """What the interpreter was seen to do while `on`; an audit hook cannot be taken away again."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in ACTS:
            self.seen.append(f"{event} {str(arguments)[:200]}")


WATCH = Watch()


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """An IPython with the magic, in a folder with a bad requirements file; no repository is configured."""
    shell = InteractiveShell()
    register(shell)
    monkeypatch.chdir(tmp_path)
    Path("bad.txt").write_text("--extra-index-url https://evil\n")
    yield shell
    shell.history_manager.end_session()


def ask(shell: InteractiveShell, line: str, cell: str | None) -> BaseException | None:
    """Run the magic as a cell would; return what it raised."""
    silence = io.StringIO()
    try:
        with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
            if cell is None:
                shell.run_line_magic("secure_pip", line)
            else:
                shell.run_cell_magic("secure_pip", line, cell)
    except BaseException as error:  # noqa: BLE001 an exit is what must not be, too
        return error
    return None


@drawn(300)
@given(LINE, CELL)
@example("install -r '\0'", None)
@example("preview training --env =", None)
@example("lock -o \ud800 bad.txt", None)
def test_any_line_gets_an_answer_or_an_error_of_ours_and_nothing_runs(shell, line, cell):
    folder = sorted(Path().iterdir())
    WATCH.seen.clear()
    WATCH.on = True
    try:
        raised = ask(shell, line, cell)
    finally:
        WATCH.on = False
    assert raised is None or isinstance(raised, SecurePyPIError), repr(raised)
    assert not CONTROL.search(str(raised)), "a terminal would obey it"
    assert WATCH.seen == []
    assert sorted(Path().iterdir()) == folder


def test_what_runs_would_be_seen(shell):
    WATCH.seen.clear()
    WATCH.on = True
    try:
        shell.system_raw("true")
    finally:
        WATCH.on = False
    assert WATCH.seen
