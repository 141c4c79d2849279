"""The built-in roles that the printed credentials may belong to; each is made by `world.World`."""

from __future__ import annotations

CALLER_ROLES = {
    "reader": "SageMakerExecutionRole",
    "publisher": "SecurePyPIPublishRole",
    "admin": "AdministratorRole",
}
"""Short name → role of the default caller's account."""
