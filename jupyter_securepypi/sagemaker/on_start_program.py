"""In Studio, at the start of an app: install the extension from where it was told, and write its options.

Not imported by the package: its text goes into the lifecycle configuration as it is (see `lifecycle`), and so
it stands alone, stays short, and needs no more than Python, pip and boto3. Its one argument is a JSON
object without secrets. Exit status: 0 something changed, 3 nothing to do, 1 failed.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import signal
import site
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PACKAGE = "jupyter_securepypi"
PIP = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check"]
# Settings of pip that say how to reach an index, not which.
HARMLESS = "cert|client-cert|proxy|timeout|retries|break-system-packages"


Json = dict[str, Any]


class Trouble(Exception):
    """What went wrong, in words that may be logged."""


def main(settings: Json) -> int:
    """Do what is needed, and return the exit status."""
    # The last one of a name is kept: that which comes first on Python's path, and so is imported.
    found = reversed(list(importlib.metadata.distributions()))
    have = {normal(d.metadata["Name"] or ""): d.version for d in found}
    changed = have.get(normal(PACKAGE)) != settings["version"]
    if changed:
        with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
            install(settings, have, Path(folder))
        say(f"installed {PACKAGE} {settings['version']}")
    changed |= configure(settings["options"])
    if not changed:
        say(f"{PACKAGE} {settings['version']} is there and configured")
    return 0 if changed else 3


def install(settings: Json, have: dict[str, str], folder: Path) -> None:
    """Install the pinned wheel, and of its dependencies what the image lacks; nothing there is replaced."""
    lines = [f"{PACKAGE}=={settings['version']}{settings['hashes']}"]
    lines += [line for line in settings["requirements"] if normal(line.split("==")[0]) not in have]
    pins = [f"{n}=={v}" for n, v in have.items() if n != normal(PACKAGE)]
    pins = [pin for pin in pins if re.fullmatch(r"\w[\w-]*==[\w.!+]+", pin)]
    (folder / "requirements").write_text("\n".join(lines))
    (folder / "constraints").write_text("\n".join(pins))
    command = [*PIP, "install", "--only-binary", ":all:", "-r", "requirements", "-c", "constraints"]
    if settings["hashes"]:
        command.append("--require-hashes")
    environment, secret = {**pip_environment(), "TMPDIR": str(folder)}, ""
    source = settings["source"]
    if source == "codeartifact":
        url, secret = mint(settings["options"])
        netrc = folder / "netrc"
        netrc.touch(mode=0o600)
        netrc.write_text(f"machine {urlsplit(url).hostname} login aws password {secret}\n")
        environment["NETRC"] = str(netrc)
        command += ["--index-url", url + "simple/"]
    else:
        if source.startswith("s3://"):
            region = os.environ.get("AWS_REGION") or settings["options"]["repository"].split(":")[3]
            fetch(source, lines, folder, region)
            source = "."
        command += ["--no-index", "--find-links", str(Path(source).expanduser())]
    status, text = run(command, 150, environment, folder)
    if status:
        # No token is ever in pip's output; should one be, it is not ours to publish.
        end = "\n".join(text.strip().splitlines()[-15:])
        raise Trouble("pip failed:\n" + (end.replace(secret, "***") if secret else end))


def mint(options: Json) -> tuple[str, str]:
    """Return the repository's endpoint and a token for the shortest time there is."""
    _, partition, _, region, owner, path = options["repository"].split(":")
    _, domain, name = path.split("/")
    role = options["role_arn"].replace("{partition}", partition)
    keys: Json = {}
    if "{account_id}" in role:
        account = aws(region, {}, "sts", "get_caller_identity")["Account"]
        role = role.replace("{account_id}", account)
    if role:
        answer = aws(region, {}, "sts", "assume_role", RoleArn=role, RoleSessionName="securepypi-on-start")
        keys = answer["Credentials"]
    where = {"domain": domain, "domainOwner": owner}
    token = aws(region, keys, "codeartifact", "get_authorization_token", durationSeconds=900, **where)
    try:
        wanted = {"repository": name, "format": "pypi", **where}
        url = aws(region, keys, "codeartifact", "get_repository_endpoint", **wanted)["repositoryEndpoint"]
    except Trouble:
        if partition != "aws":
            raise
        url = f"https://{domain}-{owner}.d.codeartifact.{region}.amazonaws.com/pypi/{name}"
    return url.rstrip("/") + "/", token["authorizationToken"]


def aws(region: str, keys: Json, service: str, operation: str, **request: object) -> Json:
    """Return the answer of one call."""
    import boto3
    from botocore.config import Config

    values = [keys[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")] if keys else []
    try:
        session: Any = boto3.session.Session(*values)
        client = session.client(
            service,
            region_name=region,
            endpoint_url=os.environ.get("AWS_ENDPOINT_URL_" + service.upper()) or None,
            config=Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard", "max_attempts": 5}),
        )
        answer: Json = getattr(client, operation)(**request)
        return answer
    except Exception as error:  # noqa: BLE001 botocore's many kinds
        raise Trouble(f"{operation}: {type(error).__name__}: {error}") from None


def fetch(source: str, lines: list[str], folder: Path, region: str) -> None:
    """Copy the wheels that `lines` pin from S3, where `source` is one of them or the prefix of all."""
    bucket, _, key = source[5:].partition("/")
    if key.endswith(".whl"):
        keys = [key]
    else:
        key = key.rstrip("/") + "/" if key else ""
        answer = aws(region, {}, "s3", "list_objects_v2", Bucket=bucket, Prefix=key)
        if answer.get("IsTruncated"):
            raise Trouble(f"{source} holds more than a listing shows: use a prefix of its own")
        pinned = [re.match(r"([^=\s]+)==([^\s;]+)", line) for line in lines]
        stems = tuple(f"{normal(pin[1])}-{pin[2]}-" for pin in pinned if pin)
        keys = [item["Key"] for item in answer.get("Contents", ())]
        keys = [key for key in keys if key.endswith(".whl") and stem(key).startswith(stems)]
    for key in keys:
        body = aws(region, {}, "s3", "get_object", Bucket=bucket, Key=key)["Body"]
        (folder / key.rpartition("/")[2]).write_bytes(body.read())


def stem(key: str) -> str:
    """Return the file name of a wheel with its distribution's name in normal form."""
    name, _, rest = key.rpartition("/")[2].partition("-")
    return f"{normal(name)}-{rest}"


def pip_environment() -> dict[str, str]:
    """Return this process's environment without what names an index, and with pip's harmless settings."""
    variables = "|".join(HARMLESS.upper().replace("-", "_").split("|"))
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("PIP_") or re.fullmatch(f"PIP_({variables})", k)
    }
    _, text = run([*PIP, "config", "list"], 30, dict(os.environ))
    for key, value in re.findall(rf"(?m)^(?:global|install)\.({HARMLESS})='(.*)'$", text):
        kept.setdefault("PIP_" + key.upper().replace("-", "_"), value)
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_KEYRING_PROVIDER": "disabled"}


def configure(options: Json) -> bool:
    """Write the options where this Python's Jupyter looks, and return whether they were others before."""
    ours = os.access(sysconfig.get_path("purelib"), os.W_OK)
    path = Path(sys.prefix if ours else site.getuserbase(), "etc/jupyter", f"{PACKAGE}_config.json")
    old = json.loads(path.read_text()) if path.exists() else {}
    new = {**old, "SecurePyPI": {**old.get("SecurePyPI", {}), **options}}
    if new == old:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(new, indent=2) + "\n")
    part.replace(path)
    say(f"wrote {path}")
    return True


def run(
    command: list[str], seconds: int, environment: dict[str, str], folder: Path | None = None
) -> tuple[int, str]:
    """Return status and output of a command that reads nothing."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Trouble(f"{Path(command[0]).name}: {type(error).__name__}") from None
    return done.returncode, done.stdout.decode(errors="replace")


def normal(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def stop(*_: object) -> None:
    """End, and clean up undisturbed: `timeout` sends its signal to the program and to the group that it is in."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def say(text: str) -> None:
    """Write a line for CloudWatch."""
    print("securepypi:", text, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    os.environ.setdefault("AWS_STS_REGIONAL_ENDPOINTS", "regional")
    try:
        sys.exit(main(json.loads(sys.argv[1])))
    except (Trouble, ImportError, OSError, ValueError) as error:
        say(str(error) or type(error).__name__)
        sys.exit(1)
