"""What each option of pip can do to an install: the only place where they are classified.

Every option is also a key of pip's configuration files and a variable PIP_*. The names are those of ``pip install``,
``download`` and ``wheel``, from pip 20.3 to the newest; a test asks these pips for them and fails for a new one.
"""

from __future__ import annotations

from ..effect import Effect, sorted_by_effect

EFFECTS = sorted_by_effect(
    {
        Effect.HARMLESS: """
            break-system-packages cache-dir cert client-cert no-build-isolation no-cache-dir no-color no-proxy-env
            no-warn-script-location progress-bar proxy require-venv require-virtualenv resume-retries retries
            root-user-action default-timeout timeout use-deprecated use-feature user
        """,
        Effect.DECIDING: """
            all-releases ignore-requires-python no-binary only-binary only-final pre prefer-binary require-hashes
            upgrade-strategy uploaded-prior-to
        """,
        Effect.ASIDE: """
            abi build build-dir build-directory check-build-dependencies compile dest destination-dir
            destination-directory dry-run exists-action force-reinstall ignore-installed implementation
            keyring-provider no-compile no-dependencies no-deps no-index no-use-pep517 no-user only-dependencies
            only-deps platform prefix python-version refresh-package root source source-dir source-directory src
            target upgrade use-pep517 wheel-dir
            debug disable-pip-version-check help isolated local-log log log-file no-clean no-input
            no-python-version-warning no-verify no-warn-conflicts quiet report verbose version
        """,
        # `python` runs the pip of another environment, which reads that environment's file.
        Effect.REDIRECTING: """
            index-url pypi-url extra-index-url find-links
            constraint requirement build-constraint
            editable group python requirements-from-script
            build-option config-settings global-option install-option
        """,
        Effect.WEAKENING: "no-require-hashes trusted-host",
    }
)
"""Normalised option, as ``index-url`` → its effect."""
