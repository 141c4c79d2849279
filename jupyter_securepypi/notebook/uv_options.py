"""The options of ``uv pip install``, said to ``%secure_pip install``, whose options are pip's.

Read in the help of uv 0.13.8 and, for the shorter names, of 0.6.15.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..core.errors import RequestRefused
from ..core.requests.options import Option, Rule, Table, read

_WHERE = "%uv pip install"
# uv's names and pip's words for them; a dash alone drops the option.
_FLAGS = """
    -q,--quiet                              --quiet
    -v,--verbose                            --verbose
    -U,--upgrade                            --upgrade --upgrade-strategy=eager
    --reinstall,--force-reinstall           --force-reinstall
    --no-deps                               --no-deps
    --pre                                   --pre
    --dry-run                               --dry-run
    --require-hashes                        --require-hashes
    --no-build-isolation                    --no-build-isolation
    --break-system-packages                 --break-system-packages
    --compile-bytecode,--compile            --compile
    --no-compile-bytecode,--no-compile      --no-compile
    -n,--no-cache,--no-cache-dir            --no-cache-dir
    --system                                -
    --strict                                -
    --no-config                             -
    --no-sources                            -
    --no-progress                           -
"""
_VALUES = """
    -r,--requirement,--requirements                    --requirement
    -c,--constraint,--constraints                      --constraint
    -b,--build-constraint,--build-constraints          --build-constraint
    -e,--editable                                      --editable
    -C,--config-setting,--config-settings              --config-settings
    -t,--target                                        --target
    --prefix                                           --prefix
    --no-binary                                        --no-binary
    --only-binary                                      --only-binary
    --prerelease                                       --pre
    -p,--python                                        --python
    --cache-dir                                        -
    --color                                            -
    --link-mode                                        -
"""
_SOURCES = """
    -i,--index-url --extra-index-url --index --default-index -f,--find-links --index-strategy
    --allow-insecure-host,--trusted-host --torch-backend --config-file
"""


def _parsed() -> tuple[Table, dict[str, list[str]]]:
    sources = [Option(tuple(names.split(",")), True, Rule.INDEX) for names in _SOURCES.split()]
    options, words = [*sources, Option(("--no-index",), False, Rule.INDEX)], {}
    for text, valued in ((_FLAGS, False), (_VALUES, True)):
        for line in text.strip().splitlines():
            names, *said = line.split()
            option = Option(tuple(names.split(",")), valued)
            options.append(option)
            words[option.name] = [] if said == ["-"] else said
    return {name: option for option in options for name in option.names}, words


TABLE, _WORDS = _parsed()
"""The options that are understood, by each of their names."""


def as_pip(arguments: Sequence[str]) -> list[str]:
    """Return `arguments`, the words of a ``uv pip install`` without these three, in pip's words.

    ``--system`` is dropped: what installs into this kernel's environment needs no leave for it.

    Raises:
        RequestRefused: an option would go around the secure index, or has no equal.
    """
    for word in arguments:
        # Abbreviations, which are pip's habit and not uv's, would give a new option the meaning of another one.
        name = word.partition("=")[0]
        if name == "--":
            break
        if name.startswith("--") and name not in TABLE:
            raise RequestRefused(
                f"{name!a} of uv has no equal in `%secure_pip install`.",
                why="SecurePyPI.take_over_pip is on, so that this is what installs",
                remedy="remove the option",
            )
    given, packages = read(arguments, TABLE, _WHERE)
    words: list[str] = []
    for item in given:
        name, said = item.option.name, _WORDS[item.option.name]
        if name == "--python":
            raise other_environment(name)
        if name == "--prerelease":
            if item.value != "allow":
                raise RequestRefused(
                    f"{name} can only be `allow` here ({_WHERE}).",
                    why="pip, whose options these become, knows no other choice",
                    remedy=f"write {name}=allow, or remove it",
                )
            words += said
        elif item.option.takes_value and said:
            words.append(f"{said[0]}={item.value}")
        else:
            words += said
    return [*words, "--", *packages] if any(word.startswith("-") for word in packages) else [*words, *packages]


def other_environment(option: str) -> RequestRefused:
    """Return the refusal of an option that names another Python than the kernel's."""
    return RequestRefused(
        f"{option} is not allowed here.",
        why="SecurePyPI.take_over_pip is on, and what it runs installs into this kernel's environment only",
        remedy="remove it, or install from a terminal: `jupyter securepypi install` of that environment",
    )
