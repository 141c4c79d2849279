"""A checked request, which is pip's, said to uv; what has no equal there is refused, so that nothing changes silently.

What means the same under another name is translated. What only changes how pip looks or speaks is left out. uv
differs in meaning where it says so here:

* ``--upgrade`` upgrades the packages asked for, as pip does, not everything below them (uv's own meaning).
* Every package that an install brings is marked as requested in its metadata, also one that only another needs.
* Bytecode is not compiled, unless ``--compile`` asks for it: the first import does it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import canonicalize_name

from ...core.errors import RequestRefused
from ...core.pip.configuration import carried_over
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.requests import options as pipoptions
from ...core.requests.lines import logical, readings
from ...core.requests.request import Request, check_arguments, check_file

# Options of pip that change its looks or its tools, not what is installed.
_LEFT_OUT = """
    --quiet --verbose --dry-run --no-input --no-color --progress-bar --disable-pip-version-check --isolated
    --no-python-version-warning --no-warn-script-location --no-warn-conflicts --root-user-action --no-clean --debug
    --cache-dir --use-pep517 --no-user --resume-retries --keyring-provider --exists-action
    --no-require-hashes --proxy --cert --client-cert --no-proxy-env
"""
_FLAGS = {
    "--no-deps": "--no-deps",
    "--pre": "--prerelease=allow",
    "--require-hashes": "--require-hashes",
    "--no-build-isolation": "--no-build-isolation",
    "--force-reinstall": "--reinstall",
}
# Variables, because not every step knows the options.
_SWITCHES = {
    "--break-system-packages": ("UV_BREAK_SYSTEM_PACKAGES", "true"),
    "--compile": ("UV_COMPILE_BYTECODE", "true"),
    "--no-cache-dir": ("UV_NO_CACHE", "true"),
    "--no-compile": ("UV_COMPILE_BYTECODE", "false"),
}
_VALUES = {"--build-constraint": "--build-constraints", "--requirement": "-r"}
_VARIABLES = {
    "--timeout": ("UV_HTTP_TIMEOUT",),
    "--retries": ("UV_HTTP_RETRIES",),
}
_FORMATS = ("--no-binary", "--only-binary")
_IN_FILES = frozenset(("--hash", "--requirement", "--constraint", "--require-hashes", *_FORMATS))
# pip goes on in the next line wherever a backslash stands at the end, uv between options only; pip also ends a line
# where Python does.
_OTHER_LINES = re.compile(r"\\\r?\n[ \t]*[^-\s#]|[\v\f\x1c-\x1e\x85\u2028\u2029]|\r(?!\n)")
# Settings of pip's configuration without an equal that would change what is installed, or where.
_DECIDING = ("prefer-binary", "require-virtualenv", "uploaded-prior-to", "user")
_TRUE = ("y", "yes", "t", "true", "on", "1")
_PINNED = re.compile(r"[A-Za-z0-9._-]+\s*(\[[^\]]*\])?\s*==\s*[^\s=*,;]+\s*(;.*)?")
# What of uv's own variables neither names a source nor a credential.
_KEPT = """
    UV_CACHE_DIR UV_LINK_MODE UV_NO_CACHE UV_COMPILE_BYTECODE UV_HTTP_TIMEOUT UV_HTTP_RETRIES UV_NATIVE_TLS
    UV_SYSTEM_CERTS UV_CONCURRENT_DOWNLOADS UV_CONCURRENT_BUILDS UV_CONCURRENT_INSTALLS
    UV_BREAK_SYSTEM_PACKAGES
"""


class NotForUv(RequestRefused):
    """The request says something that only pip understands."""


@dataclass(frozen=True)
class Translated:
    """A request in uv's words.

    Attributes:
        plan: arguments that decide what is to be installed, without the constraints.
        constraints: constraints files.
        loose: those of them that uv does not take where it requires hashes, because they do not pin versions.
        build: arguments that every step needs, to build and to install.
        formats: the choice of wheels and source archives.
        variables: environment variables.
        hashes: normalised name → the SHA-256 digests that the requirements files allow.
        proxy_and_trust: how to reach the index.
        verbose: the user wants to see everything.
        reinstall: also what is there.
    """

    plan: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    build: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, list[str]] = field(default_factory=dict)
    proxy_and_trust: ProxyAndTrust = field(default_factory=ProxyAndTrust)
    verbose: bool = False
    reinstall: bool = False


def translate(
    request: Request, constraints: Sequence[str], prefix: str, environ: Mapping[str, str], *, direct: bool
) -> Translated:
    """Return what `request` and the harmless settings of pip's configuration are in uv's words.

    Args:
        request: the checked request.
        constraints: constraints files that pip's configuration names.
        prefix: of the environment to install into.
        environ: the variables in force.
        direct: the request was allowed to name URLs and paths, and is refused here if it does.

    Raises:
        NotForUv: naming what only pip can do.
    """
    given, others = pipoptions.read(request.arguments, pipoptions.COMMAND, "command line")
    names = [item.option.name for item in given]
    result = Translated(
        verbose="--verbose" in names,
        reinstall="--force-reinstall" in names,
        variables=_settings(prefix, environ),
        proxy_and_trust=proxy_and_trust_of(request, prefix, environ),
    )
    _configured(result, prefix, environ)
    eager = any(item.option.name == "--upgrade-strategy" and item.value == "eager" for item in given)
    for item in given:
        _option(item, result, request, eager)
    result.constraints.extend(constraints)
    for path in dict.fromkeys([*map(str, request.files), *constraints]):
        _file(Path(path), result, environ)
    if result.hashes and "--no-require-hashes" not in names and "--require-hashes" not in result.plan:
        result.plan.append("--require-hashes")  # as pip, which then asks for the hash of every package
    if "--require-hashes" in result.plan:
        _set_loose_apart(result, request, environ, direct)
    if direct:
        _by_name_only(request.arguments, environ)
    result.plan.extend(others)
    return result


def proxy_and_trust_of(request: Request, prefix: str, environ: Mapping[str, str]) -> ProxyAndTrust:
    """Return how to reach the index for `request`; arguments and errors are those of `ProxyAndTrust.of`."""
    given, _ = pipoptions.read(request.arguments, pipoptions.COMMAND, "command line")
    said = {item.option.name: "1" if item.value is None else item.value for item in given}
    return ProxyAndTrust.of(prefix, environ, said)


def environment(environ: Mapping[str, str], translated: Translated, url: str, folder: Path) -> dict[str, str]:
    """Return `environ` for a uv that sees no index, no file and no credentials but what it is given.

    Args:
        environ: the variables in force.
        translated: the request.
        url: the index.
        folder: a private, temporary one.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if name.upper() in _KEPT.split() or not name.upper().startswith(("PIP_", "UV_"))
    }
    kept = translated.proxy_and_trust.variables({**kept, **translated.variables}, url, folder)
    kept.update(
        UV_NO_SOURCES="1",  # a source archive may name other sources for what it needs
        UV_NO_PROGRESS="1",
        UV_PYTHON_DOWNLOADS="never",
        UV_CREDENTIALS_DIR=str(folder),
        NO_COLOR="1",
    )
    if kept.pop("UV_NO_CACHE", "").lower() in _TRUE:
        kept["UV_CACHE_DIR"] = str(folder / "cache")  # the steps share one all the same
    kept.pop("FORCE_COLOR", None)
    kept.pop("CLICOLOR_FORCE", None)
    return kept


def _option(item: pipoptions.Given, result: Translated, request: Request, eager: bool) -> None:
    name, value = item.option.name, item.value or ""
    if name == "--upgrade":
        words = [f"--upgrade-package={project}" for project in request.names]
        result.plan.extend(["--upgrade"] if eager else words)
    elif name == "--upgrade-strategy" or name in _LEFT_OUT.split():
        pass
    elif name == "--no-build-isolation":
        result.build.append(_FLAGS[name])
    elif name in _SWITCHES:
        variable, said = _SWITCHES[name]
        result.variables[variable] = said
    elif name in _FLAGS:
        result.plan.append(_FLAGS[name])
    elif name == "--constraint":
        result.constraints.append(value)
    elif name in _VALUES:
        result.plan.extend([_VALUES[name], value])
    elif name in _VARIABLES:
        result.variables.update(dict.fromkeys(_VARIABLES[name], _whole(name, value)))
    elif name in _FORMATS:
        result.formats.extend(_formats(name, value))
    elif name == "--config-settings":
        result.build.extend(["--config-setting", value])
    else:
        raise _refused(f"the option {name}")


def _settings(prefix: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return pip's settings that are variables to uv."""
    found: dict[str, str] = {}
    for name, value in carried_over(prefix, environ).variables.items():
        option = "--" + name[4:].lower().replace("_", "-")
        found.update(dict.fromkeys(_VARIABLES.get(option, ()), _whole(option, value)))
    return found


def _whole(option: str, value: str) -> str:
    """Return `value` in whole seconds where it is a time: pip takes fractions, uv does not."""
    number = re.fullmatch(r"\s*(\d+)\.\d*\s*", value) if option == "--timeout" else None
    return str(int(number.group(1)) + 1) if number else value


def _configured(result: Translated, prefix: str, environ: Mapping[str, str]) -> None:
    for name, value in carried_over(prefix, environ).variables.items():
        key = name[4:].lower().replace("_", "-")
        option = f"--{key}"
        if option in _FORMATS:
            result.formats.extend(_formats(option, value))
        elif value.strip().lower() not in _TRUE:
            continue
        elif key in _DECIDING:
            raise _refused(f"the setting {key} of pip's configuration")
        elif option in _SWITCHES:
            variable, said = _SWITCHES[option]
            result.variables[variable] = said
        elif key == "no-build-isolation":
            result.build.append(_FLAGS[option])
        elif key == "require-hashes":
            result.plan.append(option)


def _formats(option: str, value: str) -> list[str]:
    return [f"{option}={name.strip()}" for name in value.split(",") if name.strip()]


def _file(path: Path, result: Translated, environ: Mapping[str, str]) -> None:
    """Note the hashes and the choice of formats in a requirements file; the check has read it already."""
    for where, requirement, given in _lines(path, environ):
        named = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement)
        for item in given:
            if item.option.name not in _IN_FILES:
                raise _refused(f"{item.option.name} in {where}")
            if item.option.name in _FORMATS:
                result.formats.extend(_formats(item.option.name, item.value or ""))
            elif item.option.name == "--hash" and named:
                kind, _, digest = (item.value or "").partition(":")
                if kind != "sha256":
                    raise _refused(f"a {kind} hash in {where}")
                result.hashes.setdefault(canonicalize_name(named.group()), []).append(digest.lower())


def _lines(path: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str, list[pipoptions.Given]]]:
    """Yield where each line of a requirements file is, the requirement in it, if any, and its options."""
    texts = readings(path.read_bytes(), str(path))
    if len(texts) != 1 or _OTHER_LINES.search(texts[0]) or not _is_utf8(path):
        # What was checked would not be what uv reads.
        raise _refused(f"a line of {path.name} that pip joins, parts or decodes in another way")
    for text in texts:
        for line in logical(text, str(path), environ):
            words = line.text.split(" ")
            count = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
            where = f"{path.name}, line {line.number}"
            given, _ = pipoptions.read(shlex.split(" ".join(words[count:])), pipoptions.FILE, where)
            yield where, " ".join(words[:count]).strip(), given


def _is_utf8(path: Path) -> bool:
    try:
        return not path.read_text(encoding="utf-8").startswith("\ufeff")
    except UnicodeDecodeError:
        return False


def _set_loose_apart(result: Translated, request: Request, environ: Mapping[str, str], direct: bool) -> None:
    """Find the constraints files that pip takes where it requires hashes, and uv does not.

    Raises:
        NotForUv: a requirements file names one, or requires hashes itself, so that uv cannot be told otherwise.
    """

    def read(path: str) -> tuple[Path, ...]:
        return check_file(Path(path), constraint=True, allow_direct=direct, environ=environ).files

    def loose(path: str) -> bool:
        said = (text for file in read(path) for _, text, _ in _lines(file, environ) if text)
        return not all(_PINNED.fullmatch(text) for text in said)

    result.loose.extend(path for path in result.constraints if loose(path))
    apart = {file for path in result.constraints for file in read(path)}
    for file in [file for file in request.files if file not in apart]:
        for where, _, given in _lines(file, environ):
            for item in given:
                named = item.option.name == "--constraint" and loose(str(file.parent / (item.value or "")))
                if named or (result.loose and item.option.name == "--require-hashes"):
                    raise _refused(f"{item.option.name} in {where}, with a constraint that pins no version,")


def _by_name_only(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    try:
        check_arguments(arguments, environ=environ)
    except RequestRefused:
        raise _refused("a direct reference") from None


def _refused(what: str) -> NotForUv:
    return NotForUv(
        f"The uv engine cannot do what {what} asks for.",
        why="uv has no equal to it, or gives it another meaning",
        remedy="leave it out, or install with `--engine pip`",
    )
