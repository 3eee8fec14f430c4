"""carbon-aware: prefers regions whose electricity causes less carbon dioxide.

Within a row, the cleanest group that the mesh allows keeps its baseline, and one whose electricity is twice as dirty
keeps half of it, down to a floor.
"""

import json

from wit_world.exports import Weigher as Contract
from wit_world.exports.weigher import (
    Basis,
    Cluster,
    Descriptor,
    Finding,
    Mesh,
    Options,
    Outcome,
    Reason,
    Service,
    Severity,
    Subject_Cluster,
    Subject_Config,
    Weights,
)

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "carbon-aware",
    "type": "object",
    "additionalProperties": False,
    "required": ["grams"],
    "properties": {
        "grams": {
            "description": "Grams of carbon dioxide for a kilowatt-hour, by region.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 2000},
        },
        "floor": {
            "description": "What even the dirtiest region keeps of its baseline, in percent.",
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 5,
        },
    },
}

# The largest weight that Cilium takes.
MOST = 65_535


class Config:
    """What the user wrote. meshc has held it against the schema."""

    def __init__(self, text: str):
        fields = json.loads(text)
        self.by_region: dict[str, int] = fields["grams"]
        self.floor: int = fields.get("floor", 5)

    def grams(self, cluster: Cluster) -> int:
        """A region that is not listed counts as the dirtiest one: not knowing must not attract traffic."""
        return self.by_region.get(cluster.region, max(self.by_region.values()))

    def percent(self, grams: int, cleanest: int) -> int:
        return max(self.floor, cleanest * 100 // grams)


class Weigher(Contract):
    def describe(self) -> Descriptor:
        return Descriptor(name="carbon-aware", version="0.1.0", config_schema=json.dumps(SCHEMA), reads=[])

    def check(self, config: str, mesh: Mesh) -> list[Finding]:
        own = Config(config)
        return list(unlisted(own, mesh)) + list(unused(own, mesh))

    def weigh(self, config: str, mesh: Mesh, services: list[Service], options: Options) -> list[Outcome]:
        own = Config(config)
        return [weigh(own, mesh, service, options.explain) for service in services]


def unlisted(own: Config, mesh: Mesh):
    for index, cluster in enumerate(mesh.clusters):
        if cluster.region not in own.by_region:
            known = f"is in `{cluster.region}`, which has no grams," if cluster.region else "has no region"
            yield Finding(
                severity=Severity.WARNING,
                code="NO-GRAMS",
                message=f"`{cluster.name}` {known} and counts as the dirtiest",
                subject=Subject_Cluster(index),
                help="list the region in `grams`" if cluster.region else f"give `{cluster.name}` a region",
            )


def unused(own: Config, mesh: Mesh):
    regions = {cluster.region for cluster in mesh.clusters}
    for region in sorted(own.by_region):
        if region not in regions:
            # A JSON pointer has ~0 for ~ and ~1 for /.
            token = region.replace("~", "~0").replace("/", "~1")
            yield Finding(
                severity=Severity.NOTE,
                code="NO-CLUSTER",
                message=f"no cluster is in `{region}`",
                subject=Subject_Config(f"/grams/{token}"),
                help="",
            )


def weigh(own: Config, mesh: Mesh, service: Service, explain: bool) -> Outcome:
    values: list[int] = []
    reasons: list[Reason] = []
    columns = len(service.groups)
    grams = [own.grams(mesh.clusters[group.cluster]) for group in service.groups]
    for row in range(len(service.clients)):
        baseline = service.baseline[row * columns : (row + 1) * columns]
        allowed = [column for column in range(columns) if baseline[column] > 0]
        cleanest = min((grams[column] for column in allowed), default=0)
        weights = [0] * columns
        for column in allowed:
            percent = own.percent(grams[column], cleanest)
            weights[column] = baseline[column] * percent
            if explain:
                text = f"{grams[column]} g/kWh: {percent}% of the baseline of {baseline[column]}"
                reasons.append(Reason(client=row, group=column, text=text))
        values += fit(weights)
    return Outcome(weights=Weights(basis=Basis.ENDPOINT, values=values), findings=[], reasons=reasons)


def fit(weights: list[int]) -> list[int]:
    """Scales a row down that is too large. Ratios stay, and nothing becomes 0 by that."""
    most = max(weights, default=0)
    if most <= MOST:
        return weights
    return [max(1, (weight * MOST + most // 2) // most) if weight else 0 for weight in weights]
