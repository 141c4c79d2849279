"""How versions of a package may come into a repository."""

from __future__ import annotations

from typing import Any

from .asked import Answer, Asked, Routes, one_of
from .package_lists import origin_configuration


def _put(asked: Asked) -> Answer:
    package = asked.package("PutPackageOriginConfiguration")
    given: Any = asked.body.get("restrictions") or {}
    wanted = {
        what: one_of(f"restrictions.{what}", given.get(what), ("ALLOW", "BLOCK"))
        for what in ("publish", "upstream")
    }
    one_of("format", package.format, ("pypi",))
    # The package need not exist yet: the API reference, PutPackageOriginConfiguration.
    package.repo.catalog.restrict(package.name, wanted)
    return {"originConfiguration": origin_configuration(package.existing())}


ROUTES: Routes = {("POST", "/v1/package"): ("PutPackageOriginConfiguration", _put)}
