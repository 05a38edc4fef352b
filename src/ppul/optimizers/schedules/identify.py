"""Learning-rate schedules to configurations and back."""

from __future__ import annotations

from typing import Any

from ppul.core import serialization
from ppul.core.types import Config
from ppul.optimizers.schedules.base import LearningRateSchedule


def serialize(learning_rate_schedule: LearningRateSchedule) -> Config:
    """Return the configuration of a schedule."""
    return serialization.serialize(learning_rate_schedule)


def deserialize(config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return a schedule from its configuration."""
    return serialization.deserialize(config, custom_objects, kind="optimizers.schedules")
