"""What `exec` hands the token over in, on request: a file that an image build mounts, or one variable.

A file has the token and nothing else of the user's; it is for the owner only, kept fresh, and gone afterwards. The
words of the command name it as ``{netrc}`` or ``{token}``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..core.errors import RequestRefused
from ..core.files import write_atomically
from ..core.grant import Grant
from ..core.netrc_text import set_entry
from ..core.secret_folder import secret_folder

# pip and uv read whatever begins so, and say some of it.
_TOOLS = ("PIP_", "UV_")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def _netrc(grant: Grant) -> bytes:
    host = urlsplit(grant.index_url).hostname or ""
    return set_entry(b"", host, grant.login, grant.token.secret)


def _token(grant: Grant) -> bytes:
    return grant.token.secret.encode()


FILES = {"netrc": _netrc, "token": _token}
"""The files that a command can be given, by name: a netrc with one entry; the token alone, without a newline."""


@dataclass(frozen=True)
class Handover:
    """What a command is given of the token beside what its clients read; by default nothing.

    Attributes:
        files: names in `FILES`.
        variables: the names of variables that hold the token. Every program that the command starts can read them.
        duration: seconds that the token lasts; None for the token that everybody has.
    """

    files: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    duration: int | None = None

    def check(self, words: Sequence[str]) -> None:
        """Refuse what would hand nothing over.

        Raises:
            RequestRefused: no word of the command names a file, or a variable cannot have its name.
        """
        for name in self.files:
            if not any(f"{{{name}}}" in word for word in words):
                raise RequestRefused(
                    f"No word of the command says {{{name}}}, so it would not find the file.",
                    remedy=f"write it where the path belongs: docker build --secret id={name},src={{{name}}} .",
                )
        for name in self.variables:
            if not _VARIABLE.fullmatch(name):
                raise RequestRefused(
                    f"{name!r} is no name for a variable.",
                    remedy="use letters, digits and underscores: --env INDEX_TOKEN",
                )

    def values(self, grant: Grant, taken: Collection[str]) -> dict[str, str]:
        """Return the variables with the token of `grant`.

        Args:
            grant: has the token.
            taken: the names of variables that lead the command to the index.

        Raises:
            RequestRefused: a variable is taken.
        """
        for name in self.variables:
            if name in taken or name.upper().startswith(_TOOLS):
                raise RequestRefused(
                    f"{name} is a setting of the command's tools, so it cannot hold the token.",
                    remedy="choose another name",
                )
        return dict.fromkeys(self.variables, grant.token.secret)

    @contextmanager
    def written(self, grant: Grant) -> Iterator[dict[str, Path]]:
        """Yield the files with the token of `grant`, by their names; they are gone afterwards.

        Raises:
            RequestRefused: the index needs no token.
            FileProblem: a file cannot be written.
        """
        if (self.files or self.variables) and not grant.token.secret:
            raise RequestRefused(
                "There is no token to hand over: the index needs none.", remedy="leave out --secret and --env"
            )
        if not self.files:
            yield {}
            return
        with secret_folder() as folder:
            paths = {name: folder / name for name in self.files}
            self.renew(grant, paths)
            yield paths

    def renew(self, grant: Grant, paths: Mapping[str, Path]) -> None:
        """Write the token of `grant` into the files, each at once: a build may read them at any time."""
        for name, path in paths.items():
            write_atomically(path, FILES[name](grant), mode=0o600)


def filled_in(words: Sequence[str], paths: Mapping[str, Path]) -> list[str]:
    """Return `words` with the path of each file in place of its name in braces."""
    found = list(words)
    for name, path in paths.items():
        found = [word.replace(f"{{{name}}}", str(path)) for word in found]
    return found
