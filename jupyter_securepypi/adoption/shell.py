"""Places in shell scripts, Dockerfiles and CI files: line by line, as they are, without running anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .place import ADDRESS, ARGV, ENVIRONMENT, FILE, LOGIN, OUTPUT, ROLE, TOKEN, Place
from .signs import INDEX_VARIABLES, PIP_CONFIG, known

_ASSIGNED = re.compile(
    r"(?:^|[\s;&(\[{\"'-])(?:export\s+|ENV\s+|ARG\s+|local\s+|readonly\s+)?(\w+)[=:]\s*[\"']?(?:\$\(|`)?"
)
_ARG = re.compile(r"^\s*(?:ARG|ENV)\s+(\w*(?:TOKEN|PASSWORD|SECRET)\w*)", re.IGNORECASE)
_VARIABLE = r"\$\{{?\{{?\s*(?:secrets\.|env\.)?{name}\b|\${name}\b"
_PUT_IN = r"(?:\$\{[^}]*\}\}?|\$\w+|\$\([^)]*\)|`[^`]*`)"
_PASSWORD = re.compile(r"://[^/\s@:'\"]*:[\"']?" + _PUT_IN + r"[\"']?@")
_GIT = re.compile(r"\bgit\+\w+://\S+")
_INDEX_OPTION = re.compile(
    r"\b(?:pip[\d.]*|uv|poetry|twine)\b.*(?:\binstall\b|\bsync\b|\badd\b|\bupload\b|\bpublish\b|\bdownload\b)"
)
_FILES = re.compile(
    r"(?:>>?|\btee\b(?:\s+-a)?)\s*[\"']?\S*(?:netrc|pip\.conf|pip\.ini|pypirc|auth\.toml|uv\.toml)"
)
_SHOWN = re.compile(r"^\s*(?:-\s+)?(?:RUN\s+)?(?:echo|printf)\b(?!.*(?:>|\|))")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def shell_places(text: str) -> set[Place]:
    """Return the places of a shell script, a Dockerfile or a CI file."""
    found: set[Place] = set()
    tokens: set[str] = set()
    lines = list(_logical(text))
    for number, line in lines:
        found |= {Place(number, kind) for kind in _kinds(line, tokens)}
    if not any(one.kind not in (ROLE,) for one in found):
        return set()
    return found


def _kinds(line: str, tokens: set[str]) -> Iterator[str]:
    signs = known()
    if signs.prints_role(line):
        yield ROLE
    if signs.logs_in(line):
        yield LOGIN
    prints = signs.prints_token(line)
    if prints:
        yield TOKEN
        names = _ASSIGNED.findall(line[: _position(line)])
        tokens.update(names[-1:])
    declared = _ARG.match(line)
    if declared:
        tokens.add(declared[1])
    uses = any(re.search(_VARIABLE.format(name=re.escape(name)), line) for name in tokens)
    address = bool(_PASSWORD.search(_GIT.sub("", line))) and (uses or prints or _concerns_index(line))
    if address:
        assigned = re.match(r"\s*(?:-\s+)?(?:RUN\s+)?(?:export\s+|ENV\s+|ARG\s+)?(\w+)\s*[=:]", line)
        if assigned:
            tokens.add(assigned[1])
    shown = uses or address
    if not shown:
        return
    if _FILES.search(line):
        yield FILE
    elif PIP_CONFIG.search(line) or _INDEX_OPTION.search(line):
        yield ARGV
    elif any(re.search(rf"\b{name}\b\s*[=:]", line) for name in INDEX_VARIABLES):
        yield ENVIRONMENT
    elif _SHOWN.match(line):
        yield OUTPUT
    elif address:
        yield ADDRESS


def _concerns_index(line: str) -> bool:
    return bool(PIP_CONFIG.search(line) or _INDEX_OPTION.search(line)) or any(
        name in line for name in INDEX_VARIABLES
    )


def _position(line: str) -> int:
    """Return where the command that prints a token begins."""
    found = re.search(r"\baws\d?\b", line)
    return found.start() if found else len(line)


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines, those that a backslash continues as one, without comments."""
    whole, start = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        line = _COMMENT.sub("", line)
        start = start or number
        if line.rstrip().endswith("\\"):
            whole += line.rstrip()[:-1] + " "
            continue
        yield start, whole + line
        whole, start = "", 0
    if whole:
        yield start, whole
