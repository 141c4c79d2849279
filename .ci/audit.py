"""Known vulnerabilities of what is installed here and of what the front end ships; says so where nobody can be asked.

Exit status 1 for a vulnerability. A service that cannot be reached, or knows nothing, is no verdict: that is said in
capitals, and passes, because a closed network is no reason for a change not to land.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from jupyter_securepypi.core.errors import Unreachable
from jupyter_securepypi.install.questions.audit import with_pip_audit
from jupyter_securepypi.install.questions.origins import installed

FRONT_END = Path(__file__).parents[1] / "labextension"
# What the wheel ships; the tools that build it run on nobody's machine but a developer's.
JLPM = ["jlpm", "npm", "audit", "--recursive", "--environment", "production", "--json"]


def python() -> list[str]:
    """Return a line for each vulnerability of an installed distribution."""
    packages = installed()
    bugs, skipped = with_pip_audit(packages)
    print(
        f"Python: {len(packages) - len(skipped)} distributions audited, {len(skipped)} unknown to the service"
    )
    return [
        f"{bug.name} {bug.version}: {bug.id}, fixed in {', '.join(bug.fixed_in) or 'none yet'}" for bug in bugs
    ]


def front_end() -> list[str]:
    """Return a line for each vulnerability of a package in the bundle.

    Raises:
        Unreachable: there was no answer.
    """
    done = subprocess.run(JLPM, cwd=FRONT_END, capture_output=True, text=True)
    try:
        answer = json.loads(done.stdout)
        count, advisories = answer["metadata"]["dependencies"], answer["advisories"].values()
    except (ValueError, KeyError):
        raise Unreachable("jlpm npm audit had no answer.", why=" ".join(done.stdout.split())[-300:]) from None
    print(f"front end: {count} packages audited")
    return [f"{one['module_name']}: {one['title']} ({one['severity']})" for one in advisories]


def main() -> int:
    """Ask both, and return the exit status."""
    found = []
    for audit in (python, front_end):
        try:
            found += audit()
        except Unreachable as error:
            print(f"NOT AUDITED, {audit.__name__}: {error}", flush=True)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
