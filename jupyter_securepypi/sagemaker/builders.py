"""Builders give a step's variables the form for its container, alone or mixed into a builder of somebody else's."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from ..config import load_options
from ..core.errors import ConfigurationError
from ..core.variables import truth
from .configurations import StepConfig, configured_for_scripts
from .cooperation import complete, next_variables
from .limits import limits_of
from .repository import configured_repository
from .routes import Route, find_route
from .secret_values import refuse_secrets
from .step_policy import policy_variables, refuse_loosening
from .step_variables import ARN, ROLE, USE, Conflict, combined, conflicts, refuse_arn, texts

_METHOD = "_get_environment_variables"


class StepBuilder:
    """Gives a step's variables the form for its container.

    Args:
        config: the step's configuration: any object with ``get_environment_variables()``, or with `use_secure_pypi`. It
            may be left out where the next class has set ``self.config``.

    Further arguments are passed on to the next class, if this class is mixed in.
    """

    operation = "CreateTrainingJob"
    step = "training"
    config: Any

    def __init__(self, config: Any = None, *arguments: Any, **keywords: Any) -> None:
        if config is not None or not hasattr(self, "config"):
            self.config = config
        line = type(self).__mro__
        later = [one for one in line[line.index(StepBuilder) + 1 : -1] if "__init__" in vars(one)]
        if later:
            first, named = _handed_over(later, config)
            super().__init__(*first, *arguments, **named, **keywords)

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        complete(cls, StepBuilder, _METHOD, StepBuilder.environment)

    def conflicts(self, existing: Mapping[str, Any]) -> tuple[Conflict, ...]:
        """Return the variables that `existing` and the step set differently; `true` equals `True`."""
        return conflicts(texts(existing), self._variables())

    def environment(self, existing: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the caller's variables together with the step's.

        Values are text, but for pipeline variables of the SageMaker SDK, which stay as they are.

        Args:
            existing: the caller's variables; the mapping itself is not changed. None as a value leaves one out.

        Raises:
            ConfigurationError: both set a variable differently, a value looks like a secret, a variable loosens what
                an administrator has locked, or the API would refuse the result.
            NotConfigured: a repository is needed, and none is given or configured.
        """
        given = texts(existing)
        refuse_secrets(given)
        self._check(given)
        merged = combined(given, self._variables())
        refuse_secrets(merged)
        self._check(merged)
        refuse_loosening(merged)
        limits_of(self.operation).check(merged)
        return merged

    def _get_environment_variables(self, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        """Return `environment`, under the name that frameworks call; with it come the variables of the next class."""
        if not hasattr(super(), _METHOD):
            return self.environment(*arguments, **keywords)
        return self.environment(next_variables(super(), _METHOD, arguments, keywords))

    def arguments(self, route: str, existing: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the keyword arguments of the constructor on `route`, like ``{"environment": {...}}``.

        Args:
            route: id of a route (see `routes.ROUTES`) of this kind of step.
            existing: the caller's own variables.

        Raises:
            ConfigurationError: as for `environment`, or there is no such route for this kind of step.
        """
        found: Route = find_route(route, self.step)
        merged = self.environment(existing)
        limits_of(found.operation).check(merged)
        return {found.keyword: merged}

    def _variables(self) -> dict[str, Any]:
        """Return the configuration's variables, completed with those that it does not know of."""
        ask = getattr(self.config, "get_environment_variables", None)
        switch = getattr(self.config, "use_secure_pypi", None)
        if ask is None and switch is None:
            raise ConfigurationError(
                f"{type(self).__name__} has no configuration of a step.",
                why=f"{type(self.config).__name__} has neither get_environment_variables() nor use_secure_pypi",
                remedy=f"give it one, as in {type(self).__name__}({self.step.title()}StepConfig())",
            )
        found = texts(ask() if ask else None)
        if USE not in found and switch is not None:
            found[USE] = "true" if switch else "false"
        if not isinstance(self.config, StepConfig) and truth(str(found.get(USE, ""))):
            found = {name: value for name, value in found.items() if value != ""}
            found = combined({**self._missing(found), **found}, policy_variables())
        return found

    def _missing(self, found: Mapping[str, Any]) -> dict[str, str]:
        """Return what a secure step needs in this kind of container; `found` is what it has, and takes precedence."""
        return {}

    def _check(self, variables: Mapping[str, Any]) -> None:
        """Refuse variables that do not belong on this kind of step."""


class TrainingStepBuilder(StepBuilder):
    """A training step's variables, for Estimator, ModelTrainer, ``@remote`` or ``create_training_job``.

    With somebody else's configuration, ``CA_REPOSITORY_ARN`` is its `ca_repository_arn`, or else the configured one.
    """

    def _missing(self, found: Mapping[str, Any]) -> dict[str, str]:
        options = load_options()
        role = {ROLE: options.role_arn} if options.role_arn else {}
        if ARN in found:
            return role
        own = getattr(self.config, "ca_repository_arn", None)
        return {ARN: str(own) if own else configured_repository(options).arn, **role}


class ProcessingStepBuilder(StepBuilder):
    """A processing step's variables, for the processors or ``create_processing_job``: values of 256 characters."""

    operation = "CreateProcessingJob"
    step = "processing"

    def run_arguments(self, route: str) -> dict[str, str]:
        """Return keyword arguments for ``run()`` on `route`.

        The FrameworkProcessor of SDK v2 takes ``codeartifact_repo_arn`` from 2.229 on; the value is the configured
        repository. On other routes, and without ``use_secure_pypi``, there are no arguments.

        Raises:
            NotConfigured: a repository is needed, and none is configured.
            ConfigurationError: processing steps have no such route.
        """
        found = find_route(route, self.step)
        secure = truth(str(self._variables().get(USE, "")))
        if found.id != "v2-framework-processor" or not secure:
            return {}
        return {"codeartifact_repo_arn": configured_repository(load_options()).arn}

    def _missing(self, found: Mapping[str, Any]) -> dict[str, str]:
        return configured_for_scripts()

    def _check(self, variables: Mapping[str, Any]) -> None:
        refuse_arn(variables.get(ARN), ARN)


def _handed_over(later: list[type], config: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return how the next constructors take `config`: as the first argument, or by its name, or not at all."""
    parameters = [list(inspect.signature(vars(one)["__init__"]).parameters.values())[1:] for one in later]
    named = next((one for found in parameters for one in found if one.name == "config"), None)
    if config is None:
        return [], {}
    if named is not None and named.kind is named.KEYWORD_ONLY:
        return [], {"config": config}
    first = parameters[0][0] if parameters[0] else None
    # Under whatever name; but an optional argument is not the configuration.
    wanted = first is not None and (
        first.kind is first.VAR_POSITIONAL
        or (first.default is first.empty and first.kind is not first.VAR_KEYWORD)
    )
    return ([config], {}) if named is not None or wanted else ([], {})
