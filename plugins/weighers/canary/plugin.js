// canary: a cluster whose Service says `canary.example.com/percent` gets this percent of everybody's connections.
//
// The rest is divided among the other clusters as the baseline does. Because a percentage must not move when a cluster
// scales, weights are those of whole groups.

const KEY = "canary.example.com/percent";
// One percent. A hundred of them fit into the largest weight, 65535, and small groups do not vanish in rounding.
const PERCENT = 600;

export const weigher = {
  describe() {
    return { name: "canary", version: "0.1.0", configSchema: "", reads: [KEY] };
  },

  check() {
    return [];
  },

  weigh(config, mesh, services, options) {
    return services.map((service) => weigh(mesh, service, options.explain));
  },
};

function weigh(mesh, service, explain) {
  const { percents, findings } = readPercents(service);
  // No opinion: the baseline holds.
  if (percents.size === 0) return { weights: undefined, findings, reasons: [] };
  const columns = service.groups.length;
  const values = service.clients.flatMap((_, row) => {
    const baseline = service.baseline.slice(row * columns, (row + 1) * columns);
    return weighRow(service.groups, baseline, percents);
  });
  const reasons = explain ? explainGroups(mesh, service.groups, percents) : [];
  return { weights: { basis: "group", values }, findings, reasons };
}

// The percent of each canary by its cluster, and what is wrong with the others. A cluster has the same annotation in all
// of its groups, so the first one tells.
function readPercents(service) {
  const percents = new Map();
  const findings = [];
  const seen = new Set();
  service.groups.forEach((group, index) => {
    const written = group.attrs.find(([key]) => key === KEY)?.[1];
    if (written === undefined || seen.has(group.cluster)) return;
    seen.add(group.cluster);
    if (/^(100|[1-9]?[0-9])$/.test(written)) {
      percents.set(group.cluster, Number(written));
    } else {
      findings.push({
        severity: "error",
        code: "PERCENT",
        message: `\`${printable(written)}\` is not a whole number from 0 to 100`,
        subject: { tag: "group-attr", val: [index, KEY] },
        help: "write a number such as 10",
      });
    }
  });
  const sum = [...percents.values()].reduce((total, percent) => total + percent, 0);
  if (sum > 100) {
    findings.push({
      severity: "warning",
      code: "OVER-100",
      message: `the canaries ask for ${sum} percent together, so they get less and the others nothing`,
      subject: { tag: "service" },
      help: "lower them until something is left",
    });
  }
  return { percents, findings };
}

// Findings are one line of at most 500 bytes.
function printable(text) {
  return text.slice(0, 40).replace(/[^ -~]/g, "?");
}

// Gives each canary its share, and the other groups together what is left. Only ratios within a row matter, so shares
// need not be 100 together: where a client cannot reach the rest, the canaries divide everything.
function weighRow(groups, baseline, percents) {
  // What a whole group would draw. It is 0 where the mesh forbids traffic, and so is the weight then.
  const masses = groups.map((group, column) => baseline[column] * group.endpoints);
  const parts = new Map();
  groups.forEach((group, column) => {
    if (masses[column] === 0) return;
    const part = percents.has(group.cluster) ? group.cluster : "rest";
    parts.set(part, [...(parts.get(part) ?? []), column]);
  });
  const canaries = [...parts.keys()].filter((part) => part !== "rest");
  const asked = canaries.reduce((total, part) => total + percents.get(part), 0);
  const share = (part) => (part === "rest" ? Math.max(0, 100 - asked) : percents.get(part));
  // A client that can reach nothing but canaries of 0 percent: better those than nobody.
  const isStranded = [...parts.keys()].every((part) => share(part) === 0);

  const weights = groups.map(() => 0);
  for (const [part, columns] of parts) {
    const percent = isStranded ? 1 : share(part);
    const mass = columns.reduce((sum, column) => sum + masses[column], 0);
    for (const column of columns) {
      // Rounding must not shut a group out of a part that has a share.
      if (percent > 0) weights[column] = Math.max(1, divide(percent * PERCENT * masses[column], mass));
    }
  }
  return weights;
}

// Divides whole numbers and rounds to the nearest.
function divide(dividend, divisor) {
  return Math.floor((dividend + Math.floor(divisor / 2)) / divisor);
}

function explainGroups(mesh, groups, percents) {
  return groups.map((group, index) => {
    const name = mesh.clusters[group.cluster].name;
    const percent = percents.get(group.cluster);
    const text = percent === undefined ? "shares what the canaries leave" : `\`${name}\` is a canary of ${percent} percent`;
    // Without a client: it holds for all of them.
    return { client: undefined, group: index, text };
  });
}
