"""``jupyter securepypi …``: one thin module for each command, which calls the same code as server and magic."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from ..core.errors import SecurePyPIError
from ..core.foreign_text import say
from ..core.signals import unwinding

# command → its module, its effect, an example. A command's module is only imported when the command runs.
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "status": (
        "status",
        "show the token: its state, until when, for whom, for which repository",
        "status --json",
    ),
    "refresh": ("refresh", "get a new token now and give it to the package managers", "refresh --if-needed"),
    "configure": (
        "configure",
        "point the pip of every kernel at the secure index, without a server",
        "configure",
    ),
    "restore": ("restore", "put every changed file back as it was and remove our netrc entry", "restore"),
    "exec": (
        "exec",
        "run one command that finds the token, and leave nothing of it",
        "exec -- poetry publish --repository securepypi",
    ),
    "dockerfile": (
        "dockerfile",
        "print lines for a Dockerfile that install from the index and keep no token",
        "dockerfile pip -r requirements.txt",
    ),
    "ci": (
        "ci",
        "print a CI job that installs from the index and stores no secret",
        "ci github --role ROLE > .github/workflows/packages.yml",
    ),
    "logout": ("logout", "remove every token, our netrc entry, and undo every change to files", "logout"),
    "install": (
        "install",
        "install into this environment from the secure index",
        "install 'pandas>=2' -r requirements.txt",
    ),
    "lock": (
        "packages",
        "write a lock file (PEP 751) of what requirements files need, with hashes",
        "lock -o pylock.toml requirements.txt",
    ),
    "download": (
        "packages",
        "fetch packages from the secure index without installing",
        "download -d wheels pandas",
    ),
    "list": ("packages", "show what is installed here, and where it came from", "list --json"),
    "show-origin": ("packages", "show where one installed package came from", "show-origin pandas"),
    "search-versions": ("packages", "show which versions the secure index has", "search-versions pandas"),
    "why": (
        "packages",
        "say what an install would take, or what stands in its way, and what to do",
        "why 'pandas>=3'",
    ),
    "audit": ("packages", "look for known vulnerabilities of what is installed", "audit --database all.zip"),
    "sbom": (
        "packages",
        "write a bill of materials (CycloneDX) of what is installed here, and where it came from",
        "sbom -o sbom.cdx.json",
    ),
    "preview": (
        "preview",
        "show the variables a SageMaker step gets, and who honours them",
        "preview training --route v3-model-trainer --image pytorch",
    ),
    "doctor": ("doctor", "find out what is wrong, and what to do about it", "doctor --fix"),
    "promote": (
        "promote",
        "copy packages that pass the gate, with what they need, from one repository to another",
        "promote -r requirements.txt --from pypi-store --to curated --plan",
    ),
    "mirror": (
        "mirror",
        "copy a list of packages, with what they need, from public PyPI or another index into a repository",
        "mirror -r requirements.txt --to curated --minimum-age P7D --plan",
    ),
    "protect": (
        "protect",
        "keep upstreams from answering for your own names",
        "protect 'acme-*' --plan",
    ),
    "adopt": (
        "adopt",
        "find code that gets tokens by itself, and put one import in its place",
        "adopt --diff src notebooks",
    ),
    "hub": (
        "hub",
        "show how every user's server of a JupyterHub stands",
        "hub --token-file /srv/jupyterhub/overview.token",
    ),
    "bundle": ("bundle", "write the zip that installs inside SageMaker containers", "bundle -o securepypi.pyz"),
    "lifecycle-config": (
        "lifecycle_config",
        "write the script that rolls this out in SageMaker Studio, and what attaches it",
        "lifecycle-config -o on-start.sh",
    ),
    "glue": (
        "glue",
        "write a zip of wheels for Glue, proven, and say which job arguments use it",
        "glue -r requirements.txt -o packages.gluewheels.zip",
    ),
    "startup-script": (
        "startup_script",
        "write the script that rolls this out in Vertex AI Workbench or Colab Enterprise",
        "startup-script --for workbench -o startup.sh",
    ),
    "iam-policy": (
        "iam_policy",
        "print the IAM policy that a reader, publisher, promoter, protector or role needs",
        "iam-policy reader",
    ),
    "terraform": (
        "terraform",
        "write a repository, its policies and roles as Terraform",
        "terraform --readers WHO -o infrastructure",
    ),
    "emulator": ("emulator", "run an emulated index that gives tokens, on loopback", "emulator --port 8900"),
    "demo": ("demo", "show it all in JupyterLab, with an emulated index", "demo --check"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, 1 if it failed, 2 for wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = next((word for word in words if not word.startswith("-")), "")
    parser = argparse.ArgumentParser(
        prog="jupyter securepypi", description="Python packages from the secure index only."
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, description, example) in _COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=description,
            description=description[0].upper() + description[1:] + ".",
            epilog=f"example: jupyter securepypi {example}",
        )
        if name == command:
            import_module(f".{module}", __name__).add_arguments(sub)
    if command == "install" and not {"-h", "--help"} & set(words):
        # pip reads the rest, including abbreviations.
        options = argparse.Namespace(command=command, words=words[words.index(command) + 1 :])
    else:
        options = parser.parse_args(words)
    return _guarded(lambda: int(import_module(f".{_COMMANDS[options.command][0]}", __name__).run(options)))


def _guarded(action: Callable[[], int]) -> int:
    try:
        # A command that is terminated ends what it has started, and takes its secrets off the disk.
        with unwinding():
            status = action()
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read the output has had enough, as `head` has. Python flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SecurePyPIError as error:
        say(str(error), sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        if str(error):
            say(str(error), sys.stderr)
        return 130


def _version() -> str:
    from .._version import __version__

    return __version__
