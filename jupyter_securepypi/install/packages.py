"""`install_packages` of the whole package: that of the core, with both engines and both ways to verify."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial

from ..config import load_options
from ..core import job
from ..core.report import InstallReport
from .engines.select import install_with


def install_packages(
    packages: str | Sequence[str] = (),
    *,
    use_secure: object = None,
    requirements: str | os.PathLike[str] | None = None,
    repository_arn: str = "",
    role_arn: str = "",
    engine: str = "auto",
    verify: str = "",
    on_line: Callable[[str], None] | None = None,
) -> InstallReport:
    """Install `packages` into this Python, through the secure index only, and print one line about it.

    Arguments, result and errors are those of `core.job.install_packages`, and beyond them:

    Args:
        packages: what stands after ``pip install``: requirements, and options that choose no index.
        use_secure: true for the secure index; false for the public one, which USE_SECURE_PYPI or the option
            `allow_public` must choose, too, and nothing may lock off; None for what the variable says.
        requirements: a requirements file, relative to the working folder.
        repository_arn: ARN or index URL of the repository, instead of that of the options.
        role_arn: the role to assume, instead of that of the options.
        engine: ``auto``, ``pip`` or ``uv``; auto takes uv where it is installed and can do what is asked for.
        verify: ``after``, or ``before``, which proves all origins before anything is installed; by default that of
            the options.
        on_line: is called with each line that pip or uv prints, secrets masked; ``print`` shows them.
    """
    options = load_options(beside=repository_arn)
    if use_secure is not None:
        secure = job.uses_secure(os.environ, use_secure, options.allow_public)
        options.use_secure_pypi = options.tightened("use_secure_pypi", secure)
    options.refuse_locked_public()
    verify = options.tightened("verify", verify or options.verify)
    for name, value in (("repository", repository_arn), ("role_arn", role_arn)):
        if value:
            setattr(options, name, options.tightened(name, value))
    return job.install_packages(
        packages,
        use_secure=use_secure,
        allow_public=options.allow_public,
        requirements=requirements,
        request=options.mint_request() if options.repository else None,
        on_line=on_line,
        installer=partial(install_with, engine, verify=verify, policy=options.policy()),
    )
