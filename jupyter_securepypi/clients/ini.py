"""Set and remove options in a pip configuration file; every other byte stays.

The general editors of this format do two kinds of damage. They drop an indented comment after the option that they
change. They drop the option's own indentation, and pip then reads the next, indented option as part of its value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..core.pip.names import normalise

# The line ends of Python's universal newlines, which are fewer than those of str.splitlines.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# As in configparser; the rules for sections, options and continuation lines are its rules, too.
_SECTION = re.compile(r"\[(?P<header>.+)\]")
_OPTION = re.compile(r"(?P<option>.*?)\s*(?P<delimiter>[=:])\s*(?P<value>.*)$")


@dataclass
class _Option:
    """An option: its first line up to the value, and the numbers of all its lines."""

    key: str
    head: str
    lines: list[int]


@dataclass
class _Section:
    header: int
    indent: str
    options: list[_Option] = field(default_factory=list)


class IniText:
    """The text of a configuration file that pip can parse; `str()` returns it with all changes.

    Args:
        text: the whole file, with its original line ends.
    """

    def __init__(self, text: str) -> None:
        self._lines = _LINE.findall(text)
        self._newline = next((end for line in self._lines if (end := _ending(line))), "\n")
        self._final_newline = not self._lines or bool(_ending(self._lines[-1]))
        self._sections: dict[str, _Section] = {}
        self._added: dict[int, list[str]] = {}
        self._scan()

    def set(self, section: str, key: str, value: str) -> None:
        """Set an option in its place, under any spelling; a missing one goes after the section's last option.

        A second spelling of it in the same section is removed; a missing section goes at the end of the file.
        """
        found = self._sections.get(section)
        if found is None:
            found = self._append_section(section)
        same = [option for option in found.options if option.key == key]
        self._drop(found, same[1:])
        if same:
            first, *rest = same[0].lines
            self._lines[first] = same[0].head + value + _ending(self._lines[first])
            for number in rest:
                self._lines[number] = ""
            return
        last = found.options[-1].lines if found.options else [found.header]
        # The same indentation as the option before: a deeper one would continue that option's value.
        indent = _indentation(self._lines[last[0]]) if found.options else found.indent
        self._added.setdefault(last[-1], []).append(f"{indent}{key} = {value}{self._newline}")

    def remove(self, section: str, key: str) -> None:
        """Remove an option under every spelling, with the lines that continue it; do nothing if it is missing."""
        found = self._sections.get(section)
        if found:
            self._drop(found, [option for option in found.options if option.key == key])

    def __str__(self) -> str:
        parts = [part for n, line in enumerate(self._lines) for part in (line, *self._added.get(n, ())) if part]
        ended = [part if _ending(part) else part + self._newline for part in parts]
        if ended and not self._final_newline:
            ended[-1] = ended[-1].rstrip("\r\n")
        return "".join(ended)

    def _drop(self, section: _Section, doomed: list[_Option]) -> None:
        for option in doomed:
            for number in option.lines:
                self._lines[number] = ""
        section.options = [option for option in section.options if option not in doomed]

    def _append_section(self, name: str) -> _Section:
        if self._lines and self._lines[-1].strip():
            self._lines.append(self._newline)
        self._lines.append(f"[{name}]{self._newline}")
        section = self._sections[name] = _Section(len(self._lines) - 1, "")
        return section

    def _scan(self) -> None:
        section: _Section | None = None
        option: _Option | None = None
        indent = 0
        for number, line in enumerate(self._lines):
            text = line.strip()
            if not text or text.startswith(("#", ";")):
                continue
            here = _indentation(line)
            if option is not None and len(here) > indent:
                option.lines.append(number)
                continue
            indent = len(here)
            if header := _SECTION.match(text):
                if section is not None and not section.options:
                    # An option put between two headers must not make the second one its continuation.
                    section.indent = max(section.indent, here, key=len)
                # [DEFAULT] may appear several times: all of them are one section.
                option, section = None, self._sections.setdefault(header["header"], _Section(number, here))
            elif section is not None and (match := _OPTION.match(text)):
                start = match.end("delimiter")
                gap = text[start : match.start("value")] if match.group("value") else " "
                option = _Option(normalise(match.group("option")), here + text[:start] + gap, [number])
                section.options.append(option)


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
