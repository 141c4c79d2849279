"""The engine that a request gets, and the one function that installs with it."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Mapping

from ...core.errors import ConfigurationError, SecurePyPIError
from ...core.gate.gated import gated
from ...core.gate.policy import Policy
from ...core.gate.review import Review
from ...core.index import Index
from ...core.installed import installed_versions
from ...core.pip.install import pip_install
from ...core.pip.log import version_of
from ...core.pip.strict import pip_install_strictly
from ...core.report import InstallReport
from ...core.requests.request import Request
from ..conflicts import with_conflicts
from ..near_names import near_names_offered
from . import uv_binary
from .choices import ENGINES, VERIFY
from .uv import Uv
from .uv_cache import NOT_USED
from .uv_options import proxy_and_trust_of, translate
from .uv_request import NotForUv, Translated

PASSED_OVER = "Installing with pip"
"""How the line begins that says why uv, which is there, does not install."""
NOTICES = (PASSED_OVER, NOT_USED)
"""How the lines begin that everybody hears who does not want quiet."""
NO_POLICY = Policy()
_FIRST_WITH_RAW = (24, 1)  # of pip: `--progress-bar raw`, by its NEWS


def install_with(
    engine: str,
    request: Request,
    index: Index,
    *,
    verify: str = "after",
    policy: Policy = NO_POLICY,
    allow_direct: bool = False,
    environ: Mapping[str, str] | None = None,
    on_phase: Callable[[str], None] | None = None,
    on_line: Callable[[str], None] | None = None,
    in_detail: bool = False,
) -> InstallReport:
    """Install what `request` asks for from `index` into this Python.

    Args:
        engine: ``pip``, ``uv``, or ``auto``: uv where it is installed and can do what is asked for, else pip.
        request: the checked request.
        index: the only index.
        verify: ``after`` proves the origins of what was installed; ``before`` decides first, proves every origin
            and hash, and then installs exactly that, from wheels: no code of a package runs unproven.
        policy: of the gate; where it may hold something back, `verify` is ``before``.
        allow_direct: accept packages from URLs and paths in the request (pip only).
        environ: the environment to start from; by default this process's.
        on_phase: is called with a few words before something that takes long.
        on_line: is called with each line that the engine prints, secrets masked.
        in_detail: let `on_line` hear the lines of builds, which file is fetched, and how far pip is with it
            (``Progress 1 of 2``, bytes).

    Raises:
        ConfigurationError: there is no such engine, or way to verify; certificate authorities are missing.
        NotForUv: uv was asked for, and cannot do what the request says.
        ForeignOrigin: a package came from elsewhere.
        HeldBack: the gate holds back what is needed; nothing has been installed.
        TokenExpired, NotFound, Unreachable, InstallFailed: the engine failed, and this is why.
    """
    if verify not in VERIFY:
        raise ConfigurationError(
            f"There is no verify={verify!r}.", remedy=f"it is one of {' and '.join(VERIFY)}"
        )
    known = os.environ if environ is None else environ
    chosen = uv_for(engine, request, known, on_line=on_line)

    def engine_for(review: Review | None) -> InstallReport:
        strict = verify == "before" or review is not None
        if chosen:
            path, translated = chosen
            return Uv(path, index, translated, strict, known, on_line, review, in_detail).install(request)
        told = _told_in_detail(request) if in_detail else request
        return _with_pip(told, index, strict, allow_direct, known, on_line, review)

    with near_names_offered(index):
        way = chosen[1].proxy_and_trust if chosen else proxy_and_trust_of(request, sys.prefix, known)
        report = gated(policy, request, index, way, engine_for, on_phase)
    return with_conflicts(request, report)


def _with_pip(
    request: Request,
    index: Index,
    strict: bool,
    allow_direct: bool,
    environ: Mapping[str, str],
    on_line: Callable[[str], None] | None,
    review: Review | None,
) -> InstallReport:
    if strict:
        return pip_install_strictly(request, index, review=review, environ=environ, on_line=on_line)
    # `with_conflicts` says it, for either engine.
    quiet = request.with_options("--no-warn-conflicts")
    return pip_install(quiet, index, allow_direct=allow_direct, environ=environ, on_line=on_line)


def _told_in_detail(request: Request) -> Request:
    """Return it with the words by which pip says how far it is; what the user has chosen stays."""
    words = [] if request.has("--quiet", "--verbose") else ["--verbose"]
    if version_of(installed_versions().get("pip", "")) >= _FIRST_WITH_RAW and not request.has("--progress-bar"):
        words.append("--progress-bar=raw")
    return request.with_options(*words)


def uv_for(
    engine: str,
    request: Request,
    environ: Mapping[str, str],
    *,
    on_line: Callable[[str], None] | None = None,
) -> tuple[str, Translated] | None:
    """Return uv's path and the request in its words, or None where pip is to run; arguments as above.

    Where ``auto`` passes over a uv that is there, `on_line` hears why.

    Raises:
        ConfigurationError: there is no such engine here.
        NotForUv: uv was asked for, and cannot do what the request says.
    """
    if engine not in ENGINES:
        raise ConfigurationError(
            f"There is no engine {engine!r}.", remedy=f"the engines are {', '.join(ENGINES)}"
        )
    path = "" if engine == "pip" else uv_binary.find(environ)
    if not path and engine != "uv":
        return None

    def passed_over(error: SecurePyPIError) -> None:
        if engine == "uv":
            raise error
        if on_line:
            on_line(f"{PASSED_OVER}: {error.message}")

    if uv_binary.version(path) < uv_binary.FIRST:
        passed_over(_no_uv(path))
        return None
    try:
        if not os.access(sysconfig.get_path("purelib"), os.W_OK):
            # pip then takes the user's own folder.
            raise NotForUv(
                f"uv cannot install into {sysconfig.get_path('purelib')}: it may not be written.",
                remedy="use a virtual environment, or install with `--engine pip`",
            )
        return path, translate(request, sys.prefix, environ)
    except NotForUv as error:
        passed_over(error)
        return None


def uv_to_resolve(request: Request, environ: Mapping[str, str]) -> tuple[str, Translated]:
    """Return uv's path and the request in its words, for a resolution that installs nothing here.

    Args:
        request: the checked request.
        environ: the variables whose settings of pip and uv count.

    Raises:
        ConfigurationError: uv is not installed.
        NotForUv: it cannot do what the request says.
    """
    path = uv_binary.find(environ)
    if uv_binary.version(path) < uv_binary.FIRST:
        raise _no_uv(path)
    return path, translate(request, sys.prefix, environ)


def _no_uv(path: str) -> ConfigurationError:
    oldest, found = (".".join(map(str, one)) for one in (uv_binary.FIRST, uv_binary.version(path)))
    if path:
        return ConfigurationError(
            f"The uv at {path} {f'is {found}, which is too old' if found else 'does not run'}.",
            why=f"the uv engine needs uv {oldest}, the first that knows lock files",
            remedy="`jupyter securepypi install --engine pip -U uv`, or install with `--engine pip`",
        )
    return ConfigurationError(
        "The engine is uv, but uv is not installed.",
        why="it is neither beside this Python, nor a package of it, nor on PATH",
        remedy="`jupyter securepypi install --engine pip uv`, or install with `--engine pip`",
    )
