"""Configurations and builders of steps: the configuration has the logic, the builder adds the container's rules.

Both work alone, or mixed into a code base with its own base classes, in either order::

    class OurTrainingConfig(TrainingStepConfig, OurStepConfig): ...
    class OurTrainingBuilder(TrainingStepBuilder, OurStepBuilder): ...
"""

from __future__ import annotations

from .builders import ProcessingStepBuilder, StepBuilder, TrainingStepBuilder
from .configurations import ProcessingStepConfig, StepConfig, TrainingStepConfig
from .step_variables import ARN, INDEX, ROLE, USE, Conflict

__all__ = [
    "ARN",
    "INDEX",
    "ROLE",
    "USE",
    "Conflict",
    "ProcessingStepBuilder",
    "ProcessingStepConfig",
    "StepBuilder",
    "StepConfig",
    "TrainingStepBuilder",
    "TrainingStepConfig",
]
