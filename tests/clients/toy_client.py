"""A client that nobody has: all that is to be written for a new one, and the line that registers it."""

from __future__ import annotations

from pathlib import Path

from jupyter_securepypi.clients import registry
from jupyter_securepypi.clients.base import CONFIGURE, Client, Place
from jupyter_securepypi.clients.editing import rewrite


class Toy(Client):
    name = "toy"
    help = "the index that toys come from"

    def files(self, machine):
        return (Path(machine.environ["HOME"], "toy.conf"),)

    def point(self, grant, machine):
        (path,) = self.files(machine)
        return rewrite(path, lambda text: f"{grant.index_url}\n", self.name)

    def place(self, grant, machine):
        (path,) = self.files(machine)
        url = path.read_text().strip() if path.is_file() else ""
        if not url:
            return Place("unset", None, "", "toys come from anywhere", CONFIGURE)
        return Place("secure" if grant and url == grant.index_url else "elsewhere", url, str(path))

    def variables(self, grant):
        return {"TOY_INDEX": grant.index_url}


registry.ALL += (Toy(),)
