"""One run of uv: what it is told beside its words, what of its output the user hears, and whom it asked."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.address import same_address
from ...core.index import Index
from ...core.pip.install import run_tool
from ...core.pip.isolated import LOG
from ...core.pip.log import asked_elsewhere
from ...core.report import prove_asked
from ...core.secret import Secret, without
from . import uv_failures
from .uv_environment import SETTINGS

if TYPE_CHECKING:
    from .uv import Uv

CHANGE = re.compile(r" (?P<what>[+~-]) (?P<rest>\S.*)")
"""A line of uv's plan."""
# What uv's client says of each request, with -v or RUST_LOG.
_ASKED = re.compile(r"DEBUG (?:No cache entry|Found \w+ response|Sending \w+ \w+ request) for: (\S+)")
# A file that it begins to fetch, and what begins and ends a build; between them stands what the build prints.
_FETCHED = re.compile(r"DEBUG Sending \w+ GET request for: \S*/(?P<file>[^/\s]+\.(?:whl|tar\.gz|zip))$")
_BUILD_BEGINS = re.compile(r"DEBUG Calling `")
_BUILD_ENDS = re.compile(r"\s*(Built |Resolved |Prepared )")
_CLIENT = re.compile(
    r"DEBUG (No cache entry|Found |Sending |Using request|Range requests|Identified |Locking )"
)
_CHATTER = re.compile(
    r"(DEBUG|TRACE|INFO|WARN) |warning: The `--pylock`|Using Python |Would |(Resolved|Checked) .* in "
)


class Step:
    """Runs uv once at each call; all runs of one install share a folder and the credentials.

    Args:
        uv: what they share beyond that.
        folder: a private, temporary one.
        variables: the environment of each run.

    Attributes:
        folder: the same.
        output: the lines that the user heard.
    """

    def __init__(self, uv: Uv, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self.output: list[str] = []
        self._uv = uv
        self._in_build = False
        self._variables = variables
        self._settings = folder / SETTINGS  # in place of every other file of settings
        self._settings.write_text(_settings(uv.index), encoding="utf-8")

    def __call__(self, *words: str, quiet: bool = False) -> list[str]:
        """Run uv with `words` and return what it printed, the secret masked; with `quiet` the user hears nothing.

        Raises:
            ForeignOrigin: it asked somebody else than the index.
            SecurePyPIError: it failed, and this is why.
        """
        uv = self._uv
        command = [uv.path, *words[:2], "--python", sys.executable, "--keyring-provider", "disabled"]
        command += ["--config-file", str(self._settings), *uv.translated.build]
        if uv.translated.verbose and "-v" not in words:
            command.append("-v")
        command += words[2:]

        dry = "--dry-run" in words
        plans = dry or words[1] == "compile"
        on_line = uv.review.heard(uv.on_line) if uv.review and plans else uv.on_line

        def heard(line: str) -> None:
            if _BUILD_ENDS.match(line):
                self._in_build = False
            if uv.translated.verbose or not (quiet or _CHATTER.match(line) or (dry and CHANGE.fullmatch(line))):
                self.output.append(line)
                if on_line:
                    on_line(line)
            elif on_line and uv.in_detail and not quiet and (detail := self._detail(line)):
                on_line(detail)

        logs = "uv_client=debug" + (",uv_build_frontend=debug" if uv.in_detail else "")
        variables = self._variables if "-v" in command else {**self._variables, "RUST_LOG": logs}
        secret, lines = uv.index.password, list[Secret]()
        # Whole lines are judged: a password may be a part of the index's own address.
        status, shown = run_tool(command, variables, secret, heard, lines)
        if status != 0:
            raise uv_failures.explain(shown, uv.index, uv.translated.proxy_and_trust, status)
        asked = dict.fromkeys(Secret(found.group(1)) for found in map(_ASKED.match, lines) if found)
        elsewhere = [url for url in asked if not (uv.index.holds(url) or same_address(url, uv.index.url))]
        log = self.folder / LOG  # of each pip that a build has started
        if log.exists():
            elsewhere += asked_elsewhere(Secret(log.read_text(encoding="utf-8", errors="replace")), uv.index)
        # The last step of an install is the only one that is no plan.
        told = [without(secret, one) for one in elsewhere]
        prove_asked(told, (), installed=not dry and words[1] == "install")
        return shown

    def _detail(self, line: str) -> str:
        """Return what a line of uv's log says about files and builds; empty for nothing."""
        fetched = _FETCHED.match(line)
        if fetched:
            return f"Fetching {fetched['file']}"
        if _BUILD_BEGINS.match(line):
            self._in_build = True
            return ""
        return (
            f"  {line[6:]}" if self._in_build and line.startswith("DEBUG ") and not _CLIENT.match(line) else ""
        )


def _settings(index: Index) -> str:
    """Return uv's settings, in TOML: the index, of which uv knows that it always wants the token.

    Otherwise uv would ask for each page and each file in vain before it looks into the netrc file.
    """
    if not index.url:
        return ""
    always = 'authenticate = "always"\n' if index.password else ""
    return f'index-strategy = "first-index"\n[[index]]\nurl = {json.dumps(index.url)}\ndefault = true\n{always}'
