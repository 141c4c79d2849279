"""The texts about commands: an overview, the examples of one, and what somebody may have meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .command import GROUPS, Command
from .commands import COMMANDS, IN_A_CELL

LINE, MAGIC = "jupyter securepypi", "%secure_pip"
"""What stands before a command in a terminal, and in a notebook."""
# What other tools call it.
_ELSEWHERE = {
    "add": "install",
    "upgrade": "install -U",
    "update": "install -U",
    "remove": "uninstall",
    "rm": "uninstall",
    "delete": "uninstall",
    "ls": "list",
    "info": "show",
    "index": "search-versions",
    "versions": "search-versions",
    "search": "search-versions",
    "outdated": "list",
    "compile": "lock",
    "sync": "install -r pylock.toml",
    "login": "refresh",
    "config": "configure",
}


def overview(program: str, commands: Mapping[str, Command], *, title: str, foot: str) -> str:
    """Return the commands in their groups, a line each.

    Args:
        program: what stands before a command.
        commands: by name.
        title: the first line.
        foot: what stands below.
    """
    width = max(map(len, commands)) + 2
    lines = [title, "", f"{program} COMMAND ...", ""]
    for group in GROUPS:
        names = [name for name, one in commands.items() if one.group == group]
        lines += [group, *(f"  {name:<{width}}{commands[name].does}" for name in names), ""] if names else []
    return "\n".join([*lines, foot])


def examples(program: str, name: str) -> str:
    """Return the examples of the command `name`, each below what it is for."""
    found = [(f"{program} {words}", use) for words, use in COMMANDS[name].examples]
    found += IN_A_CELL.get(name, ()) if program == MAGIC else ()
    lines = ["examples:" if len(found) > 1 else "example:"]
    for words, use in found:
        lines += [f"  # {use}", *(f"  {line}" for line in words.split("\n"))]
    return "\n".join(lines)


def sentence(name: str) -> str:
    """Return what the command `name` does, as a sentence."""
    does = COMMANDS[name].does
    return f"{does[0].upper()}{does[1:]}."


def meant(word: str, rest: str, program: str, commands: Collection[str]) -> str:
    """Return what to write in place of `word`, which is no command.

    Args:
        word: what stands where a command belongs.
        rest: what stands after it.
        program: what stands before it.
        commands: what can stand there.
    """
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), list(commands), n=1, cutoff=0.7)
    other = _ELSEWHERE.get(word.lower(), "")
    command = near[0] if near else other if other.partition(" ")[0] in commands else ""
    if command:
        return f"did you mean `{' '.join(filter(None, (program, command, rest)))}`?"
    if word[:1].isalnum():
        return f"to install it, write `{' '.join(filter(None, (program, 'install', word, rest)))}`"
    return (
        f"`{program} help` shows the commands" if program == MAGIC else f"`{program} --help` shows the commands"
    )
