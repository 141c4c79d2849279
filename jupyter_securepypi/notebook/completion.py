"""TAB after ``%secure_pip``: commands, options and what they take, and names of packages, from what is at hand."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

_MAGIC = re.compile(r"\s*%{1,2}secure_pip(?P<words>\s.*)?$", re.DOTALL)
_WORD = re.compile(r"""[^\s"']*$""")
_WAIT = 0.04  # seconds for what is not imported yet; the next TAB has it


def begin(shell: InteractiveShell) -> Callable[[], None]:
    """Complete in `shell` from now on; return what ends it.

    IPython older than 8.6 has no way to be told; there nothing is completed.
    """
    try:
        from IPython.core.completer import context_matcher
    except ImportError:
        return lambda: None
    matcher = context_matcher(identifier="jupyter_securepypi")(_matches)
    matchers: list[Any] = shell.Completer.custom_matchers
    matchers.append(matcher)

    def end() -> None:
        if matcher in matchers:
            matchers.remove(matcher)

    return end


def _matches(context: CompletionContext) -> SimpleMatcherResult:
    from IPython.core.completer import SimpleCompletion

    fragment, found = candidates(context.full_text, context.cursor_line, context.text_until_cursor)
    return {
        "completions": [SimpleCompletion(text=one, type="keyword") for one in found],
        "matched_fragment": fragment,
        # Python's own names have no business here.
        "suppress": bool(found),
        "do_not_suppress": set(),
        "ordered": True,
    }


def candidates(cell: str, line_number: int, line: str) -> tuple[str, list[str]]:
    """Return the word before the cursor, and what it can become.

    Args:
        cell: the whole text.
        line_number: the cursor's, from 0.
        line: its text up to the cursor.
    """
    word = _WORD.search(line)
    fragment = word.group() if word else ""
    magic = _MAGIC.match(line)
    if magic:
        words = (magic["words"] or " ")[: -len(fragment) or None].split()
        return fragment, (_after(words, fragment) if magic["words"] else [])
    first = cell.split("\n", 1)[0].split()
    in_cell = line_number and first[:1] == ["%%secure_pip"] and "#" not in line
    if in_cell and (first[1:2] in ([], ["install"]) or first[1].startswith("-")):
        return fragment, _after(["install"], fragment)
    return "", []


def _after(words: list[str], fragment: str) -> list[str]:
    """Return what can follow `words`, which stand after the magic's name, where `fragment` is typed already.

    Where a file belongs, that is nothing, so that IPython offers files. Elsewhere it is something, if only what is
    there already: else IPython would offer Python's names, and first import what finds them, for seconds.
    """
    from ..help.commands import of_the_magic

    commands = of_the_magic()
    if not words or (words[0] == "help" and len(words) == 1):
        known = [*commands, *([] if words else ["help"])]
        return [name for name in known if name.startswith(fragment)] or _as_it_is(fragment)
    command = words[0]
    if command not in commands:
        return _as_it_is(fragment)
    arguments = _arguments_of(command)
    options = {name: one for one in arguments for name in one.option_strings}
    taken = options.get(words[-1])
    if taken and len(words) > 1 and taken.nargs != 0:
        return [str(one) for one in taken.choices or () if str(one).startswith(fragment)]
    if any(one.metavar == "FILE" and not one.option_strings for one in arguments):
        return []
    long = sorted(name for name in options if name.startswith("--") and name.startswith(fragment))
    if fragment.startswith("-"):
        return long or _as_it_is(fragment)
    positional = [str(one) for action in arguments if not action.option_strings for one in action.choices or ()]
    names = [one for one in positional if one.startswith(fragment)] or _names(command, fragment)
    return names or long or _as_it_is(fragment)


def _as_it_is(fragment: str) -> list[str]:
    return [fragment] if fragment else []


def _arguments_of(command: str) -> list[argparse.Action]:
    """Return the arguments of `command`; none before they are imported, which a first TAB does not wait for."""
    found: list[argparse.Action] = []

    def look() -> None:
        from .help import parser_of

        found.extend(parser_of(command).declared)

    _within(look)
    return list(found)


def _names(command: str, fragment: str) -> list[str]:
    from ..help.completion import INDEX, NAMES, beginning_with, installed_names

    if NAMES.get(command) != INDEX:
        return beginning_with(fragment, installed_names()) if command in NAMES else []
    found: list[str] = []

    def look() -> None:
        from ..config import load_options
        from ..core.errors import SecurePyPIError
        from ..install.questions.index_names import names_at_hand

        try:
            found.extend(beginning_with(fragment, names_at_hand(load_options())))
        except SecurePyPIError:
            return  # not configured, or not well: whoever installs is told

    _within(look)
    return list(found)


def _within(look: Callable[[], None]) -> None:
    """Run `look` in a thread, and wait for it a moment."""
    thread = threading.Thread(target=look, name="securepypi-tab", daemon=True)
    thread.start()
    thread.join(_WAIT)
