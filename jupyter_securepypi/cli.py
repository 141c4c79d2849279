"""``jupyter securepypi …``: thin; each command calls what the server and the magic call."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from .core.errors import SecurePyPIError

_COMMANDS: dict[str, tuple[str, str]] = {
    "status": ("show the token: its state, until when, for whom, for which repository", "status --json"),
    "refresh": ("get a new token now and give it to the package managers", "refresh --if-needed"),
    "configure": ("point the pip of every kernel at the secure index, now and without a server", "configure"),
    "restore": ("put every changed file back as it was and remove our netrc entry", "restore"),
    "install": (
        "install into this environment from the secure index",
        "install 'pandas>=2' -r requirements.txt",
    ),
    "emulator": ("run an AWS with a package index on loopback", "emulator --port 8900"),
    "demo": ("show it all in JupyterLab, with an emulated AWS", "demo --check"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, 1 where it failed, 2 for wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["install"] and not {"-h", "--help"} & set(words):
        # The rest is pip's to read, abbreviations and all.
        return _guarded(lambda: _install(words[1:]))
    options = _parser().parse_args(words)
    return _guarded(lambda: _ACTIONS[options.command](options))


def _guarded(action: Callable[[], int]) -> int:
    try:
        return action()
    except SecurePyPIError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter securepypi", description="Python packages from the secure index only."
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = {}
    for name, (description, example) in _COMMANDS.items():
        made[name] = commands.add_parser(
            name,
            help=description,
            description=description[0].upper() + description[1:] + ".",
            epilog=f"example: jupyter securepypi {example}",
        )
    for name in ("status", "refresh", "configure", "restore", "install", "emulator"):
        made[name].add_argument("--json", action="store_true", help="print one JSON object")
    made["refresh"].add_argument(
        "--if-needed", action="store_true", help="only if the token is about to expire"
    )
    made["install"].add_argument(
        "arguments", nargs="*", help="what `pip install` takes, short of other indexes"
    )
    made["emulator"].add_argument("--port", type=int, default=0, help="port on 127.0.0.1; default: a free one")
    made["emulator"].add_argument(
        "--tls", action="store_true", help="serve https with a certificate authority of its own"
    )
    made["emulator"].add_argument("--token-lifetime", type=float, metavar="S", help="seconds a token lasts")
    made["emulator"].add_argument(
        "--packages", type=Path, metavar="DIR", help="folder with the packages to serve"
    )
    made["demo"].add_argument("--check", action="store_true", help="no browser: run every step and report")
    made["demo"].add_argument("--no-browser", action="store_true", help="only print the address")
    made["demo"].add_argument("--requirements", type=Path, metavar="FILE", help="first download these packages")
    return parser


def _version() -> str:
    from ._version import __version__

    return __version__


def _status(options: argparse.Namespace) -> int:
    from .config import load_options
    from .rendering import status_lines
    from .status import current_status

    status = current_status(load_options())
    print(json.dumps(status.to_dict()) if options.json else "\n".join(status_lines(status)))
    return 1 if status.state in ("not_configured", "misconfigured") else 0


def _refresh(options: argparse.Namespace) -> int:
    from .config import load_options
    from .publishing import refresh
    from .rendering import status_lines

    status = refresh(load_options(), if_needed=options.if_needed)
    print(json.dumps(status.to_dict()) if options.json else "\n".join(status_lines(status)))
    return 0


def _configure(options: argparse.Namespace) -> int:
    from jupyter_client.kernelspec import KernelSpecManager

    from .broker import TokenBroker
    from .config import load_options
    from .publishing import publish
    from .server.kernels import resolve_all

    settings = load_options()
    grant = TokenBroker(settings.mint_request(), timeout=settings.mint_timeout).current()
    kernels = resolve_all(KernelSpecManager().get_all_specs()) if settings.manage_kernels else []
    done = publish(settings, grant, kernels)
    written = [str(path) for path in done.written]
    if options.json:
        print(json.dumps({"index_url": grant.index_url, "written": written, "findings": done.findings}))
    else:
        print("\n".join([f"index    {grant.index_url}", *(f"written  {path}" for path in written)]))
        for finding in done.findings:
            print(f"!        {finding}")
        if not written:
            print("nothing to change")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from .publishing import restore

    restored, findings = restore()
    if options.json:
        print(json.dumps({"restored": restored, "findings": findings}))
    else:
        print(
            "\n".join(
                [*(f"restored  {path}" for path in restored), *(f"!         {text}" for text in findings)]
            )
        )
        if not restored:
            print("nothing to restore")
    return 0


def _install(words: list[str]) -> int:
    from .config import load_options
    from .installing import install
    from .rendering import HEADINGS, report_rows, report_sentence, text_table

    as_json, quiet = "--json" in words, bool({"-q", "--quiet"} & set(words))
    words = [word for word in words if word != "--json"]
    if not words:
        _parser().parse_args(["install", "--help"])
    options = load_options()
    report = install(options, words, on_line=None if as_json or quiet else _print_line)
    if as_json:
        packages = [asdict(package) for package in report.packages]
        print(json.dumps({"packages": packages, "dry_run": report.dry_run, "public": report.public}))
        return 0
    rows = report_rows(report)
    if rows and not quiet:
        print(text_table(HEADINGS, rows))
    print(report_sentence(report, "" if report.public else str(options.require_repository())))
    return 0


def _print_line(line: str) -> None:
    print(line, flush=True)


def _emulator(options: argparse.Namespace) -> int:
    from .emulator.app import run

    return run(
        port=options.port,
        tls=options.tls,
        token_lifetime=options.token_lifetime,
        packages=options.packages,
        as_json=options.json,
    )


def _demo(options: argparse.Namespace) -> int:
    if options.check:
        from .demo.check import check

        return check()
    from .demo.app import demo

    return demo(requirements=options.requirements, browser=not options.no_browser)


_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "status": _status,
    "refresh": _refresh,
    "configure": _configure,
    "restore": _restore,
    "emulator": _emulator,
    "demo": _demo,
}


if __name__ == "__main__":
    sys.exit(main())
