// What the page was given, with the look-ups that everything else needs.
const given = JSON.parse(byId("data").textContent);
const SEVERITIES = ["error", "warning", "info"];

const isSingle = new Set(given.nodes.map(({ namespace }) => namespace)).size === 1;
const nodes = given.nodes.map((node, id) => ({
  ...node,
  id,
  label: isSingle ? node.name : `${node.namespace}/${node.name}`,
  severity: SEVERITIES.find((severity) =>
    node.problems.some((number) => given.problems[number].severity === severity)),
}));
const externals = given.externals.map((external, number) => ({ ...external, id: nodes.length + number }));
const ends = [...nodes, ...externals];
const namespaces = new Map();
for (const node of nodes) {
  if (!namespaces.has(node.namespace)) namespaces.set(node.namespace, []);
  namespaces.get(node.namespace).push(node);
}
for (const members of namespaces.values()) members.sort((a, b) => (a.name < b.name ? -1 : 1));
const names = [...namespaces.keys()].sort();

const flows = given.flows.map((flow) => ({
  ...flow,
  sources: new Set(flow.from),
  destinations: new Set(flow.to),
  reasons: flow.reasons.map((number) => given.reasons[number]),
}));
const outOf = ends.map(() => []);
const into = ends.map(() => []);
for (const flow of flows) {
  for (const id of flow.from) outOf[id].push(flow);
  for (const id of flow.to) into[id].push(flow);
}
const selecting = nodes.map(() => []);
given.policies.forEach((policy) => policy.selects.forEach((id) => selecting[id].push(policy)));

function policyLabel({ namespace, name }) {
  return namespace ? `${namespace}/${name}` : name;
}

function isExternal(id) {
  return id >= nodes.length;
}

function label(id) {
  return ends[id].label;
}

// Nothing is refused there: no policy isolates it, or one allows everything.
function isOpen(id, direction) {
  return isExternal(id) || nodes[id].open.includes(direction);
}

function gateOf(node, direction) {
  if (!node.open.includes(direction)) return "shut";
  return node.isolated.includes(direction) ? "wide" : "free";
}

function isIsolated(id, direction) {
  return !isExternal(id) && nodes[id].isolated.includes(direction);
}

// Ports: null is every port; else [protocol, first, last] each.
function unite(lists) {
  if (lists.some((ports) => ports === null)) return null;
  const united = [];
  for (const [protocol, first, last] of lists.flat().sort((a, b) => a[0].localeCompare(b[0]) || a[1] - b[1])) {
    const before = united.at(-1);
    if (before && before[0] === protocol && first <= before[2] + 1) before[2] = Math.max(before[2], last);
    else united.push([protocol, first, last]);
  }
  const whole = united.filter(([, first, last]) => first <= 1 && last === 65535);
  return whole.length === 3 ? null : united;
}

function portsText(ports) {
  if (ports === null) return "all ports";
  const texts = new Map();
  for (const [protocol, first, last] of ports) {
    const whole = first <= 1 && last === 65535;
    const text = whole ? "all" : first === last ? `${first}` : `${first}-${last}`;
    texts.set(protocol, [...(texts.get(protocol) ?? []), text]);
  }
  return [...texts].map(([protocol, items]) => `${protocol} ${items.join(", ")}`).join(" · ") || "no ports";
}

// The same in little room: at most three ports, and how many more there are.
function fewPorts(ports) {
  if (ports === null || ports.length <= 3) return portsText(ports);
  return `${portsText(ports.slice(0, 3))} + ${ports.length - 3}`;
}
