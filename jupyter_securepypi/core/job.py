"""Install packages at the top of a training or processing script, through the secure index only.

    from jupyter_securepypi import install_packages
    install_packages(requirements="requirements-secure.txt")

The settings come from the job's environment: USE_SECURE_PYPI, SECURE_PYPI_INDEX or CA_REPOSITORY_ARN,
SECURE_PYPI_ROLE_ARN, or both in parts (SECURE_PYPI_DOMAIN and its like), SECURE_PYPI_TOKEN_DURATION and the options of
the gate, like SECURE_PYPI_MINIMUM_AGE. Every problem is an error; nothing falls back to another index.
"""

from __future__ import annotations

import importlib
import os
import site
import sys
from dataclasses import dataclass, replace
from typing import Callable, Mapping, Optional, Sequence, Tuple, Union

from . import installation, variables
from .errors import ConfigurationError, NotConfigured
from .foreign_text import in_one_line, say
from .gate.environment import policy_of
from .gate.gated import gated
from .gate.review import Review
from .gate.words import told
from .grant import Grant, MintRequest
from .index import Index
from .install_lock import installing_alone
from .installation import Installer, checked_request
from .minting import ChildMinter
from .pip.configuration import effective
from .pip.install import pip_install
from .pip.strict import pip_install_strictly
from .providers.registry import provider_of, repository_of
from .proxy_and_trust import ProxyAndTrust
from .report import InstallReport
from .requests.request import Request
from .signals import unwinding

# Seconds. PATIENCE: a throttled call is repeated for so long; a thousand containers at 40 a second need 25 at best.
# GRACE: a child that has asked for so long gets this time to finish.
PATIENCE, GRACE = 300.0, 120.0


@dataclass(frozen=True)
class Job:
    """The settings from a job's environment.

    Attributes:
        request: the request to the provider, or None if the job chose the public index.
    """

    request: Optional[MintRequest]

    @staticmethod
    def of(
        environ: Mapping[str, str],
        *,
        repository_arn: str = "",
        role_arn: str = "",
        use_secure: object = None,
        allow_public: bool = False,
        request: Optional[MintRequest] = None,
    ) -> Job:
        """Return the job that `environ` describes; the arguments of `install_packages` override its variables.

        Raises:
            NotConfigured: there is no repository.
            ConfigurationError: a variable has an invalid value, or only `use_secure` asks for the public index.
        """
        if not uses_secure(environ, use_secure, allow_public):
            return Job(None)
        if request:
            return Job(replace(request, patience=PATIENCE))
        named = repository_arn or variables.named_repository(environ)[0]
        if not named:
            raise NotConfigured(
                "The job names no repository.",
                why=f"neither {variables.INDEX} nor {variables.REPOSITORY} is set, "
                f"and {variables.USE} is not false: there is no other index",
                remedy=f"set {variables.INDEX} to {variables.ADDRESS} in the job's environment, "
                "or give install_packages(repository_arn=...)",
            )
        return Job(
            MintRequest(
                repository=repository_of(named),
                role=role_arn or variables.named_role(environ)[0],
                duration=_duration(environ.get(variables.DURATION, "").strip()),
                patience=PATIENCE,
            )
        )


def uses_secure(environ: Mapping[str, str], said: object, allow_public: bool) -> bool:
    """Return whether a job installs from the secure index: what `said`, or else USE_SECURE_PYPI, decides.

    Scripts that were copied around compute the value, and mostly have it False where the variable is unset. That is no
    decision of anybody's, so False alone is not enough for the public index.

    Args:
        environ: the job's variables.
        said: as `use_secure` of `install_packages`.
        allow_public: `said` may choose the public index by itself.

    Raises:
        ConfigurationError: the variable is neither true nor false, or nothing beside `said` allows the public index.
    """
    text = environ.get(variables.USE, "").strip()
    use = variables.truth(text) if text else None
    if text and use is None:
        raise ConfigurationError(
            f"The variable {variables.USE} is {text!r}, which is neither true nor false.",
            remedy="set it to true or false, or leave it out, which means true",
        )
    if isinstance(said, str):  # perhaps the variable as it is
        understood = variables.truth(said)
        said = understood if understood is not None else said.strip() or None
    if said is None:
        return use is not False
    if said or use is False or allow_public:
        return bool(said)
    raise ConfigurationError(
        "install_packages() was told use_secure=False, and nothing else allows the public index.",
        why=f"{variables.USE} is {text or 'not set'}; many scripts compute False where it is not set",
        remedy=f"set {variables.USE} to true or false in the job's environment, or leave use_secure out",
    )


def install_packages(
    packages: Union[str, Sequence[str]] = (),
    *,
    use_secure: object = None,
    requirements: Union[str, os.PathLike[str], None] = None,
    repository_arn: str = "",
    role_arn: str = "",
    engine: str = "auto",
    verify: str = "after",
    on_line: Optional[Callable[[str], None]] = None,
    installer: Optional[Installer] = None,
    allow_public: bool = False,
    request: Optional[MintRequest] = None,
) -> InstallReport:
    """Install `packages` into this Python, through the secure index only, and print one line about it.

    The token lives in a temporary file of mode 0600 while pip runs. The file is removed afterwards, also when the
    job is told to stop (SIGTERM). A child process asks the provider: the requirements may install another version
    of its SDK, which this process must not have imported before. With USE_SECURE_PYPI set to false, pip installs
    from the public index, or from the index that its own configuration names.

    Args:
        packages: the words after ``pip install``: requirements, and options that choose no index.
        use_secure: true for the secure index; false for the public one, which the variable USE_SECURE_PYPI must choose,
            too; None for what the variable says, which is secure unless it says false. Text is read as the variable is.
        requirements: a requirements file, relative to the working folder.
        repository_arn: ARN or index URL of the repository, instead of the variables.
        role_arn: the role to assume, instead of the variable SECURE_PYPI_ROLE_ARN.
        engine: ``auto`` or ``pip``. Every container has pip, so the bundle brings no uv engine.
        verify: only ``after``: origins are proven once everything is installed.
        on_line: is called with each line that pip prints, secrets masked; ``print`` shows them.
        installer: the engine to use instead of pip; it must then heed `engine` and `verify` itself.
        allow_public: `use_secure` may choose the public index by itself.
        request: the whole request to the provider, in place of the variables, `repository_arn` and `role_arn`.

    Returns:
        The installed packages with their origins.

    Raises:
        NotConfigured, ConfigurationError: the job's environment names no usable index, or there is no such engine.
        RequestRefused: the request would go around the secure index, or is empty; nothing has run.
        SecurePyPIError: there is no token, pip failed, or a package came from elsewhere.
    """
    words = [packages] if isinstance(packages, str) else list(packages)
    if requirements is not None:
        words += ["-r", os.fspath(requirements)]
    job = Job.of(
        os.environ,
        repository_arn=repository_arn,
        role_arn=role_arn,
        use_secure=use_secure,
        allow_public=allow_public,
        request=request,
    )
    with unwinding():
        return install(job, checked_request(words), on_line, installer or _pip_only(engine, verify))[0]


class MintedTokens:
    """Tokens for one job, minted in a child process. Its deadline leaves time for the patience of the request.

    Args:
        request: the request to the provider.
    """

    def __init__(self, request: MintRequest) -> None:
        self._request = request
        self._mint = ChildMinter(request.patience + GRACE)
        self.advice = provider_of(request.repository).advice

    def current(self) -> Grant:
        """Return a new grant."""
        return self._mint(self._request)

    def renewed(self, refused: Grant) -> Grant:
        """Return another new grant."""
        return self._mint(self._request)

    def doubts_misses(self, grant: Grant) -> bool:
        """Return True: a job cannot know how the index answers to a bad token."""
        return True

    def cancel(self) -> None:
        """End a running attempt; further attempts fail."""
        self._mint.cancel()


def install(
    job: Job,
    request: Request,
    on_line: Optional[Callable[[str], None]] = None,
    installer: Optional[Installer] = None,
) -> Tuple[InstallReport, Optional[Grant]]:
    """Install a checked `request`; print one line about it, and one for each conflict.

    Where several processes do so at once, as the ranks of a job, one installs and the others wait, and find it there.

    Returns:
        The report, and the grant that opened the index; None for the public index.

    Raises:
        SecurePyPIError: there is no token, pip failed, or a package came from elsewhere.
    """
    with installing_alone(lambda line: print(line, flush=True)):
        report, grant = installation.install(
            request,
            MintedTokens(job.request) if job.request else None,
            installer or with_pip,
            public=Index(url="", origin="") if job.request else public_index(),
            on_line=on_line,
        )
    _make_importable()
    lines = [summary(report, job), *(f"securepypi: {one}" for one in (*told(report), *report.conflicts))]
    say("\n".join(map(in_one_line, lines)))
    return report, grant


def public_index() -> Index:
    """Return the public index: the index in this environment's pip configuration, else pip's default.

    Raises:
        ConfigurationError: the configured address holds a password, which would show in argv.
    """
    url = effective(sys.prefix, os.environ).value("index-url") or ""
    if "@" in url:
        raise ConfigurationError(
            "USE_SECURE_PYPI is false, and pip's configured index has a password in its address.",
            why="it would be visible to every process of the container",
            remedy="put the password into a netrc file, or remove the setting",
        )
    return Index(url=url, origin="")


def summary(report: InstallReport, job: Job) -> str:
    """Return one line about what was installed."""
    what = " ".join(f"{package.name}=={package.version}" for package in report.packages)
    if not what and report.left_out:
        return f"securepypi: nothing to install, markers leave out {' '.join(report.left_out)} here"
    if not what:
        return "securepypi: nothing to install, everything asked for is there already"
    done = "would be installed" if report.dry_run else "installed"
    if job.request is None:
        return f"securepypi: {done} from the PUBLIC index, no origin checked: {what}"
    return f"securepypi: {done}, all from {job.request.repository}: {what}"


def _duration(text: str) -> int:
    if text and not text.isdecimal():
        raise ConfigurationError(
            f"The variable {variables.DURATION} is {text!r}, which is no whole number.",
            remedy="give seconds, 900 to 43200, or 0 for as long as the role's credentials last",
        )
    return int(text) if text else MintRequest.duration


def with_pip(
    request: Request,
    index: Index,
    *,
    on_line: Optional[Callable[[str], None]],
    strictly: bool = False,
) -> InstallReport:
    """Install with pip, behind the gate that the variables describe; `strictly` proves before it installs."""

    def install_with_pip(review: Optional[Review]) -> InstallReport:
        if review or strictly:
            return pip_install_strictly(request, index, review=review, on_line=on_line)
        return pip_install(request, index, on_line=on_line)

    policy = policy_of(os.environ)
    return gated(policy, request, index, ProxyAndTrust.of(sys.prefix, os.environ), install_with_pip)


def _pip_only(engine: str, verify: str) -> Installer:
    if engine in ("auto", "pip") and verify == "after":
        return with_pip
    raise ConfigurationError(
        f"There is no engine={engine!r} with verify={verify!r} here.",
        why="the bundle installs with pip and proves origins afterwards",
        remedy="leave both out, or have the whole package in the image",
    )


def _make_importable() -> None:
    """Let this process import the packages that pip has just installed."""
    folder = site.getusersitepackages()
    # pip creates this folder if it may not write into Python's own. A Python that started before ignores it.
    if site.ENABLE_USER_SITE and os.path.isdir(folder) and folder not in sys.path:
        site.addsitedir(folder)
    importlib.invalidate_caches()
