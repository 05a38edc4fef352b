"""Who takes part in the measurement of an epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec

from benchmarks import floor
from benchmarks.workloads import Workload

# `steps_per_execution`; "epoch" is all steps of one.
KERAS_SETTINGS = ("1", "16", "64", "epoch")
_TORCH = {"KERAS_BACKEND": "torch"}
_TENSORFLOW = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}


@dataclass(frozen=True)
class Peer:
    """One way to run a workload; peers of a family are the same thing at different settings."""

    family: str
    program: str
    setting: str = "1"
    environment: dict[str, str] = field(default_factory=dict)


def peers_for(workload: Workload, families: tuple[str, ...]) -> list[Peer]:
    """Return the peers of `families` that can run `workload` and are installed here."""
    everyone = [
        *(
            Peer("floor", "floor", name, floor.SETTINGS[name][0])
            for name in floor.settings_for(workload)
        ),
        Peer("ppul", "ppul"),
        *(Peer("keras", "keras", steps, {"KERAS_BACKEND": "jax"}) for steps in KERAS_SETTINGS),
    ]
    if workload.mlp is not None:
        everyone.append(Peer("scikit-learn", "scikit-learn"))
    if find_spec("torch"):
        everyone.append(Peer("keras-torch", "keras", "1", _TORCH))
    if find_spec("tensorflow"):
        everyone += [Peer("keras-tensorflow", "keras", steps, _TENSORFLOW) for steps in ("1", "64")]
    return [peer for peer in everyone if peer.family in families]
