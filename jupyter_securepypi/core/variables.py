"""The environment variables for the options, the same for server, kernels, command line and jobs."""

from __future__ import annotations

from typing import Iterator, Mapping, Optional, Tuple, Union

from .errors import ConfigurationError, IncompleteParts
from .providers.registry import repository_in_parts, repository_of, role_in_parts

ADDRESS = "an ARN or an index URL"
"""The variables that name a repository, in words for messages."""
INDEX = "SECURE_PYPI_INDEX"
"""Names a repository of any provider."""
REPOSITORY = "CA_REPOSITORY_ARN"
"""The same; images of SageMaker read it, too."""
IN_PARTS = "SECURE_PYPI_DOMAIN"
"""The first of those that name it in parts; a provider knows them all."""
ROLE = "SECURE_PYPI_ROLE_ARN"
DURATION = "SECURE_PYPI_TOKEN_DURATION"
USE = "USE_SECURE_PYPI"
_TRUTH = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def named_repository(environ: Mapping[str, str], beside: str = "") -> Tuple[str, str]:
    """Return the text that names the repository, and the variable that holds it; two empty strings if none does.

    The order is SECURE_PYPI_INDEX, CA_REPOSITORY_ARN, and then the variables that name it in parts.

    Args:
        environ: the variables.
        beside: the repository that something else names: parts may be missing then, but none may differ.

    Raises:
        ConfigurationError: two name different repositories, or of the parts some are missing.
    """
    said = [(environ[name].strip(), name) for name in (INDEX, REPOSITORY) if environ.get(name, "").strip()]
    if len(said) == 2 and said[0][0] != said[1][0] and repository_of(said[0][0]) != repository_of(said[1][0]):
        raise ConfigurationError(
            f"The variables {INDEX} and {REPOSITORY} name different repositories.",
            why=f"{repository_of(said[0][0])} and {repository_of(said[1][0])}",
            remedy="unset one of them",
        )
    if not said:
        try:
            return repository_in_parts(environ)
        except IncompleteParts:
            if not beside:
                raise
            repository_in_parts(environ, beside)
            return "", ""
    repository_in_parts(environ, said[0][0])
    return said[0]


def named_role(environ: Mapping[str, str]) -> Tuple[str, str]:
    """Return the role, or its template, and the variable that names it; two empty strings if none does.

    Raises:
        ConfigurationError: two variables name different roles, or one names none.
    """
    said = environ.get(ROLE, "").strip()
    in_parts = role_in_parts(environ, said)
    return (said, ROLE) if said else in_parts


def truth(text: str) -> Optional[bool]:
    """Return the truth value of a switch like USE_SECURE_PYPI, or None if it is neither yes nor no."""
    return _TRUTH.get(text.strip().lower())


def said_options(
    environ: Mapping[str, str], beside: str = ""
) -> Iterator[Tuple[str, Union[str, int, bool], str]]:
    """Yield the options that variables in `environ` set, each with its value and its variable.

    A text that cannot be the option's value is yielded as it is, so that an error can name it. `beside` is that of
    `named_repository`.

    Raises:
        ConfigurationError: two variables name different repositories or roles, or parts of one are missing.
    """
    named, variable = named_repository(environ, beside)
    if named:
        yield "repository", named, variable
    role, variable = named_role(environ)
    if role or ROLE in environ:
        yield "role_arn", role, variable or ROLE
    duration, use = environ.get(DURATION), environ.get(USE)
    if duration:
        yield "token_duration", int(duration) if duration.isdecimal() else duration, DURATION
    if use:
        said = truth(use)
        yield "use_secure_pypi", use if said is None else said, USE
