"""home-first: endpoints of the client's own cluster count more.

A plugin is a pure function. It sees the arguments of its calls and nothing else: there are no files and no network, the
clock stands still, and every call may find a fresh interpreter. Weights are whole numbers; keep floats out of them.

All words of the contract are in `.meshc/wit/weighting.wit` after the first build.
"""

import json

from wit_world.exports import Weigher as Contract
from wit_world.exports.weigher import (
    Basis,
    Descriptor,
    Finding,
    Mesh,
    Options,
    Outcome,
    Reason,
    Service,
    Severity,
    Subject_Config,
    Weights,
)

# What the user may write. meshc holds the config against it before it calls anything but `describe`.
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "factor": {
            "description": "By what the weight of an endpoint at home is multiplied.",
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 2,
        },
    },
}

# The largest weight that Cilium takes.
MOST = 65_535


class Weigher(Contract):
    """What meshc calls. The class has to have this name."""

    def describe(self) -> Descriptor:
        # `reads` names the labels and annotations that the plugin looks at. It is given no others.
        return Descriptor(name="home-first", version="0.1.0", config_schema=json.dumps(SCHEMA), reads=[])

    def check(self, config: str, mesh: Mesh) -> list[Finding]:
        """Says what a schema cannot. It is called once for each build."""
        if read_factor(config) != 1:
            return []
        return [
            Finding(
                severity=Severity.WARNING,
                code="NO-EFFECT",
                message="a factor of 1 changes nothing",
                # meshc knows the file and line of what a finding is about.
                subject=Subject_Config("/factor"),
                help="write 2 or more",
            )
        ]

    def weigh(self, config: str, mesh: Mesh, services: list[Service], options: Options) -> list[Outcome]:
        """Answers each service from that service alone: one outcome for each, in their order."""
        factor = read_factor(config)
        return [weigh(factor, service, options.explain) for service in services]


def read_factor(config: str) -> int:
    return json.loads(config or "{}").get("factor", 2)


def weigh(factor: int, service: Service, explain: bool) -> Outcome:
    values: list[int] = []
    reasons: list[Reason] = []
    columns = len(service.groups)
    for row, client in enumerate(service.clients):
        weights = service.baseline[row * columns : (row + 1) * columns]
        for column, group in enumerate(service.groups):
            baseline = weights[column]
            # Where the baseline is 0 the mesh forbids traffic: the weight has to stay 0, as a multiple does.
            if group.cluster == client and baseline > 0:
                weights[column] = baseline * factor
                if explain:
                    text = f"at home: {factor} times the baseline of {baseline}"
                    reasons.append(Reason(client=row, group=column, text=text))
        values += fit(weights)
    # `ENDPOINT`: a weight is that of one endpoint, so a cluster with more of them takes more.
    return Outcome(weights=Weights(basis=Basis.ENDPOINT, values=values), findings=[], reasons=reasons)


def fit(weights: list[int]) -> list[int]:
    """Scales a row down that is too large. Ratios stay, and nothing becomes 0 by that."""
    most = max(weights, default=0)
    if most <= MOST:
        return weights
    return [max(1, (weight * MOST + most // 2) // most) if weight else 0 for weight in weights]
