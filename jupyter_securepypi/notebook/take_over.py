"""``%pip install`` and ``%uv pip install`` of old notebooks, which go the way of ``%secure_pip install`` on demand.

Our magics always stand in front of the original ones, and ask for the option `take_over_pip` when they are used. So a
kernel pays nothing for it at its start, and a change of the option needs no restart.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

Magic = Callable[..., Any]

SAID = (
    "%pip install and %uv pip install do here what %secure_pip install does: "
    "the option SecurePyPI.take_over_pip is on."
)
"""What a kernel says once, when it first takes over."""
_NAMES = ("pip", "uv")


class TakeOver:
    """The magics in front of a shell's ``%pip`` and ``%uv``.

    Args:
        shell: the shell.
        install: does what ``%secure_pip install`` does with the words after it.
    """

    def __init__(self, shell: InteractiveShell, install: Callable[[list[str]], None]) -> None:
        self._shell = shell
        self._install = install
        self._originals: dict[str, Magic] = {}
        self._in_front: dict[str, Magic] = {}
        self._said = False

    def begin(self) -> None:
        """Stand in front of the two magics. A second call changes nothing."""
        self._stand_in_front()
        # Another extension may register a %pip of its own, or again, after this.
        self._shell.events.register("pre_run_cell", self._stand_in_front)

    def end(self) -> None:
        """Put the original magics back."""
        if self._stand_in_front in self._shell.events.callbacks["pre_run_cell"]:
            self._shell.events.unregister("pre_run_cell", self._stand_in_front)
        table = self._table
        for name, ours in self._in_front.items():
            if table.get(name) is ours:
                table[name] = self._original(name)
        self._in_front.clear()

    @property
    def _table(self) -> dict[str, Magic]:
        table: dict[str, Magic] = self._shell.magics_manager.magics["line"]
        return table

    def _stand_in_front(self, info: object = None) -> None:
        table = self._table
        for name in _NAMES:
            there = table.get(name)  # an older IPython has no %uv
            if there is not None and there is not self._in_front.get(name):
                self._originals[name] = there
                table[name] = self._in_front[name] = self._magic(name, there)

    def _magic(self, name: str, original: Magic) -> Magic:
        def magic(line: str, **scope: Any) -> Any:
            words = self._taken_over(name, line)
            if words is None:
                return self._original(name)(line, **scope)
            return self._install(words)

        if inspect.isroutine(original):  # a placeholder would be imported by a look at its attributes
            return functools.update_wrapper(magic, original)
        magic.__doc__ = f"Run the {name} package manager within the current kernel."
        return magic

    def _original(self, name: str) -> Magic:
        original = self._originals[name]
        if type(original).__module__ == "IPython.core.magic":
            # A placeholder, as IPython has them since 9.18: it looks itself up by its name, and would find us.
            registry = self._shell.magics_manager.registry
            original = self._originals[name] = registry["PackagingMagics"].magics["line"][name]
        return original

    def _taken_over(self, name: str, line: str) -> list[str] | None:
        """Return the words for ``%secure_pip install``, or None if the original magic is to run.

        Raises:
            RequestRefused: the line cannot be said in the words of ``%secure_pip install``.
            ConfigurationError: whether the option is on cannot be known.
        """
        from .failures import failures_told

        with failures_told():
            from ..config import load_options
            from ..core.errors import RequestRefused
            from ..core.foreign_text import say
            from .install_lines import READERS

            refusal: RequestRefused | None = None
            words: list[str] | None = []
            try:
                words = READERS[name](line)
            except RequestRefused as error:
                refusal = error
            if words is None or not load_options().take_over_pip:
                return None
            if not self._said:
                self._said = True
                say(SAID)
            if refusal:
                raise refusal
            return words
