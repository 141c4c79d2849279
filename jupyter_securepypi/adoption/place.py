"""A place where code authenticates by itself, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.finding import Finding
from ..core.variables import ROLE as ROLE_VARIABLE

ROLE, TOKEN, ADDRESS = "role", "token", "address"
ARGV, ENVIRONMENT, FILE, OUTPUT = "argv", "environment", "file", "output"
LOGIN, UNSET = "login", "unset"

_INSTEAD = "call install_packages() in its place: it gives pip the token in a file of mode 0600, and removes it"
# Kind → in short, what, why, remedy, severity.
_WORDS = {
    ROLE: (
        "role assumed",
        "assumes the role of the index by itself",
        "each copy has its own idea of the role, the region and of errors",
        f"name the role in the job's environment ({ROLE_VARIABLE}); install_packages() assumes it",
        "warning",
    ),
    TOKEN: (
        "token asked for",
        "gets a token by itself",
        "each copy of such code has to be kept right by itself",
        "call install_packages(), which gets one, and a new one where the index refuses it",
        "warning",
    ),
    ADDRESS: (
        "token in an address",
        "puts a token into an address",
        "pip shows addresses in its output and in errors, and processes in their arguments",
        _INSTEAD,
        "error",
    ),
    ARGV: (
        "token in argv",
        "hands a token to a process in argv",
        "every process of the machine sees it there, and pip and errors show it in the log",
        _INSTEAD,
        "error",
    ),
    ENVIRONMENT: (
        "token in the environment",
        "puts a token into the environment",
        "every process that is started from here on gets it, and `pip config list` prints it",
        _INSTEAD,
        "error",
    ),
    FILE: (
        "token in a file",
        "writes a token into a file",
        "it stays there after the install, often readable for everybody and in the image's layer",
        _INSTEAD,
        "error",
    ),
    OUTPUT: (
        "token in the output",
        "prints a token",
        "logs are kept, and read by many",
        "take it out, and treat the tokens in the logs as known for twelve hours",
        "error",
    ),
    LOGIN: (
        "login that leaves a token in a file",
        "logs in, which leaves a token in the package manager's configuration",
        "it is in argv of `pip config set`, and stays in the file until it expires",
        "in notebooks and on machines `jupyter securepypi configure`; in jobs install_packages(), or "
        "`python securepypi.pyz run SCRIPT`; for one command `jupyter securepypi exec -- COMMAND`",
        "error",
    ),
    UNSET: (
        "public index unless told otherwise",
        "takes the public index where USE_SECURE_PYPI is not set",
        "install_packages() is secure unless it is told otherwise: use_secure=False alone is an error there",
        "set USE_SECURE_PYPI to true or false in the job's environment, or leave use_secure out",
        "warning",
    ),
}


@dataclass(frozen=True, order=True)
class Place:
    """A place in a text.

    Attributes:
        line: the line, from 1 on.
        kind: one of the words above.
        cell: for a notebook the number of the cell, from 1 on, in which `line` counts; else 0.
    """

    line: int
    kind: str
    cell: int = 0

    @property
    def where(self) -> str:
        """The line in words."""
        return f"cell {self.cell}, line {self.line}" if self.cell else f"line {self.line}"

    @property
    def short(self) -> str:
        """The problem in a few words."""
        return _WORDS[self.kind][0]

    @property
    def what(self) -> str:
        """The problem, without a subject."""
        return _WORDS[self.kind][1]

    @property
    def severity(self) -> str:
        """``error`` where a token can be seen, else ``warning``."""
        return _WORDS[self.kind][4]

    def finding(self, path: str) -> Finding:
        """Return what is said about it in the file at `path`."""
        _, what, why, remedy, severity = _WORDS[self.kind]
        where = f"{path}, {self.where}"
        return Finding(where, f"It {what}", why, remedy, kind=self.kind, severity=severity)


def without_echoes(places: set[Place]) -> list[Place]:
    """Return `places` in order; an address that goes into argv, a file and so on in the same line is told once."""
    worse = {(one.cell, one.line) for one in places if one.kind in (ARGV, ENVIRONMENT, FILE, LOGIN)}
    told = (one for one in places if one.kind not in (ADDRESS, TOKEN) or (one.cell, one.line) not in worse)
    return sorted(told, key=lambda one: (one.cell, one.line, one.kind))
