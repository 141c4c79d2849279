"""Run pip against one index and nothing else, and report where each package came from."""

from __future__ import annotations

import json
import os
import shutil
import signal
import site
import subprocess
import sys
import tempfile
from itertools import takewhile
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from ..address import without_credentials
from ..child import python_command
from ..errors import FileProblem, InstallFailed
from ..index import Index
from ..installed import installed_versions
from ..netrc import temporary
from ..project_name import normalized
from ..proxy_address import chosen_proxy, refuse_unreadable
from ..proxy_and_trust import ProxyAndTrust
from ..redirects import prove_redirected
from ..report import InstalledPackage, InstallReport, prove, prove_asked
from ..requests.request import Request
from ..requests.writer import pip_words, write
from ..secret import Secret, without
from . import log as pip_log
from .ages import understood_by
from .builds import last_output
from .configuration import carried_over
from .failures import CONFLICT, explain
from .isolated import LOG, one_log, pip_for, told_to_builds
from .misses import UNFIT
from .names import variable_key

# Options that pip is not told: a variable says the age, the log is handed on, and --isolated would have pip ignore the
# variables that isolate it.
_OURS = ("--uploaded-prior-to", "--log", "--isolated")


def pip_install(
    request: Request,
    index: Index,
    *,
    python: str = sys.executable,
    program: Optional[str] = None,
    allow_direct: bool = False,
    environ: Optional[Mapping[str, str]] = None,
    on_line: Optional[Callable[[str], None]] = None,
) -> InstallReport:
    """Run ``pip install`` for `request`, and prove the origins.

    Args:
        request: what to install; pip gets what is written out from it, and nothing else.
        index: the only index that pip and all that it starts see: every file and variable about indexes is shut out,
            and the token reaches them through a temporary 0600 netrc file.
        python: the interpreter whose environment is installed into.
        program: the Python program that is pip, in place of the plain one.
        allow_direct: accept packages from URLs and paths in the request.
        environ: the environment to start from; by default this process's.
        on_line: is called with each line that pip prints, secrets masked.

    Raises:
        ForeignOrigin: a package came from elsewhere.
        TokenExpired, NotFound, Unreachable, InstallFailed: pip failed, and this is why.
        FileProblem: a temporary file could not be written.
    """
    environ = os.environ if environ is None else environ
    prefix = _prefix_of(python)
    before = installed_versions(python)
    pip = pip_log.version_of(before.get("pip", ""))
    reports = not pip or pip >= pip_log.FIRST_WITH_REPORT
    with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
        report, log = Path(folder, "report.json"), Path(folder, LOG)
        variables = pip_environment(environ, prefix, index.url)
        variables.update(understood_by(pip, request, variables))
        variables.update(one_log(Path(folder)))
        program = program or pip_for(told_to_builds(Path(folder), prefix, variables))
        written = write(request, Path(folder))
        command = python_command(python, program, "install", "--no-input", "--disable-pip-version-check")
        # The word is for this pip, the variable for what it starts.
        command += ["--index-url", index.url] if index.url else []
        # A wheel from pip's own cache would hide where it was built from, and with what.
        command += ["--no-cache-dir", *([f"--report={report}"] if reports else [])]
        command += pip_words(request.without_options(_OURS), written)
        refuse_unreadable(index.url, variables, chosen_proxy(_options(request, variables)))

        def heard(line: str) -> None:
            if on_line:
                on_line(written.told(line))

        host = urlsplit(index.url).hostname or ""
        if index.password:
            with temporary(host, index.login, index.password) as netrc_file:
                variables["NETRC"] = str(netrc_file)
                if pip and pip < pip_log.FIRST_WITH_NETRC_VARIABLE:
                    variables.update(_home_with(netrc_file))
                status, lines = run_tool(command, variables, index.password, heard)
        else:
            status, lines = run_tool(command, {**variables, "NETRC": os.devnull}, "", heard)
        lines = [written.told(line) for line in lines]
        # Judged as it is, in which a password may be a part of the index's own address; shown without it.
        logged_text = _text(log)
        shown = without(index.password, logged_text)
        _hand_on(shown, request.value("--log"))
        if status != 0:
            logged = [written.told(line.partition(" ")[2]) for line in shown.splitlines()]
            raise explain([*_unseen(logged), *lines, *last_output(logged)], index, status)
        packages = _packages(_entries(report, log, reports), before, index, allow_direct, not request.dry_run)
        if not allow_direct:
            elsewhere = [without(index.password, one) for one in pip_log.asked_elsewhere(logged_text, index)]
            prove_asked(elsewhere, packages, installed=not request.dry_run)
        given = pip_log.given_hashes(logged_text, index)
        way = ProxyAndTrust.of(prefix, environ, _options(request, variables))
        prove_redirected(packages, index, way, given, installed=not request.dry_run)
        if request.report == "-":
            print(report.read_text(encoding="utf-8"))
        elif request.report:
            shutil.copyfile(str(report), request.report)
    return InstallReport(packages, dry_run=request.dry_run, public=not index.origin, output="\n".join(lines))


def pip_environment(environ: Mapping[str, str], prefix: str, index_url: str) -> Dict[str, str]:
    """Return `environ` for a pip in `prefix`, and for all that it starts, with no index but `index_url`.

    Files of pip and uv, and their variables, are shut out; the user's harmless settings are carried over. A build
    may run pip or uv, too: a ``setup.py`` that does, and setuptools for ``setup_requires``.
    """
    kept = {name: value for name, value in environ.items() if not name.upper().startswith(("PIP_", "UV_"))}
    kept.update(carried_over(prefix, environ).variables)
    if index_url:
        kept.update(PIP_INDEX_URL=index_url, UV_DEFAULT_INDEX=index_url)
    kept.update(
        PIP_CONFIG_FILE=os.devnull,
        UV_NO_CONFIG="1",
        PIP_NO_INPUT="1",
        PIP_KEYRING_PROVIDER="disabled",
        # A kernel asks for colours; here the output is read, line by line.
        PIP_NO_COLOR="1",
        PIP_PROGRESS_BAR="off",
    )
    return kept


def _home_with(netrc_file: Path) -> Dict[str, str]:
    """Return the variables by which a pip that only knows ``~/.netrc`` finds `netrc_file`."""
    netrc_file.with_name(".netrc").symlink_to(netrc_file)
    return {"HOME": str(netrc_file.parent), "PYTHONUSERBASE": site.getuserbase()}


def _text(log: Path) -> Secret:
    """Return pip's log as it is, with all that builds printed; empty where pip ended before it wrote one."""
    try:
        return Secret(log.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return Secret()


def _hand_on(text: str, wanted: Optional[str]) -> None:
    """Add pip's log to the file that the user named for it, as pip does.

    Raises:
        FileProblem: that file cannot be written.
    """
    if not wanted:
        return
    try:
        with open(os.path.expanduser(wanted), "a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise FileProblem(
            f"Cannot write the log {wanted}: {error.strerror or error}.", remedy="name another file with --log"
        ) from error


def _unseen(logged: Sequence[str]) -> List[str]:
    """Return what pip may tell its log only: pages it could not fetch (even a 401), files passed over, conflicts."""
    wanted = ("Could not fetch URL", "Collecting ", "No matching distribution found for", *UNFIT)
    start = logged.index(CONFLICT) if CONFLICT in logged else len(logged)
    found = [text for text in logged if any(words in text for words in wanted)]
    return found + list(takewhile(str.strip, logged[start:]))


def _options(request: Request, variables: Mapping[str, str]) -> Dict[str, str]:
    """Return what pip's variables and, over them, the options of `request` say, by option."""
    said = {"--" + variable_key(name): value for name, value in variables.items() if variable_key(name)}
    return {**said, **{one.option.name: "1" if one.value is None else one.value for one in request.options}}


def _prefix_of(python: str) -> str:
    return sys.prefix if python == sys.executable else str(Path(python).parent.parent)


def run_tool(
    command: List[str],
    environ: Dict[str, str],
    secret: str,
    on_line: Optional[Callable[[str], None]],
    whole: Optional[List[Secret]] = None,
) -> Tuple[int, List[str]]:
    """Run pip or uv and return its exit status and what it printed, line by line, `secret` masked.

    The lines as they are, without their ends, are added to `whole`.
    """
    lines: List[str] = []
    process = subprocess.Popen(
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    with process:
        try:
            # pip masks passwords itself; a build script that reads our file does not.
            for said in map(Secret, process.stdout or ()):
                if whole is not None:
                    whole.append(Secret(said.rstrip("\n")))
                lines.append(without(secret, said).rstrip("\n"))
                if on_line:
                    on_line(lines[-1])
        except BaseException:
            _stop(process)  # here, because leaving the block would wait for pip to end by itself
            raise
    return process.returncode, lines


def _stop(process: Any) -> None:
    """Let pip roll back, then insist."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _entries(report: Path, log: Path, reports: bool) -> List[Mapping[str, Any]]:
    """Return the entries ``install`` of pip's report, or what its log has to say in the same form."""
    try:
        if reports:
            return list(json.loads(report.read_text(encoding="utf-8"))["install"])
        return list(pip_log.installed(log.read_text(encoding="utf-8", errors="replace")))
    except (OSError, ValueError, KeyError) as error:
        raise InstallFailed(
            "pip did not say where the packages came from, so that cannot be proven.",
            why=f"{error}; it writes a report since version 22.2",
            remedy="upgrade it with `python -m pip install --upgrade pip`, then install again",
        ) from error


def _packages(
    entries: Iterable[Mapping[str, Any]],
    before: Mapping[str, str],
    index: Index,
    allow_direct: bool,
    installed: bool,
) -> Tuple[InstalledPackage, ...]:
    packages = tuple(_package(entry, before) for entry in entries)
    prove(packages, index, installed=installed, allow_direct=allow_direct)
    return packages


def _package(entry: Mapping[str, Any], before: Mapping[str, str]) -> InstalledPackage:
    download = entry.get("download_info", {})
    archive = download.get("archive_info", {})
    sha256 = archive.get("hashes", {}).get("sha256", "")
    if not sha256 and str(archive.get("hash", "")).startswith("sha256="):
        sha256 = archive["hash"][len("sha256=") :]
    name = str(entry["metadata"]["name"])
    return InstalledPackage(
        name=name,
        version=str(entry["metadata"]["version"]),
        previous=before.get(normalized(name)),
        url=without_credentials(str(download.get("url", ""))),
        sha256=str(sha256),
        requested=bool(entry.get("requested")),
        direct=bool(entry.get("is_direct")),
    )
