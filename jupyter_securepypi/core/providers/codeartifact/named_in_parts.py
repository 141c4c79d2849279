"""A repository and a role that variables name in parts: domain, owner, repository, and the account of the role.

Scripts that were copied from one to the next have them from a job's environment in this form.
"""

from __future__ import annotations

import re
from typing import Mapping, Optional, Sequence, Tuple

from ...errors import ConfigurationError, IncompleteParts
from .repository import Repository, partition_of

DOMAIN = "SECURE_PYPI_DOMAIN"
OWNER = "SECURE_PYPI_DOMAIN_OWNER"
NAME = "SECURE_PYPI_REPOSITORY"
ROLE_ACCOUNT = "SECURE_PYPI_ROLE_ACCOUNT"
"""The account of the role, mostly the owner's."""
VARIABLES = (DOMAIN, OWNER, NAME, ROLE_ACCOUNT)
_PARTS = {DOMAIN: "domain", OWNER: "owner", NAME: "name"}
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
# The accounts that use a domain have a role each, beside the domain: the name ends with the account that uses it.
_ROLE = "arn:{{partition}}:iam::{account}:role/SecurePyPIReadRole_{{account_id}}"


def repository_in(environ: Mapping[str, str], other: str = "") -> Tuple[str, str]:
    """Return the ARN that the variables make up, and their names in words; two empty strings if none is set.

    The region is AWS_REGION's, or else AWS_DEFAULT_REGION's.

    Args:
        environ: the variables.
        other: what names the repository as a whole, and counts then: parts may be missing, none may differ.

    Raises:
        IncompleteParts: a part is missing.
        ConfigurationError: a part is not valid, or differs from `other`.
    """
    said = {name: text for name, text in ((name, environ.get(name, "").strip()) for name in _PARTS) if text}
    if not said:
        return "", ""
    names = _listed(list(said))
    if other:
        whole = _parsed(other)
        wrong = [name for name, text in said.items() if getattr(whole, _PARTS[name], None) != text]
        if wrong:
            raise ConfigurationError(
                f"{_listed(wrong)} and what names the repository as a whole contradict each other.",
                why=f"{', '.join(said[name] for name in wrong)} is no part of {whole.id if whole else 'that one'}",
                remedy=f"unset {names}, or correct SECURE_PYPI_INDEX, CA_REPOSITORY_ARN or the configuration",
            )
        return other, names
    missing = [name for name in _PARTS if name not in said]
    region = next((environ[name].strip() for name in _REGIONS if environ.get(name, "").strip()), "")
    if not region:
        missing.append(" or ".join(_REGIONS))
    if missing:
        raise IncompleteParts(
            f"{names} alone name{'s' if len(said) == 1 else ''} no repository.",
            why=f"{_listed(missing)} {'is' if len(missing) == 1 else 'are'} not set",
            remedy="set what is missing, or name the repository as a whole by SECURE_PYPI_INDEX or CA_REPOSITORY_ARN",
        )
    found = Repository(said[DOMAIN], said[OWNER], region, said[NAME], partition_of(region))
    return found.arn, names


def role_in(environ: Mapping[str, str], other: str = "") -> Tuple[str, str]:
    """Return the template of the role that SECURE_PYPI_ROLE_ACCOUNT means, and its name; two empty strings if unset.

    The role lies in that account, and its name ends with the account of the caller.

    Args:
        environ: the variables.
        other: the role that another variable names, which counts then: it must lie in the same account.

    Raises:
        ConfigurationError: the variable is no account, or `other` lies in another one.
    """
    account = environ.get(ROLE_ACCOUNT, "").strip()
    if not account:
        return "", ""
    if not re.fullmatch(r"\d{12}", account, re.ASCII):
        raise ConfigurationError(
            f"The variable {ROLE_ACCOUNT} is {account!r}, which is no account.",
            why="an account has 12 digits",
            remedy="set it to the account of the role, mostly the one that owns the domain",
        )
    if other and other.split(":")[4:5] != [account]:
        raise ConfigurationError(
            f"The variables {ROLE_ACCOUNT} and SECURE_PYPI_ROLE_ARN name different roles.",
            why=f"{other} does not lie in account {account}",
            remedy="unset one of them",
        )
    return other or _ROLE.format(account=account), ROLE_ACCOUNT


def _parsed(text: str) -> Optional[Repository]:
    try:
        return Repository.parse(text)
    except ConfigurationError:
        return None


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else str(last)
