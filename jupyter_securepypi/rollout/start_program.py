"""At the start of an app or a machine: install the extension from where it was told, and write its options.

Not imported by the package: its text goes into the start script (see `program`), with the functions for one cloud in
it, and so it stands alone, stays short, and needs no more than Python, pip and, for AWS, boto3. Its one argument is a
JSON object without secrets. Exit status: 0 something changed, 3 nothing to do, 1 failed.
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

from .start_aws import fetched, mint

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
    if source == "index":
        url, login, secret = mint(settings["options"])
        netrc = folder / "netrc"
        netrc.touch(mode=0o600)
        netrc.write_text(f"machine {urlsplit(url).hostname} login {login} password {secret}\n")
        environment["NETRC"] = str(netrc)
        command += ["--index-url", url + "simple/"]
    else:
        source = fetched(source, lines, folder, settings["options"])
        command += ["--no-index", "--find-links", str(Path(source).expanduser())]
    status, text = run(command, 150, environment, folder)
    if status:
        # No token is ever in pip's output; should one be, it is not ours to publish.
        end = "\n".join(text.strip().splitlines()[-15:])
        raise Trouble("pip failed:\n" + (end.replace(secret, "***") if secret else end))


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
    """Write a line for the log."""
    print("securepypi:", text, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    os.environ.setdefault("AWS_STS_REGIONAL_ENDPOINTS", "regional")
    try:
        sys.exit(main(json.loads(sys.argv[1])))
    except (Trouble, ImportError, OSError, ValueError) as error:
        say(str(error) or type(error).__name__)
        sys.exit(1)
