"""Mistakes that break everything: a run in which one of them survives has not tried the copies."""

from __future__ import annotations

from .mutation import Mutation

CANARIES = (
    Mutation(
        "canary in pytest itself",
        "core/address.py",
        "    if _AMBIGUOUS.search(url):\n        return None\n",
        "    return None\n",
        ("core/test_address.py",),
    ),
    # Nothing but the child that mints runs this line.
    Mutation(
        "canary in a child",
        "core/minting.py",
        "    channel = answer_pipe()\n",
        '    raise SystemExit("the canary")\n',
        ("test_minting.py",),
    ),
    Mutation(
        "canary in the command line",
        "cli/__main__.py",
        "from . import main\n",
        'raise SystemExit("the canary")\n',
        ("engines/test_packages.py",),
    ),
    Mutation(
        "canary where no PYTHONPATH counts",
        "cli/__main__.py",
        "from . import main\n",
        'raise SystemExit("the canary")\n',
        ("attacks/test_hostile_index.py::test_a_hash_in_a_page_of_json_proves_as_well",),
    ),
)
