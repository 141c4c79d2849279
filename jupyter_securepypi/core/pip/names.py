"""What pip calls its options, in files and in variables."""

from __future__ import annotations

INDEX_KEYS = ("index-url", "pypi-url", "extra-index-url", "find-links")
"""The options that decide where packages come from, every spelling of them."""

ALIASES = {"pypi-url": "index-url", "default-timeout": "timeout"}
"""The second names of options (``pip/_internal/cli/cmdoptions.py``)."""

HARMLESS = frozenset(
    (
        "break-system-packages",
        "cache-dir",
        "cert",
        "client-cert",
        "no-binary",
        "no-build-isolation",
        "no-cache-dir",
        "no-color",
        "no-proxy-env",
        "no-warn-script-location",
        "only-binary",
        "prefer-binary",
        "progress-bar",
        "proxy",
        "require-hashes",
        "require-virtualenv",
        "resume-retries",
        "retries",
        "root-user-action",
        "timeout",
        "uploaded-prior-to",
        "use-deprecated",
        "use-feature",
        "user",
    )
)
"""Settings that change how pip works, not where packages come from; `constraint` is handed on apart."""

CUMULATIVE = frozenset(("no-binary", "only-binary"))
"""Every occurrence of these adds to the earlier ones; for all others the last one wins."""


def normalise(name: str) -> str:
    """Return an option's name as pip compares it: ``INDEX_URL`` and ``--index-url`` become ``index-url``."""
    name = name.lower().replace("_", "-")
    return name[2:] if name.startswith("--") else name


def variable_key(variable: str) -> str:
    """Return the option that an environment variable sets, as ``index-url``, or an empty string if none."""
    if not variable.startswith("PIP_") or variable[4:].lower() in ("version", "help"):
        return ""
    return normalise(variable[4:].lower())


def is_true(value: str) -> bool:
    """Return whether pip takes a value for yes."""
    return value.strip().lower() in ("y", "yes", "t", "true", "on", "1")
