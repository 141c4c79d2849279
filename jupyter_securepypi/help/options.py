"""The options of commands that magic and command line share, and that no room below has a parser for."""

from __future__ import annotations

import argparse


def status(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``status``."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def refresh(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``refresh``."""
    status(parser)
    parser.add_argument("--if-needed", action="store_true", help="only if the token is about to expire")


def doctor(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``doctor``."""
    status(parser)
    parser.add_argument(
        "--fix", action="store_true", help="apply the remedies that touch our own files only; ask about others"
    )
    parser.add_argument("--yes", action="store_true", help="with --fix: apply the others, too, without asking")
