"""The checks of each kernel: the index in force for pip and uv, and the setting that decides.

And those of the option `take_over_pip`: in which kernels it has effect, and what it leaves alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..clients.addresses import all_secure
from ..clients.audit import Audit, Auditor
from ..clients.pip import ADD_PIP, KernelPip
from ..clients.publish import changes_for_kernel, publish_to
from ..clients.sources import Source
from ..clients.uv_audit import DEFAULTS, INDEX_OPTIONS
from ..config import SecurePyPI
from ..core.check import Check
from ..core.environment import PythonEnvironment
from ..core.errors import FileProblem
from ..core.file_change import FileChanges
from ..core.finding import Fix
from ..core.masking import masked
from ..core.pip.names import INDEX_KEYS
from ..token.broker import TokenBroker

# A file of this package's wheel, by which every IPython of the environment loads the magic.
_LOADS_THE_MAGIC = "etc/ipython/startup/50-jupyter_securepypi.py"


def kernels(
    environments: Iterable[PythonEnvironment], index_url: str | None, options: SecurePyPI, folder: Path | None
) -> list[Check]:
    """Return a check for each kernel's pip, one for uv in the kernels, and one for indexes without effect.

    Args:
        environments: the kernels.
        index_url: the secure index, or None if it is not known.
        options: the options in force.
        folder: the folder of notebooks, for uv's project files; None leaves these out.
    """
    auditor = Auditor(index_url, folder)
    checks: list[Check] = []
    uv: dict[Check, list[str]] = {}  # most kernels share one check
    sources: list[Source] = []
    for kernel in environments:
        if kernel.prefix is None:
            checks += _without_prefix(kernel)
            continue
        audit = auditor.audit(kernel.prefix, kernel.environ)
        sources += audit.sources
        checks.append(_pip(kernel, audit, options))
        if found := _uv(audit, index_url):
            uv.setdefault(found, []).append(kernel.name)
    checks += [
        check.reworded(f"{check.finding.what} (kernels: {', '.join(names)})") for check, names in uv.items()
    ]
    if index_url:
        checks.append(_overridden(sources, index_url))
    return checks


def take_over(environments: Iterable[PythonEnvironment], options: SecurePyPI) -> list[Check]:
    """Return a check of the option `take_over_pip` for each kernel on this machine; none where it is off."""
    kernels = [kernel for kernel in environments if kernel.prefix] if options.take_over_pip else []
    return [_taken_over(kernel) for kernel in kernels]


def _without_prefix(kernel: PythonEnvironment) -> list[Check]:
    if kernel.kind == "unresolved":
        return [Check.failed(f"kernel {kernel.name}", "its environment is not known", kernel.reason)]
    return [Check.untried(f"kernel {kernel.name}", kernel.reason)] if kernel.kind == "remote" else []


def _pip(kernel: PythonEnvironment, audit: Audit, options: SecurePyPI) -> Check:
    name = f"kernel {kernel.name}"
    found = audit.pip_findings
    if audit.pip_state == "secure" and not found:
        return Check.passed(name, f"pip: {audit.index_url}, set by {_place(audit.decided_by)}")
    if audit.pip_state == "unknown" and all(finding.kind == "unknown" for finding in found):
        index = (
            f"pip: {audit.index_url}, set by {_place(audit.decided_by)}" if audit.index_url else "pip: none set"
        )
        return Check.untried(name, f"{index}; the secure index is not known yet")
    message = " ".join(dict.fromkeys(finding.message for finding in found)) or "pip leaves the secure index."
    remedy = (
        "; ".join(dict.fromkeys(finding.remedy for finding in found)) or "run `jupyter securepypi configure`"
    )
    fix = _pointing(kernel, options) if audit.fixable else None
    if fix and KernelPip.name not in options.clients:
        return Check.failed(name, f"{message} The option `clients` does not name pip.", f"{ADD_PIP}; {remedy}")
    return Check.failed(name, message, remedy, fix)


def _pointing(kernel: PythonEnvironment, options: SecurePyPI) -> Fix:
    def apply() -> list[str]:
        grant = TokenBroker.of(options).current()
        done = publish_to(options, grant, kernel)
        if not done.changed:
            raise FileProblem(
                f"The kernel {kernel.name} was not changed.",
                why="; ".join(map(str, done.findings)),
                remedy="see above",
            )
        return [f"wrote {path}" for path in done.changed]

    def changes() -> FileChanges:
        return changes_for_kernel(options, TokenBroker.of(options).peek(), kernel)

    does = f"point the pip of kernel {kernel.name} at the secure index; `restore` undoes it"
    return Fix(does, apply, ours=False, changes=changes)


def _uv(audit: Audit, index_url: str | None) -> Check | None:
    if foreign := audit.uv_findings:
        return Check.failed(
            "uv", _joined(one.message for one in foreign), _joined(one.remedy for one in foreign)
        )
    if not audit.has_uv:
        return None
    uv = [one for one in audit.sources if one.client == "uv" and one.in_force]
    if any(one.option == "no-index" for one in uv):
        return Check.untried("uv", "no index at all: no-index is set")
    chosen = next((one for one in uv if one.option in DEFAULTS), None)
    if chosen is None:
        return Check.untried("uv", "none set; the secure index is not known yet")
    what = f"{masked(chosen.value)}, set by {chosen.source}"
    return Check.passed("uv", what) if index_url else Check.untried("uv", what)


def _overridden(sources: Sequence[Source], index_url: str) -> Check:
    """Return the check of places that name other indexes without effect: harmless until a setting changes."""
    live = {(one.client, one.source, one.section, one.option) for one in sources if one.in_force}
    others = {
        f"{one.source}{f' [{one.section}]' if one.section else ''} ({one.option})"
        for one in sources
        if one.option in (*INDEX_KEYS, *INDEX_OPTIONS)
        and (one.client, one.source, one.section, one.option) not in live
        and not all_secure(one.option, one.value, index_url)
    }
    if not others:
        return Check.passed("other indexes", "none but those above is named in pip's and uv's configuration")
    return Check.passed("other indexes", f"named and overridden: {', '.join(sorted(others))}")


def _place(decided_by: Mapping[str, str]) -> str:
    section = f" [{decided_by['section']}]" if decided_by.get("section") else ""
    return f"{decided_by['source'] or 'nothing'}{section}"


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))


def _taken_over(kernel: PythonEnvironment) -> Check:
    name = f"%pip of {kernel.name}"
    if kernel.prefix and (kernel.prefix / _LOADS_THE_MAGIC).is_file():
        return Check.passed(
            name, "installs as %secure_pip does, %uv pip too (take_over_pip); !pip and !uv are left alone"
        )
    # Not a finding: whether a notebook loads it is not to be seen from here.
    return Check.untried(
        name, f"take_over_pip waits for `%load_ext jupyter_securepypi`: nothing in {kernel.prefix} loads it"
    )
