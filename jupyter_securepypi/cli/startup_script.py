"""``startup-script``: write the script that installs this extension where notebooks run in Google Cloud."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..config import load_options
from ..core.errors import ConfigurationError
from ..core.files import safe_target, write_atomically
from ..core.foreign_text import say
from ..core.providers.artifact_registry.repository import Repository
from ..rollout.pin import chosen, warning
from ..rollout.settings import read_requirements
from ..rollout.startup import PLACES, StartupScript, attachment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    places = "; ".join(f"{name}: {place.name}" for name, place in PLACES.items())
    add("--for", dest="place", choices=list(PLACES), required=True, help=places)
    add(
        "--repository",
        metavar="NAME",
        help="projects/P/locations/L/repositories/R; default: the configured one",
    )
    add("--role", metavar="ACCOUNT", help="service account to act as; default: the configured one")
    add("--source", default="index", metavar="WHERE", help="index (the default), or a folder on the machine")
    add("--wheel", type=Path, metavar="FILE", help="pin version and hash of this wheel")
    add("--version-pin", metavar="VERSION", default="", help="version to install; default: this one")
    add("--hash", action="append", default=[], metavar="sha256:DIGEST", help="hash to accept; repeatable")
    add("--requirements", type=Path, metavar="FILE", help="pins with hashes of what the image may lack")
    add("--strict", action="store_true", help="a failure is the script's failure, too")
    add("--prefix", default="", help="the Python environment to install into; default: that of the image")
    add("--bucket", metavar="gs://...", default="gs://BUCKET", help="for the printed commands that attach it")
    add("-o", "--output", type=Path, metavar="FILE", help="where to write it; default: standard output")


def run(options: argparse.Namespace) -> int:
    """Write the script, and say how to attach it."""
    settings = load_options()
    repository = Repository.parse(options.repository) if options.repository else settings.require_repository()
    if not isinstance(repository, Repository):
        raise ConfigurationError(
            f"{repository} is not a repository of Artifact Registry.",
            remedy="name one with --repository; for SageMaker Studio there is lifecycle-config",
        )
    role = (
        settings.mint_request().role if options.role is None and not options.repository else options.role or ""
    )
    pin = chosen(
        repository,
        role,
        "" if options.source == "index" else options.source,
        wheel=options.wheel,
        version=options.version_pin,
        hashes=tuple(options.hash),
    )
    script = StartupScript(
        place=options.place,
        repository=repository,
        version=pin.version,
        hashes=pin.hashes,
        role=role,
        source=options.source,
        requirements=read_requirements(options.requirements) if options.requirements else (),
        strict=options.strict,
        prefix=options.prefix,
    ).render()
    if pin.doubt:
        say(warning(pin.version, pin.doubt), sys.stderr)
    if not options.output:
        say(script.rstrip("\n"))
        return 0
    write_atomically(safe_target(options.output), script.encode(), mode=0o644)
    say(f"# Wrote {options.output}: installs jupyter_securepypi {pin.version}")
    say(attachment(options.place, options.bucket, options.output).rstrip("\n"))
    return 0
