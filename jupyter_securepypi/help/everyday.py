"""The commands of every day: to install, to look, and to configure a machine."""

from __future__ import annotations

from .command import CONFIGURE, LOOK, USE, Command

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
        (
            ("configure", "as often as you like: a second time changes nothing"),
            (
                "configure --repository https://pypi.example.com/team/+simple/",
                "say which index it is, in your own configuration, and begin",
            ),
        ),
    ),
    "refresh": Command(
        CONFIGURE,
        "get a new token now and give it to the package managers",
        (("refresh", "at once"), ("refresh --if-needed", "only if it is about to expire")),
    ),
    "restore": Command(
        CONFIGURE,
        "put every changed file back as it was and remove our netrc entry",
        (("restore", "to the byte"), ("restore --json", "which files, for a program")),
    ),
    "logout": Command(
        CONFIGURE,
        "remove every token, our netrc entry, and undo every change to files",
        (("logout", "nothing of it stays"), ("logout --json", "what was removed, for a program")),
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
    "completion": Command(
        CONFIGURE,
        "print what makes a shell complete commands, options and package names",
        (
            ("completion bash >> ~/.bashrc", "for bash"),
            ("completion zsh >> ~/.zshrc", "for zsh"),
            ("completion fish > ~/.config/fish/completions/jupyter.fish", "for fish"),
        ),
    ),
}
