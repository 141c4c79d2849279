"""The user's own credentials that a client reads before the token: when they count, and how they are told.

Nobody renews them. If they are a token, it is refused after hours, and the client never asks for ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..core.address import same_address, split_url
from ..core.finding import Finding, Fix
from ..core.grant import Grant
from ..core.providers.registry import is_index_host, token_logins
from .editing import rewrite

KIND = "credential"
"""The kind of these findings."""


def are_for_index(url: str | None, login: str, grant: Grant | None) -> bool:
    """Return whether credentials for `url` are read in place of the token.

    Args:
        url: the address that they are for; None if it is not known.
        login: the user name that stands beside them, or empty.
        grant: names the index; None if it is not known, and then every index with minted tokens counts.
    """
    if not url:
        return login in token_logins()
    if grant:
        return same_address(url, grant.endpoint_url) or same_address(url, grant.index_url)
    try:
        return is_index_host(split_url(url).hostname or "")
    except ValueError:
        return False


def publishing_variables(
    environ: Mapping[str, str], user: str, passwords: Sequence[str], url: str | None, grant: Grant | None
) -> list[str]:
    """Return the names of a publisher's variables for user name and password that are read in place of the token.

    Without a known address its command line chooses where they go, and that may be the index.

    Args:
        environ: the variables that it sees.
        user: the variable for the user name.
        passwords: the variables for a password or a token.
        url: the address that other variables choose, or None.
        grant: names the index; None if it is not known.
    """
    login = environ.get(user, "")
    found = [name for name in passwords if environ.get(name)]
    undecided = not url and (grant is not None or not login)
    if not undecided and not are_for_index(url, login, grant):
        return []
    wrong_login = bool(login) and login != grant.login if grant else bool(login and found)
    return [*([user] if wrong_login else []), *found]


def name_in_variables(name: str) -> str:
    """Return the name of a repository or index as Poetry and uv spell it within the name of a variable."""
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def in_variable(name: str, program: str) -> Finding:
    """Return the finding that `program` reads a variable in place of the token."""
    what = f"{program} prefers {name} to the token, and nobody renews it."
    return Finding(name, what, remedy=f"unset {name} where it is set", kind=KIND)


def in_file(path: Path, section: str, name: str, program: str, without: Callable[[str], str]) -> Finding:
    """Return the finding that `program` reads a password of a file in place of the token; its fix takes that out.

    Args:
        path: the file.
        section: the part of the file that has the password.
        name: the repository that the password is for, as the file calls it.
        program: the client's name, for people.
        without: returns the file's text without the password.
    """

    def apply() -> list[str]:
        written = rewrite(path, without, "").written
        return [f"took the password for {name} out of {path}"] if written else []

    where = f"{path} [{section}]"
    what = f"{program} prefers the password for {name} in {path} to the token, and nobody renews it."
    fix = Fix(f"take the password out of {where}; `restore` undoes it", apply, ours=False)
    return Finding(where, what, remedy=f"take it out of [{section}]", fix=fix, kind=KIND)
