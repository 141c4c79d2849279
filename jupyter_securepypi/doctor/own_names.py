"""The fix of names that an upstream could answer for; the check is the provider's."""

from __future__ import annotations

from dataclasses import replace

from ..config import SecurePyPI
from ..core.check import OWN_NAMES, Check
from ..core.finding import Fix


def with_protection(check: Check, options: SecurePyPI) -> Check:
    """Return `check` with the fix that keeps upstreams out: the child process cannot pass a fix on."""
    if check.name != OWN_NAMES or check.ok is not False:
        return check

    def apply() -> list[str]:
        # Imported here, because the other checks do not need it.
        from ..administration.protection import protect

        return [f"{one.state}: {one.what} ({one.why})" for one in protect(options).found]

    # What everybody installs changes with it.
    fix = Fix("keep upstreams of the repository from answering for what is published to it", apply, ours=False)
    return replace(check, finding=replace(check.finding, fix=fix))
