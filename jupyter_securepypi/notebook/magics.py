"""``%secure_pip`` and ``%%secure_pip``: thin; loading them imports nothing that an install needs."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, magics_class

from .completion import begin
from .take_over import TakeOver

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell


def _overview() -> str:
    from .help import magic_overview

    return magic_overview()


@magics_class
class SecurePipMagics(Magics):
    """The magic and its subcommands, and what stands in front of ``%pip`` and ``%uv``."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.take_over = TakeOver(shell, self.install)
        self._end_completion: Callable[[], None] | None = None

    # As in `%pip`, IPython fills in `{…}` and `$…` first (no `no_var_expand`): people write their variables so.
    @line_cell_magic
    def secure_pip(self, line: str, cell: str | None = None) -> None:
        """Install packages from the secure index; `%secure_pip help` shows how."""
        from .failures import failures_told

        with failures_told():
            self._run(line, cell)

    # `%secure_pip?` asks so (IPython.core.oinspect).
    setattr(secure_pip, "getdoc", _overview)  # noqa: B010 to the type checker it is a function

    def complete(self, shell: InteractiveShell | None) -> None:
        """Complete what is typed after the magic in `shell`; None ends it. A second call changes nothing."""
        if shell and self._end_completion is None:
            self._end_completion = begin(shell)
        elif shell is None and self._end_completion:
            self._end_completion()
            self._end_completion = None

    def install(self, words: list[str]) -> None:
        """Do what ``%secure_pip install`` does with `words` after it."""
        from .failures import failures_told

        with failures_told():
            self._command(["install", *words], None)

    def _run(self, line: str, cell: str | None) -> None:
        from ..core.errors import RequestRefused
        from .habits import understood

        try:
            words = shlex.split(line)
        except ValueError as error:
            raise RequestRefused(
                f"This line cannot be read: {line.strip()!r}.", why=str(error), remedy="check the quotes"
            ) from None
        self._command(understood(words, cell is not None), cell)

    def _command(self, words: list[str], cell: str | None) -> None:
        from .habits import known

        command, arguments = (words[0], words[1:]) if words else ("help", [])
        if command == "help" or {"-h", "--help"} & set(words):
            from .help import show_help

            show_help(*known([command, *arguments] if command != "help" else arguments))
            return
        known([command], " ".join(arguments))
        if cell is not None and command != "install":
            from ..core.errors import RequestRefused

            raise RequestRefused(
                f"%%secure_pip {command} takes no cell.", remedy=f"write `%secure_pip {command}` on a line"
            )
        actions = {
            "install": self._install,
            "uninstall": self._uninstall,
            "status": self._status,
            "refresh": self._refresh,
            "doctor": self._doctor,
            "preview": self._preview,
        }
        if command in actions:
            actions[command](arguments, cell)
            return
        self._answer(command, arguments)

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
                load_options(),
                arguments,
                lines=cell,
                on_phase=progress.phase,
                on_line=progress.line,
                in_detail=progress.moves,
            )
            show_report(report, progress, as_json=as_json, stale=imported.changed_by(report))

    def _uninstall(self, arguments: list[str], cell: str | None) -> None:
        from ..config import load_options
        from ..core.foreign_text import say
        from ..install import uninstall_words as words
        from .help import parser_of
        from .restart import ImportedModules

        given = parser_of("uninstall").parse_args(arguments)
        imported = ImportedModules()
        removal = words.remove(given, load_options())
        stale = [] if removal.dry_run or not removal.removed else imported.among(removal.modules)
        text = words.told(removal, given, stale)
        if text:
            say(text)

    def _status(self, arguments: list[str], cell: str | None) -> None:
        from ..config import load_options
        from ..token.status import current_status
        from .help import parser_of
        from .show_status import show_status

        given = parser_of("status").parse_args(arguments)
        show_status(current_status(load_options()), self.shell, as_json=given.json)

    def _refresh(self, arguments: list[str], cell: str | None) -> None:
        from ..clients.publish import refresh
        from ..config import load_options
        from .help import parser_of
        from .show_status import show_status

        given = parser_of("refresh").parse_args(arguments)
        show_status(refresh(load_options(), if_needed=given.if_needed), self.shell, as_json=given.json)

    def _doctor(self, arguments: list[str], cell: str | None) -> None:
        from .doctor import doctor

        doctor(arguments)

    def _preview(self, arguments: list[str], cell: str | None) -> None:
        from .preview import show_preview

        show_preview(arguments, self.shell)

    def _answer(self, question: str, arguments: list[str]) -> None:
        from ..config import load_options
        from ..core.foreign_text import say
        from ..install.questions.commands import answer
        from .help import parser_of

        say(answer(question, parser_of(question).parse_args(arguments), load_options())[0])


def register(shell: InteractiveShell) -> None:
    """Make the magics known to `shell`; a second time changes nothing."""
    magics = _registered(shell) or SecurePipMagics(shell)
    shell.register_magics(magics)
    magics.take_over.begin()
    magics.complete(shell)


def unregister(shell: InteractiveShell) -> None:
    """Take the magics away from `shell`, and put those back that were there before."""
    magics = _registered(shell)
    if magics is None:
        return
    magics.take_over.end()
    magics.complete(None)
    for table in shell.magics_manager.magics.values():
        table.pop("secure_pip", None)


def _registered(shell: InteractiveShell) -> SecurePipMagics | None:
    found: SecurePipMagics | None = shell.magics_manager.registry.get(SecurePipMagics.__name__)
    return found
