"""The findings of a preview about the script that the container runs; it is read, never run."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from ..adoption.find import all_python_places
from ..adoption.place import ADDRESS, UNSET, without_echoes
from ..adoption.shell import shell_places
from ..core.finding import Finding
from .findings import error, note, warning
from .secret_values import refuse_secret

_PIP = re.compile(r"\bpip3?\b[\"',\s]+\binstall\b|%pip\s+install|\buv\s+pip\s+install|\beasy_install\b")
_CALLED = "install_packages"
_INSTEAD = "use install_packages() in its place, or start the script with `python securepypi.pyz run`"
_PRESENT = {*sys.stdlib_module_names, "jupyter_securepypi"}


def about_script(text: str | None, secure: bool) -> Iterator[Finding]:
    """Yield findings about the script's own installs and imports; for None, about what it might install.

    Raises:
        ConfigurationError: if it holds a secret.
    """
    if text is None:
        if secure:
            yield note(
                "A `pip install` inside your script is not covered: it uses pip's default index.", _INSTEAD
            )
        return
    refuse_secret(text, "The script")
    yield from _own_authentication(text)
    for number, line in enumerate(text.splitlines(), 1):
        code = line.partition("#")[0]
        if secure and _PIP.search(code):
            message = f"The script installs by itself in line {number}: that uses pip's default index."
            yield warning(message, _INSTEAD)
    if secure:
        yield from _early_imports(text)


def _own_authentication(script: str) -> Iterator[Finding]:
    """Yield what the finder of `adopt` says of the script: one finding for all places, and one for each address."""
    found = all_python_places(script)
    if _parsed(script) is None:
        found = found | shell_places(script)
    for place in sorted(one for one in found if one.kind == ADDRESS):
        message = (
            f"The script puts a token into an address in line {place.line}: in argv, every process of the container "
            "sees it, and pip and errors show it in the log."
        )
        yield error(message, "use install_packages(), which gives pip the token in a file")
    told = [one for one in without_echoes(found) if one.kind != ADDRESS]
    places = "; ".join(f"{one.short}, line {one.line}" for one in told if one.kind != UNSET)
    if places:
        judged = error if any(one.severity == "error" for one in told) else warning
        remedy = (
            "`jupyter securepypi adopt --diff SCRIPT` shows how one call of install_packages() takes its place"
        )
        yield judged(f"The script authenticates by itself: {places}.", remedy)
    for place in told:
        if place.kind == UNSET:
            finding = place.finding("")
            yield warning(f"The script {place.what}, line {place.line}.", finding.remedy)


def calls_ours(script: str) -> bool:
    """Return whether `script` calls install_packages(); of what is no Python, whether it names the call."""
    tree = _parsed(script)
    return f"{_CALLED}(" in script if tree is None else _first_call(tree) is not None


def _early_imports(script: str) -> Iterator[Finding]:
    tree = _parsed(script)
    if tree is None:
        yield note("The script is no Python of this version, so its imports were not looked at.")
        return
    first = _first_call(tree)
    if first is None:
        return
    for statement in tree.body:
        names = []
        if isinstance(statement, ast.Import):
            names = [alias.name.partition(".")[0] for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            names = [str(statement.module).partition(".")[0]]
        names = [name for name in names if name not in _PRESENT]
        if names and statement.lineno < first:
            yield warning(
                f"The script imports {', '.join(names)} in line {statement.lineno}, before install_packages() in line "
                f"{first}: where the image has it, that version stays in use, and where not, the import fails.",
                "move the import below the call, unless it is of your own code",
            )


def _parsed(script: str) -> ast.Module | None:
    try:
        return ast.parse(script)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _first_call(tree: ast.Module) -> int | None:
    """Return the line of the first call of install_packages(), by whatever path it is named, or None."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    lines = [
        node.lineno
        for node in calls
        if _CALLED in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))
    ]
    return min(lines, default=None)
