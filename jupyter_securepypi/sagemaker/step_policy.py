"""The policy of the gate on a step: the variables that pass it on, and what there is to know about who holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..config import hold_variables, load_options
from ..core.finding import Finding
from ..core.gate.environment import is_of_the_policy, variable_of
from ..core.gate.job_variables import variables_of
from .bundle import NAME as BUNDLE
from .facts import Fact
from .findings import note, warning
from .secret_values import refuse_secrets
from .snippet_parts import StepPurpose

_DATABASE = variable_of("osv_database")


def policy_variables() -> dict[str, str]:
    """Return the variables that tell install_packages() the policy in force; none where it is off.

    Raises:
        ConfigurationError: one holds a secret, such as a password in osv_url, which AWS would show.
    """
    found = variables_of(load_options().policy())
    refuse_secrets(found)
    return found


def refuse_loosening(variables: Mapping[str, Any]) -> None:
    """Check that the variables of a step loosen nothing that an administrator has locked; what is no text passes.

    Raises:
        ConfigurationError: one does, or is not valid; the error names it, and the file with the lock.
    """
    hold_variables(load_options(), {name: one for name, one in variables.items() if isinstance(one, str)})


def reason_of(name: str) -> str:
    """Return what the verdict on a variable of the policy has to add, as sentences."""
    more = " The file must be in the image: where it is not, nothing is installed and the job fails."
    return " The toolkit's own install of requirements.txt passes no gate." + (
        more if name == _DATABASE else ""
    )


def about_policy(purpose: StepPurpose, fact: Fact | None) -> Iterator[Finding]:
    """Yield findings about which installs pass the gate, where the step has a policy."""
    ours = [name for name in purpose.environment if is_of_the_policy(name)]
    if not (ours and purpose.secure):
        return
    who = f" ({fact.by})" if fact is not None and (purpose.honoured or fact.argument) else ""
    yield warning(
        f"The toolkit's own install of requirements.txt{who} passes no gate, nor does a `pip install` in the script: "
        f"the policy holds in install_packages() and in `{BUNDLE} install` only.",
        "call install_packages() in the script, and give the toolkit no requirements.txt",
    )
    if _DATABASE in purpose.environment:
        yield note(
            f"{_DATABASE} is passed on as it is: where the image has no such file, nothing is installed and the job "
            "fails.",
            "put the file into the image, or configure osv_url",
        )
