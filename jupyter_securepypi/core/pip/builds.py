"""Why a package could not be built: the line in the output of pip or uv that says it, out of dozens that do not."""

from __future__ import annotations

import re
from typing import List, Optional, Sequence, Tuple

# How each says that a package's own code, a backend or a compiler, failed; what pip cannot install for the build is
# another matter, and told as such.
_FAILED = re.compile(
    r"\u00d7 (?!installing build dep|pip subprocess).* did not run successfully"
    r"|\u00d7 Cannot import build backend|BackendUnavailable: |Command errored out with exit status"
    r"|The build backend returned an error"
)
# What a build printed stands between these: pip's, that of pips before 21.3, uv's.
_BEGINS = re.compile(
    r"\[\d+ lines of output\]|Complete output \(\d+ lines?\):|\[std(?:out|err)\]$|BackendUnavailable: "
    "|\u00d7 Cannot import build backend"
)
_ENDS = re.compile(r"\[end of output\]|^-{20,}$|^(?:hint|note): |^Collecting |finished with status '")
_PACKAGE = (
    re.compile(r"Failed to (?:download and )?build `(?P<name>[^`=@\s]+)"),
    re.compile(r"Failed building wheel for (?P<name>\S+)"),
    re.compile(r"Failed to build '(?P<name>[^']+)'"),
    re.compile("^\u2570\u2500> (?P<name>[A-Za-z0-9][\\w.-]*)$"),
)
_COLLECTED = re.compile(r"^\s*Collecting (?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)")
_COMPILER = re.compile(
    r":\d+(?::\d+)?: (?:fatal )?error: |: (?:fatal )?error [A-Z]+\d+: "
    r"|^error(?:\[E\d+\])?: (?!Command |[a-z]+(?:-[a-z]+)+$)|^CMake Error|Could NOT find |cannot find -l"
    r"|unable to execute |command '[^']+' failed: "
)
_EXCEPTION = re.compile(
    r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Failure|Unavailable|NotFound)(?::\s|$)"
)
_RUNS = re.compile(r"\s*Running command ")
_EXITED = re.compile(r"\s*ERROR: .* exited with \d+$|.*Command errored out with exit status")
_NO_CAUSE = re.compile(
    r"CalledProcessError|returned non-zero exit|compilation terminated|exit status \d|Traceback \(most recent"
)


def failed_build(lines: Sequence[str]) -> Optional[Tuple[str, str]]:
    """Return the package that could not be built and why, in a line; None where no build failed by itself.

    Args:
        lines: what pip or uv printed.
    """
    if not any(map(_FAILED.search, lines)):
        return None
    output = _output(lines)
    if any("No matching distribution found for" in line for line in output):
        return None  # of an old pip, which calls by one name all that it runs
    return builder(lines), _cause(output)


def builder(lines: Sequence[str]) -> str:
    """Return the name of the package whose build failed; that of the last one collected where nothing says so."""
    for pattern in _PACKAGE:
        for line in lines:
            found = pattern.search(line)
            if found:
                return found["name"]
    collected = [found["name"] for found in map(_COLLECTED.match, lines) if found]
    return collected[-1] if collected else "A package"


def last_output(log: Sequence[str]) -> List[str]:
    """Return what the last program printed that failed below pip, framed as pip would print it; empty for none.

    Args:
        log: the lines of pip's log, without their times.
    """
    end = max((n for n, line in enumerate(log) if _EXITED.match(line)), default=0)
    start = max((n for n, line in enumerate(log[:end]) if _RUNS.match(line)), default=end)
    said = list(log[start + 1 : end])
    return [f"[{len(said)} lines of output]", *said, "[end of output]"] if said else []


def _output(lines: Sequence[str]) -> List[str]:
    """Return what the failed build printed, without indentation; all that follows where its end is not marked."""
    begin = max((n for n, line in enumerate(lines) if _BEGINS.search(line)), default=-1)
    stripped = [line.strip(" \t\u2570\u2500>") for line in lines[begin + 1 :]]
    end = next((n for n, line in enumerate(stripped) if _ENDS.search(line)), len(stripped))
    return [line for line in stripped[:end] if line]


def _cause(output: Sequence[str]) -> str:
    for line in output:
        if _COMPILER.search(line) and not _NO_CAUSE.search(line):
            return line[:300]
    raised = [n for n, line in enumerate(output) if _EXCEPTION.match(line) and not _NO_CAUSE.search(line)]
    if raised:
        return " ".join(output[raised[-1] :])[:300]  # a message may go on in further lines
    said = [line for line in output if not _NO_CAUSE.search(line)]
    return said[-1][:300] if said else "it printed nothing that says why"
