"""``%secure_pip`` and ``%%secure_pip``: thin; loading them imports nothing that an install needs."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, magics_class

from .take_over import TakeOver

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

HELP = """\
%secure_pip install PACKAGE ...     install from the company's index, and only from there
%secure_pip install -r FILE         the same, from a requirements file
%%secure_pip install                the same, a requirement a line in the cell
%secure_pip install -r pylock.toml  exactly what was locked, checked by hash
%secure_pip lock -o pylock.toml FILE    lock what a requirements file needs, with hashes
%secure_pip download -d DIR PACKAGE ... fetch files without installing
%secure_pip list                    what is installed, and from where
%secure_pip show-origin NAME        the file, hash and time of one installed package
%secure_pip search-versions NAME    what the index has
%secure_pip why NAME                what an install would take, or what stands in its way; also NAME==VERSION
%secure_pip audit                   known vulnerabilities; --database ZIP works without internet
%secure_pip sbom -o FILE            a bill of materials (CycloneDX) of what is installed, and from where
%secure_pip preview training        what a SageMaker step gets, and who honours it
%secure_pip status                  the token: whose, until when, for which repository
%secure_pip refresh                 get a new token now
%secure_pip doctor [--fix]          what is wrong, and what to do about it
%secure_pip help                    this text

Options of `pip install` are passed on unless they would go around the index (-i, --extra-index-url,
-f, --trusted-host, --no-index, URLs, version control, local paths).
  -q          print only what matters      --dry-run   show what would be installed
  --json      print the result as JSON     --engine    auto, pip or uv
  --on        dask or ray: install on each host of the cluster that this notebook is connected to
  --verify    before: prove every origin, then install by hash, from wheels; after (usual): prove what came
"""

# What jupyter_securepypi.install.questions answers.
_QUESTIONS = ("lock", "download", "list", "show-origin", "search-versions", "why", "audit", "sbom")


@magics_class
class SecurePipMagics(Magics):
    """The magic and its subcommands, and what stands in front of ``%pip`` and ``%uv``."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.take_over = TakeOver(shell, self.install)

    @line_cell_magic
    def secure_pip(self, line: str, cell: str | None = None) -> None:
        """Install packages from the secure index; `%secure_pip help` shows how."""
        from .failures import failures_told

        with failures_told():
            self._run(line, cell)

    def install(self, words: list[str]) -> None:
        """Do what ``%secure_pip install`` does with `words` after it."""
        from .failures import failures_told

        with failures_told():
            self._command(["install", *words], None)

    def _run(self, line: str, cell: str | None) -> None:
        from ..core.errors import RequestRefused

        try:
            words = shlex.split(line)
        except ValueError as error:
            raise RequestRefused(
                f"This line cannot be read: {line.strip()!r}.", why=str(error), remedy="check the quotes"
            ) from None
        self._command(words, cell)

    def _command(self, words: list[str], cell: str | None) -> None:
        from ..core.errors import RequestRefused

        command, arguments = (words[0], words[1:]) if words else ("help", [])
        actions = {
            "install": self._install,
            "status": self._status,
            "refresh": self._refresh,
            "doctor": self._doctor,
            "help": self._help,
            "preview": self._preview,
            **dict.fromkeys(_QUESTIONS),
        }
        if command in ("-h", "--help") or "--help" in arguments or "-h" in arguments:
            command = "help"
        if command not in actions:
            raise RequestRefused(
                f"%secure_pip has no command {command!r}.",
                remedy=f"the commands are {', '.join(sorted(actions))}; `%secure_pip help` explains them",
            )
        if cell is not None and command != "install":
            raise RequestRefused(
                f"%%secure_pip {command} takes no cell.", remedy=f"write `%secure_pip {command}` on a line"
            )
        action = actions[command]
        if action:
            action(arguments, cell)
            return
        from .packages import show

        show(command, arguments)

    def _install(self, arguments: list[str], cell: str | None) -> None:
        from ..clusters.install import chosen_engine
        from ..config import load_options
        from ..install.service import install
        from .display import Progress, show_report
        from .restart import ImportedModules

        as_json = "--json" in arguments
        arguments = [word for word in arguments if word != "--json"]
        engine, arguments = chosen_engine(arguments)
        if engine:
            from .cluster import install_and_show

            with Progress(self.shell, silent=as_json, arguments=arguments) as progress:
                install_and_show(engine, arguments, cell, progress, as_json)
            return
        imported = ImportedModules()
        with Progress(self.shell, silent=as_json, arguments=arguments) as progress:
            report = install(
                load_options(), arguments, lines=cell, on_phase=progress.phase, on_line=progress.line
            )
            show_report(report, progress, as_json=as_json, stale=imported.changed_by(report))

    def _status(self, arguments: list[str], cell: str | None) -> None:
        from ..config import load_options
        from ..token.status import current_status
        from .show_status import show_status

        show_status(current_status(load_options()), self.shell, as_json="--json" in arguments)

    def _refresh(self, arguments: list[str], cell: str | None) -> None:
        from ..clients.publish import refresh
        from ..config import load_options
        from .show_status import show_status

        show_status(refresh(load_options()), self.shell, as_json="--json" in arguments)

    def _doctor(self, arguments: list[str], cell: str | None) -> None:
        from .doctor import doctor

        doctor(arguments)

    def _preview(self, arguments: list[str], cell: str | None) -> None:
        from .preview import show_preview

        show_preview(arguments, self.shell)

    def _help(self, arguments: list[str], cell: str | None) -> None:
        print(HELP, end="")


def register(shell: InteractiveShell) -> None:
    """Make the magics known to `shell`; a second time changes nothing."""
    magics = _registered(shell) or SecurePipMagics(shell)
    shell.register_magics(magics)
    magics.take_over.begin()


def unregister(shell: InteractiveShell) -> None:
    """Take the magics away from `shell`, and put those back that were there before."""
    magics = _registered(shell)
    if magics is None:
        return
    magics.take_over.end()
    for table in shell.magics_manager.magics.values():
        table.pop("secure_pip", None)


def _registered(shell: InteractiveShell) -> SecurePipMagics | None:
    found: SecurePipMagics | None = shell.magics_manager.registry.get(SecurePipMagics.__name__)
    return found
