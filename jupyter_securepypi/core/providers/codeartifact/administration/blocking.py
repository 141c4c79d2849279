"""Keep others from answering for own names, and wait until that holds."""

from __future__ import annotations

import time
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from ....errors import NotFound, SecurePyPIError
from ..repository import Repository
from .api import FORMAT, Api, group_arn, package_arn, told
from .group_pattern import OwnNames
from .own_names import GROUP, INSIDE, PACKAGE, Exposure, Look

BLOCKED, FAILED, INSIDE_STILL = "blocked", "failed", "inside"
SETTLES = 90.0
"""Seconds until a change must count everywhere: package groups are eventually consistent (API reference,
CreatePackageGroup)."""
DESCRIPTION = "Own names: no external connection may answer for them (jupyter_securepypi)"


def protect(
    api: Api, repository: Repository, patterns: Sequence[OwnNames], settles: float = SETTLES
) -> Iterator[Dict[str, Any]]:
    """Block what could answer for own names, wait until it is so, and yield the outcome of each change.

    Args:
        api: asks.
        repository: whose installs are to be protected.
        patterns: the own names; none for every package that was published here.
        settles: seconds that the changes may take to count.

    Raises:
        SecurePyPIError: AWS does not say what there is.
    """
    changed: List[Exposure] = []
    for one in Look(api, repository).exposures(patterns):
        if one.kind == INSIDE:
            yield _outcome(one, INSIDE_STILL, one.why)
            continue
        try:
            _block(api, repository, one)
            changed.append(one)
        except SecurePyPIError as error:
            yield _outcome(one, FAILED, told(error))
    left = _left(api, repository, patterns, changed, settles) if changed else set()
    for one in changed:
        late = (one.kind, one.subject) in left
        why = f"it was changed, and does not count after {settles:g} seconds" if late else one.why
        yield _outcome(one, FAILED if late else BLOCKED, why)


def _block(api: Api, repository: Repository, one: Exposure) -> None:
    if one.kind == PACKAGE:
        api.call(
            "PutPackageOriginConfiguration",
            repository,
            package_arn(repository, one.subject),
            repository=repository.name,
            format=FORMAT,
            package=one.subject,
            restrictions={"publish": "ALLOW", "upstream": "BLOCK"},
        )
        return
    pattern = OwnNames.of(one.subject).group
    arn = group_arn(repository, pattern)
    try:
        api.call("DescribePackageGroup", repository, arn, packageGroup=pattern)
    except NotFound:
        api.call("CreatePackageGroup", repository, arn, packageGroup=pattern, description=DESCRIPTION)
    api.call(
        "UpdatePackageGroupOriginConfiguration",
        repository,
        arn,
        packageGroup=pattern,
        restrictions={"EXTERNAL_UPSTREAM": "BLOCK"},
    )


def _left(
    api: Api, repository: Repository, patterns: Sequence[OwnNames], changed: Sequence[Exposure], settles: float
) -> "set[Tuple[str, str]]":
    """Return what is still open of `changed`, after at most `settles` seconds."""
    until, pause = time.monotonic() + settles, 0.2
    while True:
        seen = {(one.kind, one.subject) for one in Look(api, repository).exposures(patterns)}
        left = seen & {(one.kind, one.subject) for one in changed}
        if not left or time.monotonic() + pause > until:
            return left
        time.sleep(pause)
        pause = min(pause * 2, 5.0)


def _outcome(one: Exposure, state: str, why: str) -> Dict[str, Any]:
    return {"kind": GROUP if one.kind == GROUP else PACKAGE, "subject": one.subject, "state": state, "why": why}
