"""Install on the cluster that this process is connected to, whatever its engine: what ``--on`` means."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence

from ..config import SecurePyPI
from ..core.errors import ConfigurationError, RequestRefused
from .choices import ENGINES
from .report import HostReport

_OPTION = "--on"
_LOOK = 0.2  # seconds that an interrupt may take to be noticed


def chosen_engine(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the value of ``--on``, or an empty text, and the arguments without it.

    Raises:
        RequestRefused: it names no engine that there is.
    """
    engine, rest = "", []
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if name != _OPTION:
            rest.append(word)
            continue
        engine = value if equals else next(words, "")
        if engine not in ENGINES:
            raise RequestRefused(
                f"{_OPTION} is {engine!r}, which it cannot be.",
                remedy=f"write {_OPTION} with one of {', '.join(ENGINES)}",
            )
    return engine, rest


def install_on(
    engine: str,
    options: SecurePyPI,
    arguments: Sequence[str],
    lines: str | None = None,
    on_line: Callable[[str, str], None] = lambda host, line: None,
) -> list[HostReport]:
    """Install on the hosts of the cluster that this process is connected to; return what became of each.

    An interrupt ends the waiting: hosts that have begun go on, because half an install would be worse.

    Args:
        engine: one of `ENGINES`.
        options: the options in force.
        arguments: the words after ``pip install``.
        lines: further requirements, one a line.
        on_line: is called with a host's name and each line that pip prints there, by this thread.

    Raises:
        ConfigurationError: the engine is not installed, or this process is connected to no cluster.
        SecurePyPIError: it failed on a host; the error names it.
        KeyboardInterrupt: somebody interrupted it.
    """
    install = _installer(engine)
    said: queue.SimpleQueue[tuple[str, str] | None] = queue.SimpleQueue()
    found: list[list[HostReport]] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.append(install(options, arguments, lines, lambda host, line: said.put((host, line))))
        except BaseException as error:  # noqa: BLE001 it is raised below
            failed.append(error)
        finally:
            said.put(None)

    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            try:
                event = said.get(timeout=_LOOK)
            except queue.Empty:
                continue
            if event is None:
                break
            on_line(*event)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("Interrupted; hosts that have begun to install go on, and finish.") from None
    if failed:
        raise failed[0]
    return found[0]


def _installer(engine: str) -> Callable[..., list[HostReport]]:
    try:
        if engine == "dask":
            from . import dask

            return dask.install
        from . import ray

        return ray.install
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{engine.capitalize()} is not installed here.",
            why=f"there is no module {error.name}",
            remedy=f'install it: `python -m pip install "jupyter_securepypi[{engine}]"`',
        ) from None
