"""Find the Python environment of a kernel specification: its prefix is found or reported missing, never guessed."""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from ..core.environment import PythonEnvironment
from . import launchers
from .probe import HINT, Question, answers

_PYTHON = re.compile(r"(python|pypy)[0-9.]*w?(\.exe)?", re.IGNORECASE)
_FIELD = re.compile(r"\{(\w+)\}")


def resolve(name: str, spec: Mapping[str, Any], resource_dir: str = "") -> PythonEnvironment:
    """Return the environment of one kernel specification (the object in ``kernel.json``).

    This may run the kernel's Python, without its packages, and blocks for up to `probe.DEADLINE` seconds.
    """
    return resolve_all({name: {"spec": spec, "resource_dir": resource_dir}})[0]


def resolve_all(specs: Mapping[str, Mapping[str, Any]]) -> list[PythonEnvironment]:
    """Return the environments of all kernels, by name.

    Args:
        specs: the result of ``KernelSpecManager.get_all_specs()``.
    """
    found = {kernel.name: kernel for batch in resolve_in_turn(specs) for kernel in batch}
    return [found[name] for name in sorted(found)]


def resolve_in_turn(
    specs: Mapping[str, Mapping[str, Any]], stopped: threading.Event | None = None
) -> Iterator[list[PythonEnvironment]]:
    """Yield the environments of all kernels as they are found: first those that need no Python to be run.

    Args:
        specs: as for `resolve_all`.
        stopped: once set, no further Python is run, and nothing more is yielded.
    """
    found = [_understand(name, specs[name]) for name in sorted(specs)]
    yield [kernel for kernel in found if isinstance(kernel, PythonEnvironment)]
    waiting: dict[Question, list[_Open]] = {}
    for kernel in found:
        if isinstance(kernel, _Open):
            waiting.setdefault(kernel.question, []).append(kernel)
    for question, answer in answers(list(waiting), stopped or threading.Event()):
        yield [kernel.close(*answer) for kernel in waiting[question]]


@dataclass(frozen=True)
class _Open:
    """A kernel whose Python must be asked for its prefix."""

    name: str
    display_name: str
    environ: Mapping[str, str]
    question: Question

    def close(self, prefix: Path | None, reason: str) -> PythonEnvironment:
        kind = "unresolved" if prefix is None else "python"
        return PythonEnvironment(self.name, self.display_name, kind, prefix, reason, self.environ)


def _understand(name: str, entry: Mapping[str, Any]) -> PythonEnvironment | _Open:
    spec: Mapping[str, Any] = entry.get("spec") or {}
    display_name = str(spec.get("display_name") or name)
    environ = _environ(spec)

    def closed(kind: str, reason: str, prefix: Path | None = None) -> PythonEnvironment:
        return PythonEnvironment(name, display_name, kind, prefix, reason, environ)

    argv = _argv(spec, str(entry.get("resource_dir", "")))
    if "resources" in entry and "resource_dir" not in entry:
        # As jupyter_server tells them apart: `services.kernelspecs.handlers.is_kernelspec_model`.
        return closed("remote", "a kernel gateway starts it; configure pip there")
    if not str(spec.get("language") or "python").lower().startswith("python"):
        return closed("not_python", f"its language is {spec.get('language')}")
    if away := launchers.elsewhere(spec, argv):
        return closed("remote", away)
    if not argv:
        return closed("unresolved", "its specification names no command; remove or mend it")
    command = _python_command(argv)
    if _is_runner(argv):
        command = [str(Path(argv[4], "bin", "python"))]
    elif hidden := launchers.hidden(argv, _which(argv[0], environ)):
        return closed("unresolved", f"{hidden}; {HINT}")
    first = (command or argv)[0]
    program = _which(first, environ)
    if program is None:
        return closed("unresolved", _without_program(first, environ))
    if command is None:
        prefix = _prefix_of_program(program)
        if prefix is None:
            return closed("unresolved", f"{program} hides the Python it starts; {HINT}")
        return closed("python", f"{program} belongs to the environment {prefix}", prefix)
    if "-m" not in command and _PYTHON.fullmatch(program.name) and (prefix := _prefix_of_python(program)):
        return closed("python", f"{program} belongs to the environment {prefix}", prefix)
    return _Open(name, display_name, environ, Question.about([str(program), *command[1:]], environ))


def _argv(spec: Mapping[str, Any], resource_dir: str) -> list[str]:
    """Return the command that Jupyter starts (``jupyter_client.manager.KernelManager.format_kernel_cmd``)."""
    argv = [str(word) for word in spec.get("argv") or ()]
    own = {"python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info[:2])}
    if argv and argv[0] in own:
        argv[0] = sys.executable
    known = {"prefix": sys.prefix, "resource_dir": resource_dir}
    return [_FIELD.sub(lambda match: known.get(match.group(1), match.group()), word) for word in argv]


def _environ(spec: Mapping[str, Any]) -> dict[str, str]:
    """Return the kernel's variables (``jupyter_client.provisioning.KernelProvisionerBase.pre_launch``)."""
    environ = dict(os.environ)
    for name, value in (spec.get("env") or {}).items():
        environ[str(name)] = Template(str(value)).safe_substitute(os.environ)
    environ.pop("PYTHONEXECUTABLE", None)
    return environ


def _python_command(argv: list[str]) -> list[str] | None:
    """Return the Python part of a command, which is all before the last ``-m``; None if there is none."""
    last = max((n for n, word in enumerate(argv) if word == "-m" and n), default=0)
    if _PYTHON.fullmatch(Path(argv[0]).name) and not (last and _only_options(argv[1 : argv.index("-m")])):
        return argv[:1]  # the rest is a script of its own, which must not run here
    return argv[:last] or None


def _only_options(words: list[str]) -> bool:
    return all(word.startswith("-") or (n and words[n - 1] in ("-X", "-W")) for n, word in enumerate(words))


def _is_runner(argv: list[str]) -> bool:
    """Return whether this is nb_conda_kernels' launcher: PYTHON -m nb_conda_kernels.runner CONDA PREFIX COMMAND."""
    return len(argv) > 5 and argv[1:3] == ["-m", "nb_conda_kernels.runner"]


def _which(program: str, environ: Mapping[str, str]) -> Path | None:
    found = shutil.which(program, path=environ.get("PATH"))
    return Path(found).absolute() if found else None


def _without_program(program: str, environ: Mapping[str, str]) -> str:
    """Return why there is no program to run, and what to do."""
    folders = [""] if os.sep in program else os.get_exec_path(dict(environ))
    for path in (Path(folder, program) for folder in folders):
        if path.is_file():
            if hasattr(os, "ST_NOEXEC") and os.statvfs(path).f_flag & os.ST_NOEXEC:
                return (
                    f"its program {path} is on a disk that is mounted noexec; move it, or mount without noexec"
                )
            return f"its program {path} may not be executed; `chmod +x` it, or mend the specification"
    return f"its program {program} is not there; remove or mend the specification"


def _prefix_of_python(program: Path) -> Path | None:
    """Return the environment of an interpreter by its place; like ``site``, this follows no links."""
    if program == Path(sys.executable):
        return Path(sys.prefix)
    environment = program.parent.parent if program.parent.name in ("bin", "Scripts") else program.parent
    return environment if _is_environment(environment) else None


def _prefix_of_program(program: Path) -> Path | None:
    """Return the environment of a kernel that is a program, like xpython; for a script, its ``#!`` line decides."""
    try:
        with program.open("rb") as file:
            start = file.read(512)
    except OSError:
        return None
    if start.startswith(b"#!"):
        words = start[2:].splitlines()[0].split()
        interpreter = Path(os.fsdecode(words[0])) if words else program
        return _prefix_of_python(interpreter) if _PYTHON.fullmatch(interpreter.name) else None
    return _prefix_of_python(program)


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").is_file() or (folder / "conda-meta").is_dir()
