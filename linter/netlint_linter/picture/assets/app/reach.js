// Questions about who reaches whom, and what the filters leave of the answers.
const filter = { namespace: "", protocol: "", port: null, exposed: false, problems: false };

function isFiltered() {
  return Boolean(filter.namespace || filter.protocol || filter.port || filter.exposed || filter.problems);
}

function passes(ports) {
  if (!filter.protocol && !filter.port) return true;
  if (ports === null) return true;
  const [low, high] = filter.port ?? [1, 65535];
  return ports.some(([protocol, first, last]) =>
    (!filter.protocol || protocol === filter.protocol) && first <= high && low <= last);
}

// "5432" or "8000-8100" as [first, last]; null where it is neither.
function parsePort(text) {
  const match = /^\s*(\d{1,5})\s*(?:[-–]\s*(\d{1,5})\s*)?$/.exec(text);
  if (!match) return null;
  const first = Number(match[1]);
  const last = match[2] ? Number(match[2]) : first;
  return first <= last && last <= 65535 ? [first, last] : null;
}

function between(from, to) {
  return from === to ? [] : outOf[from].filter((flow) => flow.destinations.has(to) && passes(flow.ports));
}

// The other ends of a workload's flows: Map of id to flows.
function peers(id, direction) {
  const incoming = direction === "ingress";
  const found = new Map();
  for (const flow of incoming ? into[id] : outOf[id]) {
    if (!passes(flow.ports)) continue;
    for (const other of incoming ? flow.from : flow.to) {
      if (other === id) continue;
      if (!found.has(other)) found.set(other, []);
      found.get(other).push(flow);
    }
  }
  return found;
}

// Something leads there from outside, and policies let it in.
function entered(node) {
  return node.ways.some(({ passes: answer }) => answer === "yes" || answer === "partly");
}

// The sources that can reach a workload, itself left out.
function sourcesOf(id) {
  return new Set(into[id].flatMap((flow) => flow.from).filter((source) => source !== id));
}

// From the internet, or from every other namespace: wider than most people mean.
const exposedTo = nodes.map((node) => {
  const sources = sourcesOf(node.id);
  const wide = externals.filter(({ id, wide: isWide }) => isWide && sources.has(id));
  if (wide.some(({ inCluster }) => !inCluster)) return "internet";
  const others = names.filter((name) => name !== node.namespace);
  const all = others.length > 1 && others.every((name) => namespaces.get(name).some(({ id }) => sources.has(id)));
  return wide.length || all ? "namespaces" : entered(node) ? "entry" : "";
});

function matches(node) {
  return (!filter.namespace || node.namespace === filter.namespace)
    && (!filter.exposed || exposedTo[node.id] !== "")
    && (!filter.problems || node.problems.length > 0)
    && ((!filter.protocol && !filter.port) || [...into[node.id], ...outOf[node.id]].some((flow) => !flow.open && passes(flow.ports)));
}

// How an arrow's end reads; `role` is "from" or "to".
function endText([extent, name], role) {
  if (extent === "end") return label(name);
  if (extent === "namespace") return `every pod in ${name}`;
  if (extent === "every") return "every pod";
  return role === "from" ? "every pod with open egress" : "every pod with open ingress";
}

function endMembers([extent, name], role) {
  if (extent === "end") return [name];
  if (extent === "namespace") return namespaces.get(name).map(({ id }) => id);
  const direction = role === "from" ? "egress" : "ingress";
  return nodes.filter(({ id }) => extent === "every" || isOpen(id, direction)).map(({ id }) => id);
}
