"""The verdict on each variable, the identity that gets the token, and the findings about the step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..core.finding import Finding
from ..core.gate.environment import is_of_the_policy
from ..core.pip.names import INDEX_KEYS, variable_key
from .bundle import NAME as BUNDLE
from .facts import HONOURED, IGNORED, UNKNOWN, Fact
from .findings import error, note, warning
from .routes import READ, Route, parse_version
from .script_findings import calls_ours
from .snippet_parts import StepPurpose, script_head
from .step_policy import reason_of
from .step_variables import ARN, INDEX, PARTS, ROLE, USE

_ACTIONS = (
    "codeartifact:GetAuthorizationToken",
    "codeartifact:GetRepositoryEndpoint",
    "codeartifact:ReadFromRepository",
    "sts:GetServiceBearerToken",
)
# All files of these packages were searched.
_UNMENTIONED = (
    "no mention in sagemaker-training 5.1.4, sagemaker-inference 1.10.1, sagemaker 2.257.7 and "
    "sagemaker-core 2.27.0"
)
_PIP_SOURCE = "pip 26.3, pip/_internal/cli/parser.py: variables PIP_* are options"


@dataclass(frozen=True)
class Variable:
    """One variable and its verdict.

    Attributes:
        name: its name.
        value: its value.
        verdict: ``honoured``, ``ignored`` or ``unknown``.
        by: the software that honours it, or would have to.
        reason: how it is honoured, or why not.
        source: the source of that fact.
    """

    name: str
    value: str
    verdict: str
    by: str
    reason: str
    source: str


def judged(name: str, value: str, fact: Fact | None, script: str | None) -> Variable:
    """Return the variable `name` with its verdict, from the row that applies and the script if it is known."""
    if name == ARN and fact is not None:
        fails = " Where authentication fails, so does the job." if fact.fails == "closed" else ""
        return Variable(name, value, fact.verdict, fact.by, f"{fact.reason}.{fails}", fact.source)
    if name in (USE, INDEX, ROLE, *PARTS):
        return _for_script(name, value, script)
    if is_of_the_policy(name):
        found = _for_script(name, value, script)
        return replace(found, reason=found.reason + reason_of(name))
    if variable_key(name) in INDEX_KEYS:
        beside = variable_key(name) in ("extra-index-url", "find-links")
        more = "it stays active beside the index" if beside else "an index on the command line replaces it"
        reason = f"pip reads it in the container, whoever starts pip; {more}."
        return Variable(name, value, HONOURED, "pip", reason, _PIP_SOURCE)
    return Variable(
        name, value, UNKNOWN, "", "Not a variable of the secure index; nothing is known of it here.", ""
    )


def _for_script(name: str, value: str, script: str | None) -> Variable:
    nobody = f"Nothing of SageMaker reads {name}: no toolkit, image or SDK"
    if script is None:
        verdict, more = UNKNOWN, "; a script that calls install_packages() does, and the script was not given."
    elif calls_ours(script):
        verdict, more = HONOURED, "; the script calls install_packages(), which does."
    else:
        verdict, more = IGNORED, ", and the script does not call install_packages()."
    return Variable(name, value, verdict, "install_packages() in the script", nobody + more, _UNMENTIONED)


def identity_of(purpose: StepPurpose, fact: Fact | None, isolated: bool) -> str:
    """Return the identity that gets the token, in words."""
    if not purpose.secure:
        return "nobody: no token is asked for"
    if isolated:
        return "nobody: with network isolation there are no credentials in the container"
    native = "the job's execution role, as it is: nothing on this route assumes another role"
    if _takes_argument(fact):
        return f"{native} (`aws codeartifact login` in the SDK's start script)"
    if purpose.honoured and not purpose.role_arn:
        return native
    if purpose.honoured:
        return f"{native}; install_packages() in the script assumes {purpose.role_arn}"
    if purpose.role_arn:
        return f"{purpose.role_arn}, assumed from the job's execution role by install_packages()"
    return "the job's execution role, if the script calls install_packages(); else nobody"


def _takes_argument(fact: Fact | None) -> bool:
    return fact is not None and fact.argument


def actions_for(purpose: StepPurpose) -> tuple[str, ...]:
    """Return the IAM actions that this identity needs."""
    if not purpose.secure:
        return ()
    return (*_ACTIONS, f"sts:AssumeRole on {purpose.role_arn}") if purpose.role_arn else _ACTIONS


def about_step(purpose: StepPurpose, fact: Fact | None, example: bool) -> list[Finding]:
    """Return findings about the step's index, with code if it is not the secure one; `example`: none is configured."""
    found: list[Finding] = []
    if not purpose.secure:
        message = "use_secure_pypi is off: packages come from pip's default index."
        return [warning(message, "set use_secure_pypi=True")]
    if example:
        message = "No repository is configured: the snippets name an example."
        found.append(warning(message, "put yours into CA_REPOSITORY_ARN or jupyter_securepypi_config.py"))
    bundle = "" if "script-processor" in purpose.route.id or purpose.route.id == "boto3-processing" else BUNDLE
    head = script_head(purpose.repository, purpose.role_arn, bundle)
    if purpose.honoured and purpose.role_arn:
        found.append(
            warning(
                f"Who honours {ARN} here ignores {ROLE}: the execution role itself needs the rights.",
                "give them to the execution role, or install with install_packages() only",
            )
        )
    if purpose.route.step == "processing" and ARN not in purpose.environment:
        tells = f"The step gets {USE} only; the script names the repository itself."
        if INDEX in purpose.environment:
            tells = (
                f"install_packages() in the script finds the repository in {INDEX}; nothing else reads that."
            )
        if purpose.honoured:
            more = f" {purpose.route.label} would also honour {ARN}, given among your own variables."
            found.append(warning(tells + more, f'env={{**environment, "{ARN}": "{purpose.repository}"}}'))
        elif _takes_argument(fact):
            argument = f'processor.run(..., codeartifact_repo_arn="{purpose.repository}")'
            tells = "requirements.txt comes from the secure index if run() is told the repository."
            found.append(warning(tells, argument))
        else:
            found.append(note(tells, f"start the script with:\n{head}"))
    elif not purpose.honoured:
        verb = "is ignored on this route" if fact is not None else "may or may not be honoured on this route"
        found.append(error(f"{ARN} {verb}.", f"ship {BUNDLE} with the code and start the script with:\n{head}"))
    return found


def about_version(route: Route, text: str) -> list[Finding]:
    """Return findings about uncertain facts of the version of the SDK."""
    if not route.sdk:
        return []
    newest = READ[route.sdk]
    if not text or "." not in text:
        message = f"No exact version of the SDK was given: judged as {newest}, the newest that was read."
        return [note(message, "give --sdk-version; `pip show sagemaker` prints yours")]
    if parse_version(text) > parse_version(newest):
        message = f"Version {text} of the SDK is newer than {newest}, the newest that was read."
        return [note(message, "the verdicts are those of the version that was read")]
    return []
