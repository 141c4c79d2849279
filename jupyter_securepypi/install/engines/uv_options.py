"""A checked request, which is pip's, said to uv; what has no equal there is refused, so that nothing changes silently.

What means the same under another name is translated. What only changes how pip looks or speaks is left out. uv
differs in meaning where it says so here:

* ``--upgrade`` upgrades the packages asked for, as pip does, not everything below them (uv's own meaning).
* Every package that an install brings is marked as requested in its metadata, also one that only another needs.
* Bytecode is not compiled, unless ``--compile`` asks for it: the first import does it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ...clients.uv_variables import variables_with
from ...core.effect import Effect
from ...core.errors import RequestRefused
from ...core.pip.ages import point_in_time
from ...core.pip.configuration import carried_over
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.requests.reader import check_file
from ...core.requests.request import Request
from ...core.requests.requirement import Requirement

# Options of pip that change its looks or its tools, not what is installed.
_LEFT_OUT = """
    --quiet --verbose --dry-run --no-input --no-color --progress-bar --disable-pip-version-check --isolated
    --no-python-version-warning --no-warn-script-location --no-warn-conflicts --root-user-action --no-clean --debug
    --cache-dir --use-pep517 --no-user --resume-retries --keyring-provider --exists-action
    --no-require-hashes --proxy --cert --client-cert --no-proxy-env --use-feature --use-deprecated
"""
# They decide which versions count, in an install and in a lock.
_RESOLVING = {
    "--no-deps": "--no-deps",
    "--pre": "--prerelease=allow",
}
_FLAGS = {
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
_VARIABLES = {
    "--timeout": ("UV_HTTP_TIMEOUT",),
    "--retries": ("UV_HTTP_RETRIES",),
}
_FORMATS = ("--no-binary", "--only-binary")
_TRUE = ("y", "yes", "t", "true", "on", "1")
_FALSE = ("n", "no", "f", "false", "off", "0", "")
# uv's own variables that decide which versions count, and what says the same to every step of an install.
_RESOLVING_VARIABLES = {
    "UV_EXCLUDE_NEWER": "--exclude-newer",
    "UV_PRERELEASE": "--prerelease",
    "UV_RESOLUTION": "--resolution",
}
_FORMAT_VARIABLES = {
    "UV_NO_BINARY": ("--no-binary", True),
    "UV_NO_BINARY_PACKAGE": ("--no-binary", False),
    "UV_NO_BUILD": ("--only-binary", True),
    "UV_NO_BUILD_PACKAGE": ("--only-binary", False),
}
# Of these, our runs leave no choice: there is one index, and no other source.
_WITHOUT_CHOICE = frozenset(("UV_INDEX_STRATEGY", "UV_NO_SOURCES", "UV_NO_SOURCES_PACKAGE"))
# Every other variable that decides is refused, those of a new uv, too.
_REFUSED_VARIABLES = (
    variables_with(Effect.DECIDING)
    - {"UV_REQUIRE_HASHES", *_RESOLVING_VARIABLES, *_FORMAT_VARIABLES}
    - _WITHOUT_CHOICE
) | {"UV_OVERRIDE"}
_KEPT = variables_with(Effect.HARMLESS)


SETTINGS = "uv.toml"
"""The name of the file of settings, in the folder of an install."""


class NotForUv(RequestRefused):
    """The request says something that only pip understands."""


@dataclass(frozen=True)
class Translated:
    """A request in uv's words.

    Attributes:
        resolving: arguments that decide which versions count, in an install and in a lock.
        plan: arguments that decide what an install changes.
        constraints: those of the request and of uv's own variables.
        build_constraints: the same for the environments where packages are built.
        build: arguments that every step needs, to build and to install.
        formats: the choice of wheels and source archives.
        variables: environment variables.
        hashes: normalized name → the SHA-256 digests that the requirements allow.
        proxy_and_trust: how to reach the index.
        verbose: the user wants to see everything.
        reinstall: also what is there.
        eager: an upgrade upgrades what is needed by what is asked for, too.
    """

    resolving: list[str] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    build_constraints: list[Requirement] = field(default_factory=list)
    build: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, list[str]] = field(default_factory=dict)
    proxy_and_trust: ProxyAndTrust = field(default_factory=ProxyAndTrust)
    verbose: bool = False
    reinstall: bool = False
    eager: bool = False


def translate(request: Request, prefix: str, environ: Mapping[str, str]) -> Translated:
    """Return what `request` and the harmless settings of pip's configuration are in uv's words.

    Args:
        request: the checked request.
        prefix: of the environment to install into.
        environ: the variables in force.

    Raises:
        NotForUv: naming what only pip can do.
    """
    configured = carried_over(prefix, environ).variables
    result = Translated(
        verbose=request.has("--verbose"),
        reinstall=request.has("--force-reinstall"),
        variables=_settings(prefix, environ),
        proxy_and_trust=proxy_and_trust_of(request, prefix, environ),
        eager=(request.value("--upgrade-strategy") or configured.get("PIP_UPGRADE_STRATEGY")) == "eager",
        constraints=list(request.constraints),
        build_constraints=list(request.build_constraints),
    )
    _own_variables(result, environ)
    _configured(result, prefix, environ)
    for one in (*request.requirements, *result.constraints, *result.build_constraints):
        _refuse_differences(one)
    if any(one.extras for one in result.constraints):
        raise _refused("a constraint with extras")
    for given in request.options:
        _option(given.option.name, given.value or "", result, request)
    for one in request.requirements:
        digests = [_sha256(digest, one) for digest in one.hashes]
        if digests:
            result.hashes.setdefault(one.project, []).extend(digests)
    if result.hashes and not request.has("--no-require-hashes") and "--require-hashes" not in result.plan:
        result.plan.append("--require-hashes")  # as pip, which then asks for the hash of every package
    return result


def proxy_and_trust_of(request: Request, prefix: str, environ: Mapping[str, str]) -> ProxyAndTrust:
    """Return how to reach the index for `request`; arguments and errors are those of `ProxyAndTrust.of`."""
    said = {one.option.name: "1" if one.value is None else one.value for one in request.options}
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
        if name.upper() in _KEPT or not name.upper().startswith(("PIP_", "UV_"))
    }
    kept = translated.proxy_and_trust.variables({**kept, **translated.variables}, url, folder)
    kept.update(
        # For the uv and the pip that a build starts.
        UV_CONFIG_FILE=str(folder / SETTINGS),
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_INPUT="1",
        **({"PIP_INDEX_URL": url} if url else {}),
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


def _option(name: str, value: str, result: Translated, request: Request) -> None:
    if name == "--upgrade":
        words = [f"--upgrade-package={project}" for project in request.names]
        result.plan.extend(["--upgrade"] if result.eager else words)
    elif name == "--upgrade-strategy" or name in _LEFT_OUT.split():
        pass
    elif name == "--no-build-isolation":
        result.build.append(_FLAGS[name])
    elif name in _SWITCHES:
        variable, said = _SWITCHES[name]
        result.variables[variable] = said
    elif name in _RESOLVING:
        result.resolving.append(_RESOLVING[name])
    elif name == "--uploaded-prior-to":
        result.resolving.append(f"--exclude-newer={point_in_time(value)}")
    elif name in _FLAGS:
        result.plan.extend([_FLAGS[name]] if _FLAGS[name] not in result.plan else [])
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
    """Take over pip's settings; what has no equal is refused, whatever form its value has.

    Raises:
        NotForUv: naming the setting.
    """
    for name, value in carried_over(prefix, environ).variables.items():
        key = name[4:].lower().replace("_", "-")
        option = f"--{key}"
        if option in _FORMATS:
            result.formats.extend(_formats(option, value))
        elif key == "uploaded-prior-to":
            result.resolving.append(f"--exclude-newer={point_in_time(value)}")
        elif option in _LEFT_OUT.split() or option in _VARIABLES or value.strip().lower() in _FALSE:
            continue
        elif key == "upgrade-strategy":
            continue  # `translate` has looked at it
        elif option in _RESOLVING:
            result.resolving.append(_RESOLVING[option])
        elif option in _SWITCHES:
            variable, said = _SWITCHES[option]
            result.variables[variable] = said
        elif key == "no-build-isolation":
            result.build.append(_FLAGS[option])
        elif key == "require-hashes":
            result.plan.extend([option] if option not in result.plan else [])
        else:
            raise _refused(f"the setting {key} of pip's configuration")


def _own_variables(result: Translated, environ: Mapping[str, str]) -> None:
    """Take over what uv's own variables say about which versions count; refuse what cannot be.

    Those that name an index, a file of settings or a credential are no part of this: the secure index is in their
    place.

    Raises:
        NotForUv: naming a variable that has to be refused.
        RequestRefused: a file of constraints leads elsewhere or cannot be read.
    """
    said = {name: value.strip() for name, value in environ.items() if value.strip()}
    for name in sorted(_REFUSED_VARIABLES):
        if said.get(name, "").lower() not in _FALSE:
            raise _refused(f"the variable {name}")
    for name, option in _RESOLVING_VARIABLES.items():
        result.resolving.extend([f"{option}={said[name]}"] if name in said else [])
    for name, (option, is_switch) in _FORMAT_VARIABLES.items():
        value = said.get(name, "")
        if not is_switch:
            result.formats.extend(f"{option}={project}" for project in value.split())
        elif value.lower() not in _FALSE:
            result.formats.append(f"{option}=:all:")
    if said.get("UV_REQUIRE_HASHES", "").lower() not in _FALSE:
        result.plan.append("--require-hashes")
    for name, into in (
        ("UV_CONSTRAINT", result.constraints),
        ("UV_BUILD_CONSTRAINT", result.build_constraints),
    ):
        for path in said.get(name, "").split():
            into.extend(check_file(Path(path), constraint=True).constraints)


def _formats(option: str, value: str) -> list[str]:
    return [f"{option}={name.strip()}" for name in value.split(",") if name.strip()]


def _sha256(digest: str, requirement: Requirement) -> str:
    kind, _, value = digest.partition(":")
    if kind != "sha256":
        raise _refused(f"a {kind} hash ({requirement.where})")
    return value


def _refuse_differences(requirement: Requirement) -> None:
    """Refuse what pip and uv understand differently.

    Raises:
        NotForUv: naming it.
    """
    where = f" ({requirement.where})" if requirement.where else ""
    if requirement.direct:
        raise _refused(f"a direct reference{where}")
    if not requirement.marker.portable:
        raise _refused(f"the marker of {requirement.name}{where}")
    try:
        clauses = SpecifierSet(requirement.versions)
    except InvalidSpecifier:
        raise _refused(f"the version of {requirement.name}{where}") from None
    if any(clause.operator == "===" for clause in clauses):
        raise _refused(f"`===` of {requirement.name}{where}")


def _refused(what: str) -> NotForUv:
    return NotForUv(
        f"The uv engine cannot do what {what} asks for.",
        why="uv has no equal to it, or gives it another meaning",
        remedy="leave it out, or install with `--engine pip`",
    )
