"""How much is drawn: a few inputs for a landing, always the same; many new ones by hand (CONTRIBUTING.md)."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

NIGHTLY = settings.default is settings.get_profile("nightly")


def drawn(few: int) -> settings:
    """Return the measure of a test: `few` inputs, or the nightly profile's number of them."""
    assert settings.default is not None
    return settings(
        max_examples=settings.default.max_examples if NIGHTLY else few,
        derandomize=not NIGHTLY,
        deadline=None,
        # The autouse fixtures give every test a home; one home serves all inputs of a test.
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
