"""The options that a request may use: those of ``pip install``, parsed as by pip, with a rule for each.

The tables are the union of the options of pip 20.3 to 26.3 (``pip/_internal/cli/cmdoptions.py`` and
``pip/_internal/req/req_file.py`` of each). An option that is in no table is refused, because the meaning that a
future pip gives it is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from ..errors import RequestRefused


class Rule(Enum):
    """The treatment of an option."""

    PASS = "pass"  # noqa: S105 no password # nosec B105
    """It weakens nothing, so it goes to pip unchanged."""
    INDEX = "index"
    """It would name or trust another source of packages: always refused."""
    DIRECT = "direct"
    """It names a project that is not on the index: refused unless direct references are allowed."""
    REQUIREMENTS = "requirements"
    """Its value is a requirements file, to be read."""
    CONSTRAINTS = "constraints"
    """Its value is a constraints file, to be read."""
    HASH = "hash"
    """It belongs to the requirement before it."""
    BUILD = "build"
    """It hands words to a build: refused in files, and on the command line where a word could name a command."""
    TRUST = "trust"
    """It says whom or what to believe, where a line or a cell may be of somebody else's: always refused."""
    ANSWER = "answer"
    """It says how this tool answers; the package manager is not told."""


@dataclass(frozen=True)
class Option:
    """An option with all its names; messages use the first."""

    names: Tuple[str, ...]
    takes_value: bool
    rule: Rule = Rule.PASS

    @property
    def name(self) -> str:
        """The long name by which messages call it."""
        return next((name for name in self.names if name.startswith("--")), self.names[0])

    @property
    def names_project(self) -> bool:
        """Whether it names what is to be installed."""
        return self.rule is Rule.DIRECT


@dataclass(frozen=True)
class Given:
    """An option as it was given, with its value where it takes one."""

    option: Option
    value: Optional[str] = None

    def __str__(self) -> str:
        """Return the one word that says it to pip."""
        return self.option.name if self.value is None else f"{self.option.name}={self.value}"


Table = Dict[str, Option]

_SOURCES = (
    Option(("-i", "--index-url", "--pypi-url"), True, Rule.INDEX),
    Option(("--extra-index-url",), True, Rule.INDEX),
    Option(("-f", "--find-links"), True, Rule.INDEX),
    Option(("--trusted-host",), True, Rule.INDEX),
    Option(("--no-index",), False, Rule.INDEX),
    Option(("-e", "--editable"), True, Rule.DIRECT),
    Option(("-r", "--requirement"), True, Rule.REQUIREMENTS),
    Option(("-c", "--constraint"), True, Rule.CONSTRAINTS),
)
# --build, a directory in pip 20.3, is left out: newer pips read it as an abbreviation of --build-constraint.
_COMMAND_ONLY = (
    Option(("--build-constraint",), True, Rule.CONSTRAINTS),
    Option(("--cache-dir",), True, Rule.TRUST),
    Option(("--cert",), True, Rule.TRUST),
    Option(("--group",), True, Rule.DIRECT),
    Option(("--report",), True, Rule.ANSWER),
    Option(("--requirements-from-script",), True, Rule.DIRECT),
)
_BUILD = (
    Option(("-C", "--config-settings"), True, Rule.BUILD),
    Option(("--build-option",), True, Rule.BUILD),
    Option(("--global-option",), True, Rule.BUILD),
    Option(("--install-option",), True, Rule.BUILD),
)
_FILE_ONLY = (Option(("--hash",), True, Rule.HASH),)
_COMMAND_FLAGS = """
    -h,--help -V,--version -q,--quiet -v,--verbose -U,--upgrade -I,--ignore-installed --break-system-packages
    --check-build-dependencies --compile --debug --disable-pip-version-check --dry-run --force-reinstall
    --ignore-requires-python --isolated --no-build-isolation --no-cache-dir --no-clean --no-color --no-compile
    --no-deps,--no-dependencies --no-input --no-proxy-env --no-python-version-warning --no-require-hashes
    --no-use-pep517 --no-user --no-warn-conflicts --no-warn-script-location --only-deps,--only-dependencies
    --pre --prefer-binary --require-hashes --require-virtualenv,--require-venv --use-pep517 --user
"""
_COMMAND_VALUES = """
    -b,--build-dir,--build-directory -t,--target --abi --all-releases
    --client-cert --exists-action --implementation --keyring-provider
    --log,--log-file,--local-log --no-binary --only-binary --only-final --platform --prefix --progress-bar
    --proxy --python --python-version --refresh-package --resume-retries --retries --root
    --root-user-action --src,--source,--source-dir,--source-directory --timeout,--default-timeout
    --upgrade-strategy --uploaded-prior-to --use-deprecated --use-feature
"""
_FILE_FLAGS = "--no-require-hashes --pre --prefer-binary --require-hashes"
_FILE_VALUES = """
    --all-releases --no-binary --only-binary --only-final --use-feature
"""


def _table(flags: str, values: str, *more: Option) -> Table:
    options = [Option(tuple(word.split(",")), False) for word in flags.split()]
    options += [Option(tuple(word.split(",")), True) for word in values.split()]
    return {name: option for option in (*options, *more) for name in option.names}


COMMAND = _table(_COMMAND_FLAGS, _COMMAND_VALUES, *_SOURCES, *_COMMAND_ONLY, *_BUILD)
"""The options of ``pip install``."""
FILE = _table(_FILE_FLAGS, _FILE_VALUES, *_SOURCES, *_BUILD, *_FILE_ONLY)
"""The options of a line in a requirements or constraints file."""


def read(arguments: Sequence[str], table: Table, where: str) -> Tuple[List[Given], List[str]]:
    """Return the options in `arguments` and the remaining words, parsed by the rules of ``optparse``, which pip uses.

    The rules cover abbreviated long options, values after ``=`` or in the next argument, clusters of short options
    with an attached value, and ``--`` as the end of all options.

    Args:
        arguments: the words.
        table: `COMMAND` or `FILE`.
        where: the place that errors name, like ``requirements.txt, line 3``.

    Raises:
        RequestRefused: for an option that is unknown, ambiguous, always refused, or lacks its value. No value
            is shown: it may hold a password.
    """
    given: List[Given] = []
    others: List[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            others.extend(words)
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            option = _find(name, table, where)
            if equals and not option.takes_value:
                raise RequestRefused(f"{option.name} takes no value ({where}).", remedy=f"write {option.name}")
            given.append(Given(option, value if equals else _value(option, words, where)))
        elif word.startswith("-") and word != "-":
            given.extend(_cluster(word, words, table, where))
        else:
            others.append(word)
    return given, others


def _cluster(word: str, words: Iterator[str], table: Table, where: str) -> Iterator[Given]:
    """Yield the short options of `word`; the last one's value may be the rest of `word`, or the next word."""
    for index, letter in enumerate(word[1:], 2):
        option = _find("-" + letter, table, where)
        if option.takes_value:
            yield Given(option, word[index:] or _value(option, words, where))
            return
        yield Given(option, None)


def _value(option: Option, words: Iterator[str], where: str) -> Optional[str]:
    if not option.takes_value:
        return None
    value = next(words, None)
    if value is None:
        raise RequestRefused(f"{option.name} needs a value ({where}).", remedy=f"write {option.name} VALUE")
    return value


def _find(name: str, table: Table, where: str) -> Option:
    """Return the option called `name`; an abbreviation must be unambiguous to every version of pip."""
    options = [table[name]] if name in table else []
    if not options and name.startswith("--"):
        options = list({option: None for known, option in table.items() if known.startswith(name)})
    for option in options:
        if option.rule is Rule.INDEX:
            short = "" if name in option.names else f", for which {name} may stand,"
            raise RequestRefused(
                f"{option.name}{short} is not allowed ({where}).",
                why="it would go around the secure index",
                remedy="remove it: the secure index is set already, and packages come from there only",
            )
    if not options:
        place = "in a requirements file" if table is FILE else "of pip install"
        raise RequestRefused(
            f"{name!a} is not a known option {place} ({where}).",
            why="an option that is not known could go around the secure index",
            remedy="check its spelling, or remove it",
        )
    if len(options) > 1:
        meanings = " or ".join(option.name for option in options)
        raise RequestRefused(
            f"{name} may stand for {meanings} ({where}).",
            why="which of them depends on the version of pip",
            remedy="write the option in full",
        )
    return options[0]
