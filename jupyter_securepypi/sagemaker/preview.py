"""What a step will get and what becomes of it, told beforehand: no call to AWS, nothing is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..config import load_options
from ..core.errors import NotConfigured
from ..core.pipconfig import INDEX_KEYS, variable_key
from . import findings as about
from .facts import HONOURED, IGNORED, UNKNOWN, Fact, fact_for
from .findings import Finding
from .limits import limits_of
from .routes import IMAGES, READ, ROUTES, Route, check_version, find_image, find_route, parse_version
from .secret_values import refuse_secret
from .snippets import BUNDLE, Wanted, script_head, snippets
from .steps import (
    ARN,
    ROLE,
    USE,
    ProcessingStepBuilder,
    ProcessingStepConfig,
    StepBuilder,
    TrainingStepBuilder,
    TrainingStepConfig,
)

# Shown in snippets where no repository is configured: AWS's example account.
_EXAMPLE = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
_ACTIONS = (
    "codeartifact:GetAuthorizationToken",
    "codeartifact:GetRepositoryEndpoint",
    "codeartifact:ReadFromRepository",
    "sts:GetServiceBearerToken",
)
# Searched for in all files of these packages.
_UNMENTIONED = (
    "no mention in sagemaker-training 5.1.4, sagemaker-inference 1.10.1, sagemaker 2.257.7 and "
    "sagemaker-core 2.27.0"
)
_PIP_SOURCE = "pip 26.3, pip/_internal/cli/parser.py: variables PIP_* are options"


@dataclass(frozen=True)
class Variable:
    """One variable and its fate.

    Attributes:
        name: its name.
        value: its value.
        verdict: ``honoured``, ``ignored`` or ``unknown``.
        by: who honours it, or would have to.
        reason: how, or why not.
        source: where that was read.
    """

    name: str
    value: str
    verdict: str
    by: str
    reason: str
    source: str


@dataclass(frozen=True)
class StepPreview:
    """What a step gets.

    Attributes:
        environment: all variables, name to value.
        variables: each with its verdict.
        identity: whose rights are used to get the token, in words.
        actions: the IAM actions that this identity needs.
        findings: what to know or to mend, the worst first.
        snippets: ``python``, ``sdk_v2``, ``sdk_v3``, ``config_yaml`` and ``json``.
    """

    environment: Mapping[str, str]
    variables: tuple[Variable, ...]
    identity: str
    actions: tuple[str, ...]
    findings: tuple[Finding, ...]
    snippets: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return the preview as JSON values: the form of REST answers and of ``--json``."""
        return {
            "environment": dict(self.environment),
            "variables": [asdict(variable) for variable in self.variables],
            "identity": self.identity,
            "actions": list(self.actions),
            "findings": [asdict(finding) for finding in self.findings],
            "snippets": dict(self.snippets),
        }


def preview(
    step: Any,
    *,
    route: str,
    image: str,
    sdk_version: str = "",
    requirements: str | None = None,
    network_isolation: bool = False,
    role_arn: str | None = None,
    existing: Mapping[str, str] | None = None,
    script: str | None = None,
) -> StepPreview:
    """Return what `step` gets on `route` in `image`, who honours it, and what does work where nobody does.

    Args:
        step: a step's configuration or builder.
        route: id or class name of a route; `choices` lists them.
        image: family of the image.
        sdk_version: of the SageMaker Python SDK, like ``3.10.0``; empty: the newest that was read.
        requirements: content of requirements.txt, if it is to be looked at.
        network_isolation: the job runs with EnableNetworkIsolation.
        role_arn: the role that install_packages() assumes; by default the step's own or the configured one.
        existing: the caller's own variables, to be merged with the step's.
        script: content of the script, if it is to be looked at.

    Raises:
        ConfigurationError: if a route, image or version is unknown or does not fit, if variables conflict, or if
            something that looks like a secret was given; the secret is never quoted.
        NotConfigured: if a repository is needed and neither given nor configured.
    """
    for name, value in {"route": route, "image": image, "SDK version": sdk_version, "role": role_arn}.items():
        refuse_secret(value or "", f"The {name}")
    builder = _builder(step)
    chosen = find_route(route, builder.step, sdk_version)
    family = find_image(image)
    version = check_version(chosen, sdk_version)
    environment = builder.environment(existing)
    secure = environment.get(USE) == "true"
    fact = fact_for(chosen, family, version)
    example = False
    repository = environment.get(ARN, "")
    if not repository:
        repository, example = _repository()
    role = role_arn or environment.get(ROLE) or (load_options().role_arn if secure else "")
    wanted = Wanted(
        route=chosen,
        image=family,
        environment=environment,
        secure=secure,
        honoured=fact is not None and fact.verdict == HONOURED,
        repository=repository,
        role_arn=role,
        version=version,
    )
    found = [
        *_about_step(wanted, builder, fact, example),
        *about.about_isolation(network_isolation, secure),
        *about.about_fact(fact, chosen, family, secure),
        *about.about_variables(environment, secure),
        *(about.about_requirements(requirements, fact) if requirements is not None else ()),
        *about.about_script(script, secure),
        *about.about_defaults(chosen),
        *_about_version(chosen, sdk_version),
        about.about_limits(limits_of(chosen.operation), environment),
    ]
    order = {"error": 0, "warning": 1, "info": 2}
    return StepPreview(
        environment=environment,
        variables=tuple(_variable(name, value, fact, secure, script) for name, value in environment.items()),
        identity=_identity(wanted, fact, network_isolation),
        actions=_actions(wanted),
        findings=tuple(sorted(found, key=lambda finding: order[finding.severity])),
        snippets=snippets(wanted),
    )


def preview_request(body: Mapping[str, Any]) -> StepPreview:
    """Return the preview that a request's JSON object asks for: the body of ``POST preview``.

    Raises:
        ConfigurationError: as `preview`; also if a field is missing, unknown or of the wrong type.
    """
    from .request import parse

    step, options = parse(body)
    return preview(step, **options)


def choices() -> dict[str, Any]:
    """Return what a form offers: the JSON object of ``GET preview``."""
    routes = [{"id": r.id, "label": r.label, "steps": [r.step], "sdk": r.sdk} for r in ROUTES]
    return {
        "routes": routes,
        "images": [{"id": image.id, "label": image.label} for image in IMAGES],
        "defaults": {
            "training": {"route": "v3-model-trainer", "image": "pytorch", "sdk_version": READ["3"]},
            "processing": {
                "route": "v3-framework-processor",
                "image": "scikit-learn",
                "sdk_version": READ["3"],
            },
        },
    }


def _builder(step: Any) -> StepBuilder:
    if isinstance(step, StepBuilder):
        return step
    if isinstance(step, ProcessingStepConfig):
        return ProcessingStepBuilder(step)
    if isinstance(step, TrainingStepConfig):
        return TrainingStepBuilder(step)
    raise TypeError(f"a step's configuration or builder is wanted, not {type(step).__name__}")


def _repository() -> tuple[str, bool]:
    """Return the configured repository's ARN, or an example and True."""
    try:
        return load_options().require_repository().arn, False
    except NotConfigured:
        return _EXAMPLE, True


def _variable(name: str, value: str, fact: Fact | None, secure: bool, script: str | None) -> Variable:
    if name == ARN and fact is not None:
        fails = " Where authentication fails, so does the job." if fact.fails == "closed" else ""
        return Variable(name, value, fact.verdict, fact.by, f"{fact.reason}.{fails}", fact.source)
    if name in (USE, ROLE):
        return _for_script(name, value, script)
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
    elif about.calls_ours(script):
        verdict, more = HONOURED, "; the script calls install_packages(), which does."
    else:
        verdict, more = IGNORED, ", and the script does not call install_packages()."
    return Variable(name, value, verdict, "install_packages() in the script", nobody + more, _UNMENTIONED)


def _identity(wanted: Wanted, fact: Fact | None, isolated: bool) -> str:
    if not wanted.secure:
        return "nobody: no token is asked for"
    if isolated:
        return "nobody: with network isolation there are no credentials in the container"
    native = "the job's execution role, as it is: nothing on this route assumes another role"
    if _takes_argument(fact):
        return f"{native} (`aws codeartifact login` in the SDK's start script)"
    if wanted.honoured and not wanted.role_arn:
        return native
    if wanted.honoured:
        return f"{native}; install_packages() in the script assumes {wanted.role_arn}"
    if wanted.role_arn:
        return f"{wanted.role_arn}, assumed from the job's execution role by install_packages()"
    return "the job's execution role, if the script calls install_packages(); else nobody"


def _takes_argument(fact: Fact | None) -> bool:
    return fact is not None and fact.argument


def _actions(wanted: Wanted) -> tuple[str, ...]:
    if not wanted.secure:
        return ()
    return (*_ACTIONS, f"sts:AssumeRole on {wanted.role_arn}") if wanted.role_arn else _ACTIONS


def _about_step(wanted: Wanted, builder: StepBuilder, fact: Fact | None, example: bool) -> list[Finding]:
    found: list[Finding] = []
    if not wanted.secure:
        message = "use_secure_pypi is off: packages come from pip's default index."
        return [Finding("warning", message, "set use_secure_pypi=True")]
    if example:
        message = "No repository is configured: the snippets name an example."
        found.append(
            Finding("warning", message, "put yours into CA_REPOSITORY_ARN or jupyter_securepypi_config.py")
        )
    bundle = "" if "script-processor" in wanted.route.id or wanted.route.id == "boto3-processing" else BUNDLE
    head = script_head(wanted.repository, wanted.role_arn, bundle)
    if wanted.honoured and wanted.role_arn:
        found.append(
            Finding(
                "warning",
                f"Who honours {ARN} here ignores {ROLE}: the execution role itself needs the rights.",
                "give them to the execution role, or install with install_packages() only",
            )
        )
    if wanted.route.step == "processing" and ARN not in wanted.environment:
        tells = f"The step gets {USE} only; the script names the repository itself."
        if wanted.honoured:
            more = f" {wanted.route.label} would also honour {ARN}, given among your own variables."
            found.append(
                Finding("warning", tells + more, f'env={{**environment, "{ARN}": "{wanted.repository}"}}')
            )
        elif _takes_argument(fact):
            argument = f'processor.run(..., codeartifact_repo_arn="{wanted.repository}")'
            tells = "requirements.txt comes from the secure index if run() is told the repository."
            found.append(Finding("warning", tells, argument))
        else:
            found.append(Finding("info", tells, f"start the script with:\n{head}"))
    elif not wanted.honoured:
        verb = "is ignored on this route" if fact is not None else "may or may not be honoured on this route"
        found.append(
            Finding(
                "error", f"{ARN} {verb}.", f"ship {BUNDLE} with the code and start the script with:\n{head}"
            )
        )
    return found


def _about_version(route: Route, text: str) -> list[Finding]:
    if not route.sdk:
        return []
    newest = READ[route.sdk]
    if not text or "." not in text:
        message = f"No exact version of the SDK was given: judged as {newest}, the newest that was read."
        return [Finding("info", message, "give --sdk-version; `pip show sagemaker` prints yours")]
    if parse_version(text) > parse_version(newest):
        message = f"Version {text} of the SDK is newer than {newest}, the newest that was read."
        return [Finding("info", message, "the verdicts are those of the version that was read")]
    return []
