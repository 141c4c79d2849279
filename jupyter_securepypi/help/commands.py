"""Every command: its group, what it does, and examples of its use."""

from __future__ import annotations

from typing import NamedTuple

from ..core.commands import SHARED

USE, LOOK, CONFIGURE, JOBS, ADMINISTER, TRY = (
    "use",
    "look",
    "configure",
    "SageMaker and jobs",
    "administer",
    "try it",
)
GROUPS = (USE, LOOK, CONFIGURE, JOBS, ADMINISTER, TRY)
"""The groups of the overview, in its order."""


class Command(NamedTuple):
    """A command of the command line, and perhaps of the magic.

    Attributes:
        group: one of `GROUPS`.
        does: what it does, without a capital letter and a full stop.
        examples: what stands after the program's name, and what that is for.
        module: in the room of the command line, where it has another name than the command.
    """

    group: str
    does: str
    examples: tuple[tuple[str, str], ...]
    module: str = ""


_QUESTIONS = "packages"

COMMANDS: dict[str, Command] = {
    "install": Command(
        USE,
        "install from the secure index, and only from there",
        (
            ("install 'pandas>=2' pyarrow", "two packages and what they need"),
            ("install -r requirements.txt", "what a file asks for"),
            ("install -r pylock.toml", "exactly what was locked, checked by hash"),
            ("install -U --dry-run pandas", "only say what an upgrade would bring"),
            ("install --verify before pandas", "prove every origin first, then install by hash, from wheels"),
        ),
    ),
    "uninstall": Command(
        USE,
        "remove packages from this environment, and from nowhere else",
        (
            ("uninstall pandas", "say what needs it, and ask"),
            ("uninstall -y pandas pyarrow", "without a question"),
            ("uninstall --dry-run -r requirements.txt", "only say what would go"),
        ),
    ),
    "lock": Command(
        USE,
        "lock what requirements files need, with hashes (PEP 751)",
        (
            ("lock requirements.txt", "into pylock.toml"),
            ("lock -o gpu.pylock.toml base.txt gpu.txt", "of two files together"),
        ),
        _QUESTIONS,
    ),
    "download": Command(
        USE,
        "fetch packages from the secure index without installing",
        (
            ("download -d wheels pandas", "with all that it needs"),
            ("download -d wheels -r requirements.txt", "what a file asks for"),
        ),
        _QUESTIONS,
    ),
    "status": Command(
        LOOK,
        "show the token: its state, until when, for whom, for which repository",
        (("status", "a few lines"), ("status --json", "the same for a program")),
    ),
    "doctor": Command(
        LOOK,
        "find out what is wrong, and what to do about it",
        (
            ("doctor", "look, and change nothing"),
            ("doctor --fix", "mend what is in our own files, and ask about others"),
            ("doctor --json", "for a program; the exit status is 1 where something is wrong"),
        ),
    ),
    "list": Command(
        LOOK,
        "show what is installed here, and where it came from",
        (("list", "a table"), ("list --json", "the same for a program")),
        _QUESTIONS,
    ),
    "freeze": Command(
        LOOK,
        "print what is installed here as requirements",
        (("freeze", "a requirement a line"), ("freeze -o requirements.txt", "into a file")),
        _QUESTIONS,
    ),
    "show": Command(
        LOOK,
        "show what installed packages are, need, and are needed by",
        (("show pandas", "one"), ("show -f pandas pyarrow", "two, with their files")),
        _QUESTIONS,
    ),
    "show-origin": Command(
        LOOK,
        "show where one installed package came from",
        (
            ("show-origin pandas", "file, hash and time"),
            ("show-origin --json pandas", "the same for a program"),
        ),
        _QUESTIONS,
    ),
    "check": Command(
        LOOK,
        "show what installed packages need and do not have",
        (("check", "the exit status is 1 where something is missing"), ("check --json", "for a program")),
        _QUESTIONS,
    ),
    "search-versions": Command(
        LOOK,
        "show which versions the secure index has",
        (("search-versions pandas", "the newest first"), ("search-versions --json pandas", "for a program")),
        _QUESTIONS,
    ),
    "why": Command(
        LOOK,
        "say what an install takes, or what stands in its way",
        (("why pandas", "the newest allowed version"), ("why 'pandas>=3'", "and one that is not allowed yet")),
        _QUESTIONS,
    ),
    "audit": Command(
        LOOK,
        "look for known vulnerabilities of what is installed",
        (("audit", "ask a service"), ("audit --database all.zip", "OSV's export: no internet needed")),
        _QUESTIONS,
    ),
    "sbom": Command(
        LOOK,
        "write a bill of materials (CycloneDX) of what is installed here",
        (
            ("sbom -o sbom.cdx.json", "into a file"),
            ("sbom -o sbom.cdx.json --upload-times", "with the time of each file's upload"),
        ),
        _QUESTIONS,
    ),
    "configure": Command(
        CONFIGURE,
        "point the pip of every kernel at the secure index, without a server",
        (("configure", "as often as you like: a second time changes nothing"),),
    ),
    "refresh": Command(
        CONFIGURE,
        "get a new token now and give it to the package managers",
        (("refresh", "at once"), ("refresh --if-needed", "only if it is about to expire")),
    ),
    "restore": Command(
        CONFIGURE,
        "put every changed file back as it was and remove our netrc entry",
        (("restore", "to the byte"),),
    ),
    "logout": Command(
        CONFIGURE,
        "remove every token, our netrc entry, and undo every change to files",
        (("logout", "nothing of it stays"),),
    ),
    "exec": Command(
        CONFIGURE,
        "run one command that finds the token, and leave nothing of it",
        (
            ("exec -- poetry publish --repository securepypi", "publish with another tool"),
            ("exec --secret netrc -- docker build --secret id=netrc,src={netrc} .", "build an image"),
        ),
    ),
    "adopt": Command(
        CONFIGURE,
        "find code that gets tokens by itself, and put one import in its place",
        (("adopt --diff src notebooks", "show what would change"), ("adopt --write src", "change it")),
    ),
    "preview": Command(
        JOBS,
        "show the variables a SageMaker step gets, and who honours them",
        (
            ("preview training --route v3-model-trainer --image pytorch", "a training step"),
            ("preview processing", "a processing step, as far as it is known"),
        ),
    ),
    "bundle": Command(
        JOBS,
        "write the zip that installs inside SageMaker containers",
        (("bundle -o securepypi.pyz", "one file, less than 80 KiB"),),
    ),
    "lifecycle-config": Command(
        JOBS,
        "write the script that rolls this out in SageMaker Studio, and what attaches it",
        (("lifecycle-config -o on-start.sh", "for every new space"),),
        "lifecycle_config",
    ),
    "glue": Command(
        JOBS,
        "write a zip of wheels for Glue, proven, and say which job arguments use it",
        (("glue -r requirements.txt -o packages.gluewheels.zip", "of what a file asks for"),),
    ),
    "dockerfile": Command(
        JOBS,
        "print lines for a Dockerfile that install from the index and keep no token",
        (("dockerfile pip -r requirements.txt", "with pip"), ("dockerfile uv -r pylock.toml", "with uv")),
    ),
    "ci": Command(
        JOBS,
        "print a CI job that installs from the index and stores no secret",
        (("ci github --role ROLE > .github/workflows/packages.yml", "for GitHub"),),
    ),
    "startup-script": Command(
        JOBS,
        "write the script that rolls this out in Vertex AI Workbench or Colab Enterprise",
        (("startup-script --for workbench -o startup.sh", "for Workbench"),),
        "startup_script",
    ),
    "promote": Command(
        ADMINISTER,
        "copy packages that pass the gate, with what they need, from one repository to another",
        (
            (
                "promote -r requirements.txt --from pypi-store --to curated --plan",
                "only say what would be copied",
            ),
        ),
    ),
    "mirror": Command(
        ADMINISTER,
        "copy packages, with what they need, from public PyPI or another index",
        (
            (
                "mirror -r requirements.txt --to curated --minimum-age P7D --plan",
                "a week old at least; only say",
            ),
        ),
    ),
    "protect": Command(
        ADMINISTER,
        "keep upstreams from answering for your own names",
        (("protect 'acme-*' --plan", "only say what would change"),),
    ),
    "hub": Command(
        ADMINISTER,
        "show how every user's server of a JupyterHub stands",
        (
            ("hub --token-file /srv/jupyterhub/overview.token", "a line a server; 1 if one needs attention"),
            ("hub --token-file /srv/jupyterhub/overview.token --json", "for a program"),
        ),
    ),
    "iam-policy": Command(
        ADMINISTER,
        "print the IAM policy that a reader, publisher, promoter, protector or role needs",
        (("iam-policy reader", "for whoever installs"),),
        "iam_policy",
    ),
    "terraform": Command(
        ADMINISTER,
        "write a repository, its policies and roles as Terraform",
        (("terraform --readers WHO -o infrastructure", "into a folder"),),
    ),
    "completion": Command(
        CONFIGURE,
        "print what makes a shell complete commands, options and package names",
        (
            ("completion bash >> ~/.bashrc", "for bash"),
            ("completion zsh >> ~/.zshrc", "for zsh"),
            ("completion fish > ~/.config/fish/completions/jupyter.fish", "for fish"),
        ),
    ),
    "demo": Command(
        TRY,
        "show it all in JupyterLab, with an emulated index",
        (("demo", "in a browser"), ("demo --check", "without one, in a minute")),
    ),
    "emulator": Command(
        TRY,
        "run an emulated index that gives tokens, on loopback",
        (("emulator --port 8900", "until it is interrupted"),),
    ),
}
"""The commands by name. Those in `SHARED` the magic has, too."""

IN_A_CELL = {
    "install": (
        (
            "%%secure_pip install\npandas>=2\nacme-features  # a requirement a line",
            "a whole cell",
        ),
    )
}
"""Further examples, of the magic alone."""


def of_the_magic() -> dict[str, Command]:
    """Return the commands that the magic has, in the order of the overview."""
    return {name: one for name, one in COMMANDS.items() if name in SHARED}
