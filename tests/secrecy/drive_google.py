"""The second cloud: tokens of Google for the same mark, with credentials of several kinds."""

from __future__ import annotations

from canary_support import Canary

from jupyter_securepypi.emulator.google import GoogleEmulator
from jupyter_securepypi.emulator.samples import build_wheel

VERBS = ("status --json", "doctor", "why acme-core")


def google(canary: Canary) -> None:
    """Install, publish and fail at Artifact Registry; the user's AWS is not there."""
    with GoogleEmulator(token_marker=canary.token) as cloud:
        without = dict.fromkeys(canary.aws.environment())
        for kind in ("metadata", "impersonated", "user"):
            variables = {**without, **cloud.environment(kind), "SECURE_PYPI_ROLE_ARN": ""}
            assert "fresh" in canary.cli("refresh", **variables)
        for words in VERBS:
            canary.cli(*words.split(), **variables)
        for engine, fault in (("pip", {}), ("uv", {"error": 503, "operations": ["token:*"]})):
            install = ("install", "acme-core", "--force-reinstall", "--engine", engine)
            assert "acme-core" in canary.cli(*install, "-v", **variables)
            cloud.revoke()
            if fault:
                cloud.faults(**fault)
            canary.cli(*install, **variables)
            cloud.clear()
        build_wheel(canary.box.work / "dist", "acme-google", "1.0.0")
        twine = ("twine", "upload", "--verbose", "--non-interactive", "dist/acme_google-1.0.0-py3-none-any.whl")
        assert "100%" in canary.cli("exec", "--", *twine, **variables)
