"""``install``: what the magic does, in a terminal."""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext

from ..clusters.install import chosen_engine
from ..config import load_options
from ..core.errors import RequestRefused
from ..core.foreign_text import in_one_line, say
from ..install import install_words
from ..install.engines.select import NOTICES
from ..install.progress import InstallProgress, loudness
from ..install.progress_shown import shown
from ..install.service import install
from ..install.tables import text_table
from ..install.words import HEADINGS, report_rows, report_sentence, report_values, sentences_below


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options, for the help text only: pip's own words are read by the request checker."""
    install_words.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Install and print what came from where."""
    words = [word for word in options.words if word != "--json"]
    as_json = "--json" in options.words
    if chosen_engine(words)[0]:
        raise RequestRefused(
            "--on is for notebooks.",
            why="it installs on the cluster that a notebook is connected to, and a command is connected to none",
            remedy="install with it from the notebook that is connected to the cluster",
        )
    quiet, verbose = loudness(words, silent=as_json)
    settings, progress = load_options(), InstallProgress()
    moves = not (quiet or verbose)

    def heard(line: str) -> None:
        if verbose or (moves and line.startswith(NOTICES)):
            say(line)
        progress.line(line)

    with shown(progress) if moves else nullcontext():
        report = install(settings, words, on_phase=progress.phase, on_line=heard, in_detail=moves)
    if as_json:
        print(json.dumps(report_values(report)))
        return 0
    rows = report_rows(report)
    if rows and not quiet:
        say(text_table(HEADINGS, rows))
    sentence = report_sentence(report, "" if report.public else str(settings.require_repository()))
    say("\n".join(map(in_one_line, [sentence, *sentences_below(report)])))
    return 0
