// home-first: endpoints of the client's own cluster count more.
//
// A plugin is a pure function. It sees the arguments of its calls and nothing else: there are no files and no network,
// the clock stands still, and every call may find a fresh engine. Weights are whole numbers: use Math.floor to divide.
//
// All words of the contract are in `.meshc/wit/weighting.wit` after the first build; here they are in camelCase.

// What the user may write. meshc holds the config against it before it calls anything but `describe`.
const SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  additionalProperties: false,
  properties: {
    factor: {
      description: "By what the weight of an endpoint at home is multiplied.",
      type: "integer",
      minimum: 1,
      maximum: 100,
      default: 2,
    },
  },
};

// The largest weight that Cilium takes.
const MOST = 65535;

// What meshc calls. The export has to have this name.
export const weigher = {
  describe() {
    // `reads` names the labels and annotations that the plugin looks at. It is given no others.
    return { name: "home-first", version: "0.1.0", configSchema: JSON.stringify(SCHEMA), reads: [] };
  },

  // Says what a schema cannot. It is called once for each build.
  check(config, mesh) {
    if (readFactor(config) !== 1) return [];
    return [
      {
        severity: "warning",
        code: "NO-EFFECT",
        message: "a factor of 1 changes nothing",
        // meshc knows the file and line of what a finding is about.
        subject: { tag: "config", val: "/factor" },
        help: "write 2 or more",
      },
    ];
  },

  // Answers each service from that service alone: one outcome for each, in their order.
  weigh(config, mesh, services, options) {
    const factor = readFactor(config);
    return services.map((service) => weigh(factor, service, options.explain));
  },
};

function readFactor(config) {
  return JSON.parse(config || "{}").factor ?? 2;
}

function weigh(factor, service, explain) {
  const values = [];
  const reasons = [];
  const columns = service.groups.length;
  service.clients.forEach((client, row) => {
    const weights = service.groups.map((group, column) => {
      const baseline = service.baseline[row * columns + column];
      // Where the baseline is 0 the mesh forbids traffic: the weight has to stay 0, as a multiple does.
      if (group.cluster !== client || baseline === 0) return baseline;
      if (explain) {
        const text = `at home: ${factor} times the baseline of ${baseline}`;
        reasons.push({ client: row, group: column, text });
      }
      return baseline * factor;
    });
    values.push(...fit(weights));
  });
  // "endpoint": a weight is that of one endpoint, so a cluster with more of them takes more.
  return { weights: { basis: "endpoint", values }, findings: [], reasons };
}

// Scales a row down that is too large. Ratios stay, and nothing becomes 0 by that.
function fit(weights) {
  const most = Math.max(0, ...weights);
  if (most <= MOST) return weights;
  const scale = (weight) => Math.max(1, Math.floor((weight * MOST + Math.floor(most / 2)) / most));
  return weights.map((weight) => (weight === 0 ? 0 : scale(weight)));
}
