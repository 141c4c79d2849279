"""A request: what somebody asks to be installed, read once.

pip and uv get nothing but what `writer` writes out from this value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional, Sequence, Tuple

from .options import COMMAND, Given
from .requirement import Requirement

_ANOTHER_FOLDER = ("--target", "--prefix", "--root")


@dataclass(frozen=True)
class Request:
    """A checked request, which only asks the secure index.

    Attributes:
        requirements: what is to be installed.
        constraints: which versions are allowed, if they are installed at all; those of pip's configuration, too.
        build_constraints: which versions are allowed in the environments where packages are built.
        options: the options of ``pip install`` that weaken nothing, those in files included, in pip's order.
        report: the path for pip's report, as given, or None; ``-`` stands for standard output.
    """

    requirements: Tuple[Requirement, ...] = ()
    constraints: Tuple[Requirement, ...] = ()
    build_constraints: Tuple[Requirement, ...] = ()
    options: Tuple[Given, ...] = ()
    report: Optional[str] = None

    @property
    def names(self) -> Tuple[str, ...]:
        """The normalized names of the requested projects, each once."""
        return tuple(dict.fromkeys(one.project for one in self.requirements if one.project))

    @property
    def asks(self) -> bool:
        """Whether it asks for something: files of comments and constraints ask for nothing."""
        return bool(self.requirements) or any(given.option.names_project for given in self.options)

    @property
    def quiet(self) -> int:
        """How often ``--quiet`` was given."""
        return sum(given.option.name == "--quiet" for given in self.options)

    @property
    def dry_run(self) -> bool:
        """Whether nothing will be installed."""
        return self.has("--dry-run")

    @property
    def target(self) -> Optional[str]:
        """The folder given by ``--target``, ``--prefix`` or ``--root``, or None for the environment."""
        return next((value for value in map(self.value, _ANOTHER_FOLDER) if value), None)

    def has(self, *names: str) -> bool:
        """Return whether one of the options `names` was given."""
        return any(given.option.name in names for given in self.options)

    def value(self, name: str) -> Optional[str]:
        """Return the value of the option `name`, the last one given; None without it."""
        return next((given.value for given in reversed(self.options) if given.option.name == name), None)

    def with_options(self, *words: str) -> Request:
        """Return it with further options, each a name, or a name with its value after ``=``."""
        more = []
        for word in words:
            name, equals, value = word.partition("=")
            more.append(Given(COMMAND[name], value if equals else None))
        return replace(self, options=(*self.options, *more))

    def without_options(self, names: Sequence[str]) -> Request:
        """Return it without the options `names`."""
        return replace(self, options=tuple(given for given in self.options if given.option.name not in names))
