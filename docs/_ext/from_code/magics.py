"""The magic's commands, from the parsers that read them."""

from __future__ import annotations

from jupyter_securepypi.help.commands import of_the_magic
from jupyter_securepypi.help.text import MAGIC, examples, sentence
from jupyter_securepypi.notebook.help import magic_overview, parser_of

from .commands import options
from .markdown import code, escaped, fence


def text() -> str:
    """Return the magic's overview, and a section for each command."""
    return "\n".join([fence(magic_overview()), *map(_command, of_the_magic())])


def _command(name: str) -> str:
    head = f"## {code(f'{MAGIC} {name}')}\n\n{escaped(sentence(name))}\n"
    return "\n".join([head, *options(parser_of(name)), fence(examples(MAGIC, name))])
