"""Whether a line of `%pip` installs: pip's own parser says so, and ours never takes an install for anything else."""

from __future__ import annotations

import contextlib
import io
import shlex

from fuzz_support import drawn
from hypothesis import example, given
from hypothesis import strategies as st
from pip._internal.cli.main_parser import parse_command
from pip._internal.exceptions import PipError

from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.notebook.install_lines import READERS

WORD = st.one_of(
    st.sampled_from(
        [
            *[
                "install",
                "install",
                "install",
                "list",
                "show",
                "uninstall",
                "pip",
                "acme",
                "-",
                "--",
                "",
                "#",
                "x#y",
            ],
            *[
                "-q",
                "-qv",
                "-vvv",
                "-h",
                "-V",
                "--help",
                "--version",
                "--isolated",
                "--i",
                "--quiet",
                "--no-in",
            ],
            *[
                "--log",
                "--log=x",
                "--lo",
                "--proxy",
                "--prox",
                "--retries",
                "--ret=3",
                "--timeout",
                "--cert",
                "--c",
            ],
            *[
                "--cache-dir",
                "--no-cache-dir",
                "--no-color",
                "--disable-pip-version-check",
                "--debug",
                "--trusted-host",
            ],
            *[
                "--exists-action",
                "--ex",
                "--use-feature",
                "--keyring-provider",
                "--require-virtualenv",
                "--no-input",
            ],
            *["-i", "--trusted-host", "-r", "--pre", "--nonsense", "--nonsense=1", "--python-version", "-t"],
        ]
    ),
    st.text(max_size=6),
)


def command_of_pip(words: list[str]) -> str:
    """Return the command that pip would run; empty for none."""
    silence = io.StringIO()
    with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        try:
            return str(parse_command(words)[0])
        except (PipError, SystemExit):
            return ""


@drawn(1000)
@given(st.lists(WORD, max_size=6))
@example(["--log", "list", "install", "acme"])
@example(["--proxy=x", "install", "--log", "--help", "acme"])
@example(["--i", "install", "acme"])
def test_what_pip_would_install_is_never_passed_on_to_it(words):
    try:
        taken = READERS["pip"](shlex.join(words))
    except RequestRefused:
        return
    if command_of_pip(words) == "install":
        assert taken is not None or words in (["install", "--help"], ["install", "-h"])
    elif taken is not None:
        # pip refuses what stands before the command, and so do we, later; a file's name is no command to either.
        assert "install" in words


@drawn(1000)
@given(st.sampled_from(sorted(READERS)), st.one_of(st.text(), st.lists(WORD, max_size=8).map(" ".join)))
@example("uv", "pip install --index")
@example("pip", "install '\\")
def test_any_line_is_read_or_refused(magic, line):
    with contextlib.suppress(RequestRefused):
        words = READERS[magic](line)
        assert words is None or all(isinstance(word, str) for word in words)
