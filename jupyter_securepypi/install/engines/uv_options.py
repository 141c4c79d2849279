"""A checked request, which is pip's, said to uv; what has no equal there is refused, so that nothing changes silently.

What means the same under another name is translated. What only changes how pip looks or speaks is left out. uv
differs in meaning where it says so here:

* ``--upgrade`` upgrades the packages asked for, as pip does, not everything below them (uv's own meaning).
* Every package that an install brings is marked as requested in its metadata, also one that only another needs.
* Bytecode is not compiled, unless ``--compile`` asks for it: the first import does it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ...core.pip.ages import point_in_time
from ...core.pip.configuration import carried_over
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.requests.request import Request
from ...core.requests.requirement import Requirement
from .uv_environment import FALSE, take_own_variables
from .uv_request import Translated, refused

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
    take_own_variables(result, environ)
    _configured(result, prefix, environ)
    for one in (*request.requirements, *result.constraints, *result.build_constraints):
        _refuse_differences(one)
    if any(one.extras for one in result.constraints):
        raise refused("a constraint with extras")
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
        raise refused(f"the option {name}")


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
        elif option in _LEFT_OUT.split() or option in _VARIABLES or value.strip().lower() in FALSE:
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
            raise refused(f"the setting {key} of pip's configuration")


def _formats(option: str, value: str) -> list[str]:
    return [f"{option}={name.strip()}" for name in value.split(",") if name.strip()]


def _sha256(digest: str, requirement: Requirement) -> str:
    kind, _, value = digest.partition(":")
    if kind != "sha256":
        raise refused(f"a {kind} hash ({requirement.where})")
    return value


def _refuse_differences(requirement: Requirement) -> None:
    """Refuse what pip and uv understand differently.

    Raises:
        NotForUv: naming it.
    """
    where = f" ({requirement.where})" if requirement.where else ""
    if requirement.direct:
        raise refused(f"a direct reference{where}")
    if not requirement.marker.portable:
        raise refused(f"the marker of {requirement.name}{where}")
    try:
        clauses = SpecifierSet(requirement.versions)
    except InvalidSpecifier:
        raise refused(f"the version of {requirement.name}{where}") from None
    if any(clause.operator == "===" for clause in clauses):
        raise refused(f"`===` of {requirement.name}{where}")
