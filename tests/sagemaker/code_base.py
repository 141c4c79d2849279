"""A code base of somebody else's: its base configuration and builder as real ones are, which know nothing of ours."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, List, Optional  # noqa: UP035

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator


class StepConfigBase(BaseModel, ABC):
    """The base of all its steps: many fields, one of ours among them, and variables of its own."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True, validate_assignment=True, extra="allow", protected_namespaces=()
    )

    author: str
    bucket: str
    role: str
    region: str = "us-west-2"
    service_name: str = "AcmeService"
    pipeline_version: str = "1.0.0"
    model_class: str = "xgboost"
    current_date: str = "2026-01-01"
    framework_version: str = "1.7-1"
    py_version: str = "py3"
    source_dir: Optional[str] = None  # noqa: UP045
    enable_caching: bool = False
    use_secure_pypi: bool = Field(default=False, description="install from the secure index")
    max_runtime_seconds: int = 172800
    instance_type: str = "ml.m5.xlarge"
    instance_count: int = 1
    volume_size: int = 30
    kms_key: Optional[str] = None  # noqa: UP045
    subnets: List[str] = Field(default_factory=list)  # noqa: UP006
    security_group_ids: List[str] = Field(default_factory=list)  # noqa: UP006
    project_root: Optional[str] = None  # noqa: UP045

    _aws_region: Optional[str] = PrivateAttr(default=None)  # noqa: UP045
    _step_name: Optional[str] = PrivateAttr(default=None)  # noqa: UP045

    @property
    def pipeline_name(self) -> str:
        if self._step_name is None:
            self._step_name = f"{self.author}-{self.service_name}"
        return self._step_name

    @model_validator(mode="after")
    def initialize_derived_fields(self) -> StepConfigBase:
        self._aws_region = self.region
        return self

    def get_environment_variables(self, declared_env_vars: Optional[List[str]] = None) -> dict[str, str]:  # noqa: UP006, UP045
        """Return what the script declares that it reads, as far as there is a field for it."""
        fields = self.model_dump()
        names = declared_env_vars or []
        return {name: str(fields[name.lower()]) for name in names if fields.get(name.lower()) is not None}


class StepBuilderBase(ABC):
    """The base of all its builders: the configuration is a keyword, and frameworks call a method of its own."""

    def __init__(self, *, config: Any, session: Any = None) -> None:
        self.config = config
        self.session = session

    def _get_environment_variables(self) -> dict[str, str]:
        found = {"REGION": self.config.region}
        if hasattr(self.config, "get_environment_variables"):
            found.update(self.config.get_environment_variables(["SERVICE_NAME"]))
        return found

    @abstractmethod
    def create_step(self) -> dict[str, Any]:
        """Return the request for the job."""
