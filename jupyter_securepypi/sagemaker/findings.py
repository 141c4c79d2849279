"""The findings of a preview beside its verdicts: ways around the secure index, and leaks of the token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..core.errors import ConfigurationError, RequestRefused
from ..core.finding import Finding
from ..core.pip.names import INDEX_KEYS, is_true, variable_key
from ..core.requests.lines import logical
from ..core.variables import named_repository
from .facts import Fact
from .limits import Limits
from .routes import Image, Route
from .secret_values import refuse_secret

_OPTION = re.compile(
    r"(?:^|\s)(-i|--index-url|--pypi-url|--extra-index-url|-f|--find-links|--trusted-host|--no-index)\b"
)
_NESTED = re.compile(r"^(-r|--requirement|-c|--constraint)\b")
_DIRECT = re.compile(r"(?:^|@\s*|\s)(?:git\+|hg\+|svn\+|bzr\+|https?:|ftp:|file:)", re.I)


def error(what: str, remedy: str = "") -> Finding:
    """Return a finding about a failure, or a way around the secure index."""
    return Finding("", what, remedy=remedy, severity="error")


def warning(what: str, remedy: str = "") -> Finding:
    """Return a finding about a risk."""
    return Finding("", what, remedy=remedy, severity="warning")


def note(what: str, remedy: str = "") -> Finding:
    """Return a finding that is good to know."""
    return Finding("", what, remedy=remedy, severity="info")


def about_requirements(text: str, fact: Fact | None) -> Iterator[Finding]:
    """Yield findings about the effect of requirement lines on the index; nested files are not opened.

    Raises:
        ConfigurationError: if a line holds a secret.
    """
    refuse_secret(text, "The requirements file")
    try:
        lines = list(logical(text, "requirements.txt", {}))
    except RequestRefused as refused:
        yield error(refused.message, refused.remedy)
        return
    for line in lines:
        where = f"requirements.txt, line {line.number}"
        for option in _OPTION.findall(line.said):
            if option in ("-i", "--index-url", "--pypi-url"):
                message = (
                    f"{where}: {option} replaces the index that anything else chose, the secure one included."
                )
                yield error(message, "remove the line; the index comes from the repository's ARN")
            elif option == "--no-index":
                yield error(f"{where}: --no-index turns every index off.", "remove the line")
            else:
                message = f"{where}: {option} opens a second source beside the secure index."
                yield error(message, "remove the line; add the packages to the repository instead")
        if _NESTED.search(line.said):
            yield note(f"{where}: names another file, which was not looked at.", "look at it apart")
        elif _DIRECT.search(line.said) and not _OPTION.search(line.said):
            message = f"{where}: a direct reference is fetched from where it says, not from any index."
            yield warning(message, "name the package and its version instead")
    if fact is not None and not lines:
        yield note("The requirements file is empty: nothing will be installed from it.")


def about_variables(environment: Mapping[str, str], secure: bool) -> Iterator[Finding]:
    """Yield findings about variables that lead pip elsewhere, or contradict the step; no value is quoted."""
    for name, value in environment.items():
        key = variable_key(name)
        if secure and key in INDEX_KEYS:
            beside = key in ("extra-index-url", "find-links")
            what = (
                "stays a second source beside the secure index"
                if beside
                else "sets the index of every other pip"
            )
            yield error(f"{name} {what} in the container.", f"remove {name} from the step's variables")
        elif secure and key == "no-index" and is_true(value):
            yield error(f"{name} turns every index off in the container.", f"remove {name}")
        elif secure and name.startswith(("UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX", "UV_FIND_LINKS")):
            yield error(f"{name} sends uv elsewhere in the container.", f"remove {name}")
        elif not secure and name == "CA_REPOSITORY_ARN" and value:
            message = "CA_REPOSITORY_ARN is set although use_secure_pypi is off."
            yield warning(
                f"{message} The toolkits follow the ARN; none reads USE_SECURE_PYPI.",
                "remove one of the two",
            )
    if secure:
        try:
            named_repository(environment)
        except ConfigurationError as error_found:
            yield error(f"{error_found.message} install_packages() refuses that.", error_found.remedy)


def about_fact(fact: Fact | None, route: Route, image: Image, secure: bool) -> Iterator[Finding]:
    """Yield findings about leaks of the token on the route, and about its failures."""
    if not secure or fact is None:
        return
    if fact.leaks:
        yield warning(
            f"{fact.leaks[0].upper()}{fact.leaks[1:]}.",
            "give the execution role read-only rights, restrict who reads the logs, and treat a leaked token as "
            "valid for twelve hours; install_packages() keeps it out of both",
        )
    if fact.argument:
        has = f"this image family has it: {image.cli_source}" if image.cli else "this image may have none"
        judged = note if image.cli else warning
        yield judged(
            f"codeartifact_repo_arn needs the AWS CLI in the image ({has}). Without it the route fails open: it skips "
            "the login and installs from pip's default index.",
            "check with `aws --version` in the image, or use install_packages(), which fails closed",
        )
        yield note(
            "codeartifact_repo_arn is ignored when `code` is an s3:// address: the SDK then writes no start script. "
            "`aws codeartifact login` leaves the token in the container's pip configuration.",
            "give `code` as a local file",
        )
    elif fact.verdict == "ignored":
        yield warning(
            f"{route.label} fails open: what is installed comes from pip's default index, and no error says so.",
            "use the code under the SDK's snippet, which fails closed",
        )


def about_isolation(isolated: bool, secure: bool) -> Iterator[Finding]:
    """Yield findings about installs under network isolation."""
    if isolated:
        yield error(
            "With network isolation the container has no network and no credentials: nothing can be installed"
            + (" and no token can be had." if secure else "."),
            "build the packages into the image, or turn network isolation off and use a VPC with the endpoints "
            "codeartifact.api, codeartifact.repositories, sts and the S3 gateway",
        )


def about_limits(limits: Limits, environment: Mapping[str, str]) -> Finding:
    """Return the finding whether `environment` fits the API."""
    problems = limits.problems(environment)
    if problems:
        return error(f"{limits.operation} would refuse this: {' '.join(problems)}", "shorten or remove them")
    longest = max((len(value) for value in environment.values()), default=0)
    return note(
        f"Fits {limits.operation}: {len(environment)} of {limits.entries} variables, the longest value has {longest} "
        f"of {limits.value} characters ({limits.source}).",
    )


def about_defaults(route: Route) -> Iterator[Finding]:
    """Yield findings about the SDK's own defaults, which passed variables replace."""
    if route.sdk:
        yield note(
            f"`{route.keyword}=` replaces the defaults under SageMaker.{'.'.join(route.defaults)} of the SDK's "
            "config.yaml; they are not merged.",
            "put all variables into one of the two places",
        )
