"""``lifecycle-config``: write the script that installs this extension in Studio, and say how to attach it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .._version import __version__
from ..config import load_options
from ..core.errors import ConfigurationError
from ..core.files import safe_target, write_atomically
from ..core.providers.codeartifact.repository import Repository
from ..rollout.pin import chosen, warning
from ..rollout.settings import read_requirements
from ..sagemaker import lifecycle_attach as attaching
from ..sagemaker.lifecycle import APP_TYPES, MAX_BYTES, StartScript, config_name
from ..sagemaker.repository import configured_repository

_WAYS = {"aws": attaching.aws_commands, "boto3": attaching.boto3_code, "terraform": attaching.terraform}
_NO_DOMAIN = "d-replacethis"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("--repository-arn", metavar="ARN", help="default: the configured repository")
    add("--role-arn", metavar="ARN", help="role to assume, or a template; default: the configured one")
    add("--app-type", choices=APP_TYPES, default="JupyterLab", help="default: JupyterLab")
    add(
        "--source",
        default="codeartifact",
        metavar="WHERE",
        help="codeartifact (the default), s3://BUCKET/PREFIX, or the path of a folder of wheels in Studio",
    )
    add("--wheel", type=Path, metavar="FILE", help="pin version and hash of this wheel")
    add("--version-pin", metavar="VERSION", help=f"version to install; default: {__version__}, as here")
    add("--hash", action="append", default=[], metavar="sha256:DIGEST", help="hash to accept; repeatable")
    add("--requirements", type=Path, metavar="FILE", help="pins with hashes of what the images may lack")
    add("--strict", action="store_true", help="a failure keeps the app from starting")
    add("--prefix", default="/opt/conda", help="the image's Python environment; default: /opt/conda")
    add("-o", "--output", type=Path, metavar="FILE", help="where to write the script; default: standard output")
    add("--name", default="", help="name to register; default: one that changes with the script")
    add("--domain-id", metavar="d-...", default="", help="Studio domain to attach to")
    add("--user-profile", metavar="NAME", default="", help="only this user profile of the domain")
    add("--shared-spaces", action="store_true", help="the domain's shared spaces in place of users' own apps")
    add("--region", metavar="REGION", default="", help="the domain's region; default: the repository's")
    ways = "; ".join(f"{name}: {effect}" for name, effect in attaching.ATTACHMENTS.items())
    add("--attach", choices=list(attaching.ATTACHMENTS), default="built-in", help=f"{ways}; default: built-in")
    add(
        "--emit", choices=[*_WAYS, "none"], action="append", help="print only this way to attach it; repeatable"
    )
    add("--register", action="store_true", help="create and attach it now, with the AWS credentials here")
    add("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Write the script, and attach it or print the code that does."""
    start, doubt = _start_script(options)
    script = start.render()
    name = config_name(script, start.app_type, options.name)
    region = options.region or start.repository.region
    target = attaching.Target(
        region=region,
        domain_id=options.domain_id or _NO_DOMAIN,
        user_profile=options.user_profile,
        app_type=start.app_type,
        attachment=options.attach,
        shared_spaces=options.shared_spaces,
    )
    if options.register and not options.domain_id:
        raise ConfigurationError(
            "Nothing says which Studio domain to attach to.", remedy="add --domain-id d-..."
        )
    if options.output:
        write_atomically(safe_target(options.output.absolute()), script.encode(), mode=0o755)
    elif not options.json and not options.register:
        sys.stdout.write(script)
    if doubt:
        print(warning(start.version, doubt), file=sys.stderr)
    arn = attaching.register(script, name, target) if options.register else ""
    path = str(options.output or "on-start.sh")
    emit = options.emit or ([] if options.register or not options.output else list(_WAYS))
    texts = {way: make(path, name, target) for way, make in _WAYS.items() if options.json or way in emit}
    if options.json:
        facts = {"name": name, "bytes": len(script.encode()), "version": start.version, "hashes": start.hashes}
        print(json.dumps({**facts, "path": path if options.output else None, "arn": arn or None, **texts}))
        return 0
    if options.output:
        print(
            f"# Wrote {path}: {len(script.encode())} of {MAX_BYTES} bytes, installs jupyter_securepypi {start.version}"
        )
        if texts and not options.domain_id:
            print(f"# put the domain's id in place of {_NO_DOMAIN}, or add --domain-id")
    if arn:
        print(f"# attached ({options.attach}) to {options.user_profile or options.domain_id}: {arn}")
    for way, text in texts.items():
        print(f"\n# ---- {way} ----\n{text}", end="")
    return 0


def _start_script(options: argparse.Namespace) -> tuple[StartScript, str]:
    configured = load_options()
    given = options.repository_arn
    repository = Repository.parse(given) if given else configured_repository(configured)
    role = configured.role_arn if options.role_arn is None else options.role_arn
    if Path(options.source).is_dir():
        options.source = str(Path(options.source).absolute())
    pin = chosen(
        repository,
        role,
        "" if options.source == "codeartifact" else options.source,
        wheel=options.wheel,
        version=options.version_pin,
        hashes=tuple(options.hash),
    )
    start = StartScript(
        repository=repository,
        version=pin.version,
        hashes=pin.hashes,
        role_arn=role,
        source=options.source,
        requirements=read_requirements(options.requirements) if options.requirements else (),
        app_type=options.app_type,
        strict=options.strict,
        prefix=options.prefix,
    )
    return start, pin.doubt
