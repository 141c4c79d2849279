"""The preview of a step: its variables and their effect, without a call to AWS; nothing is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..config import load_options
from ..core.errors import ConfigurationError, NotConfigured
from ..core.finding import Finding
from ..core.variables import truth
from . import findings as about
from .facts import HONOURED, fact_for
from .limits import limits_of
from .repository import configured_repository
from .routes import IMAGES, READ, ROUTES, check_version, find_image, find_route
from .script_findings import about_script
from .secret_values import refuse_secret, refuse_secrets
from .snippet_parts import StepPurpose
from .snippets import snippets
from .step_policy import about_policy
from .step_variables import ARN, ROLE, USE, shown, texts
from .steps import (
    ProcessingStepBuilder,
    ProcessingStepConfig,
    StepBuilder,
    TrainingStepBuilder,
    TrainingStepConfig,
)
from .verdicts import Variable, about_step, about_version, actions_for, identity_of, judged

# Snippets show this if no repository is configured; the account is AWS's example.
_EXAMPLE = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"


@dataclass(frozen=True)
class StepPreview:
    """The preview of a step.

    Attributes:
        environment: all variables, name to value.
        variables: the variables with their verdicts.
        identity: the identity that gets the token, in words.
        actions: the IAM actions that this identity needs.
        findings: the findings, the worst first.
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
            "findings": [_wire(finding) for finding in self.findings],
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
    existing: Mapping[str, Any] | None = None,
    script: str | None = None,
) -> StepPreview:
    """Return the preview of `step` on `route` in `image`, with working code if its variables are not honoured.

    Args:
        step: a step's configuration or builder.
        route: id or class name of a route; `choices` lists them.
        image: family of the image.
        sdk_version: version of the SageMaker Python SDK, like ``3.10.0``; empty: the newest that was read.
        requirements: content of requirements.txt, if it should be checked.
        network_isolation: the job runs with EnableNetworkIsolation.
        role_arn: the role that install_packages() assumes; by default the step's own or the configured one.
        existing: the caller's own variables, to be merged with the step's.
        script: content of the script, if it should be checked.

    Raises:
        ConfigurationError: a route, image or version is unknown or does not fit, variables conflict, or a value looks
            like a secret; the secret is never quoted.
            NotConfigured: a repository is needed, and none is given or configured.
    """
    for name, value in {"route": route, "image": image, "SDK version": sdk_version, "role": role_arn}.items():
        refuse_secret(value or "", f"The {name}")
    builder = _builder(step)
    chosen = find_route(route, builder.step, sdk_version)
    family = find_image(image)
    version = check_version(chosen, sdk_version)
    environment = {name: shown(value) for name, value in _environment(builder, existing).items()}
    secure = truth(environment.get(USE, "")) is True
    fact = fact_for(chosen, family, version)
    example = False
    repository = environment.get(ARN, "")
    if not repository:
        repository, example = _repository()
    role = role_arn or environment.get(ROLE) or (load_options().role_arn if secure else "")
    purpose = StepPurpose(
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
        *about_step(purpose, fact, example),
        *about_policy(purpose, fact),
        *about.about_isolation(network_isolation, secure),
        *about.about_fact(fact, chosen, family, secure),
        *about.about_variables(environment, secure),
        *(about.about_requirements(requirements, fact) if requirements is not None else ()),
        *about_script(script, secure),
        *about.about_defaults(chosen),
        *about_version(chosen, sdk_version),
        about.about_limits(limits_of(chosen.operation), environment),
    ]
    order = {"error": 0, "warning": 1, "info": 2}
    return StepPreview(
        environment=environment,
        variables=tuple(judged(name, value, fact, script) for name, value in environment.items()),
        identity=identity_of(purpose, fact, network_isolation),
        actions=actions_for(purpose),
        findings=tuple(sorted(found, key=lambda finding: order[finding.severity])),
        snippets=snippets(purpose),
    )


def preview_step(
    step: str,
    *,
    use_secure_pypi: bool | None = None,
    repository: str | None = None,
    role: str | None = None,
    **options: Any,
) -> StepPreview:
    """Return the preview of a step by its kind, for forms and command lines.

    Args:
        step: ``training`` or ``processing``.
        use_secure_pypi: None for the configured value.
        repository: a training step's ``ca_repository_arn``; None or empty for the configured repository.
        role: the role that install_packages() assumes; None or empty for the configured role. Only a training step
        has a role of its own.
        options: as for `preview`.

    Raises:
        ConfigurationError: if there is no such step, or a value does not belong on it; as for `preview`.
    """
    kinds = {"training": TrainingStepConfig, "processing": ProcessingStepConfig}
    if step not in kinds:
        raise ConfigurationError(
            f"There is no step {step[:40]!r}.", remedy="the steps are training and processing"
        )
    given: dict[str, Any] = {"ca_repository_arn": repository or None}
    if use_secure_pypi is not None:
        given["use_secure_pypi"] = use_secure_pypi
    if step == "training":
        given["role_arn"] = role or None
    return preview(kinds[step](**given), role_arn=role or None, **options)


def choices() -> dict[str, Any]:
    """Return the choices of a form: the JSON object of ``GET preview``."""
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


def _wire(finding: Finding) -> dict[str, str]:
    return {"severity": finding.severity, "message": finding.message, "remedy": finding.remedy}


def _environment(builder: StepBuilder, existing: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return all variables. The builder refuses CA_REPOSITORY_ARN for processing; here it gets a verdict."""
    given = texts(existing)
    apart = {ARN: given.pop(ARN)} if builder.step == "processing" and given.get(ARN) else {}
    refuse_secrets(apart)
    return {**builder.environment(given), **apart}


def _builder(step: Any) -> StepBuilder:
    if isinstance(step, StepBuilder):
        return step
    if isinstance(step, ProcessingStepConfig):
        return ProcessingStepBuilder(step)
    if isinstance(step, TrainingStepConfig):
        return TrainingStepBuilder(step)
    raise TypeError(f"a step's configuration or builder is purpose, not {type(step).__name__}")


def _repository() -> tuple[str, bool]:
    """Return the configured repository's ARN, or an example and True."""
    try:
        return configured_repository(load_options()).arn, False
    except NotConfigured:
        return _EXAMPLE, True
