// The panel beside the picture: what is selected, and every policy line behind it.
function showPanel() {
  const parts = selection ? PANELS[selection.kind](selection) : overview();
  const close = selection ? el("button", { class: "icon dismiss", "aria-label": "Close details", onclick: () => select(null) }, icon("close")) : null;
  const panel = byId("panel");
  panel.replaceChildren(...[close, ...parts].filter(Boolean));
  panel.classList.toggle("chosen", Boolean(selection));
  panel.scrollTop = 0;
  for (const code of panel.querySelectorAll("details[open] .code")) showMarked(code);
}

const PANELS = {
  node: ({ id }) => (isExternal(id) ? outsidePanel(id) : nodePanel(nodes[id])),
  namespace: ({ name }) => namespacePanel(name),
  pair: ({ from, to }) => pairPanel(from, to),
  arrows: ({ arrows }) => arrowsPanel(arrows),
  open: ({ direction, all }) => openPanel(direction, all),
};

function overview() {
  const openIn = nodes.filter(({ id }) => isOpen(id, "ingress"));
  const openOut = nodes.filter(({ id }) => isOpen(id, "egress"));
  const exposed = (to) => nodes.filter(({ id }) => exposedTo[id] === to);
  const entries = nodes.filter(entered);
  return [
    el("h2", {}, "At a glance"),
    el("p", { class: "lead" }, `${plural(nodes.length, "workload")} in ${plural(names.length, "namespace")}, ${plural(given.policies.length, "policy", "policies")}.`),
    given.policies.length || !nodes.length ? null : el("p", { class: "note open" }, "No policy selects a pod: every pod may reach every pod, and any address."),
    stat("open", openIn, "open for ingress", "Every pod that may send can connect to them, on every port."),
    stat("open", openOut, "open for egress", "They may connect to any address."),
    stat("globe", entries, "with a way in from outside", "A route, a load balancer or a node port leads there, and policies let it in."),
    stat("globe", exposed("internet"), "open to the internet", "As far as policies go: something must lead there too, such as a load balancer or a route between networks."),
    stat("pods", exposed("namespaces"), "open to every namespace, and not to the internet", "Pods of any namespace can connect on some port."),
    ...problemList(given.problems.map((_, number) => number), "Findings"),
    legend(),
  ];
}

function stat(glyph, members, words, explanation) {
  if (!members.length) return null;
  return el("details", { class: "stat" },
    el("summary", {}, icon(glyph), el("b", {}, `${members.length}`), ` ${words}`),
    el("p", { class: "hint" }, explanation),
    lazily(() => el("ul", { class: "rows" }, members.map((node) => el("li", {}, nodeButton(node.id))))));
}

// Long lists are made when they are opened.
function lazily(make) {
  const holder = el("div");
  queueMicrotask(() => holder.closest("details")?.addEventListener("toggle", () => holder.childElementCount || holder.append(make())));
  return holder;
}

function nodeButton(id, ...more) {
  return el("button", { class: "row", "data-go": id, onclick: () => select({ kind: "node", id }) },
    el("span", {}, label(id)), ...more);
}

// Findings, the worst first; those of one rule after their first are folded.
function problemList(numbers, title) {
  if (!numbers.length) return [];
  const rules = new Map();
  for (const number of numbers) {
    const { code } = given.problems[number];
    rules.set(code, [...(rules.get(code) ?? []), number]);
  }
  const rank = ([first]) => SEVERITIES.indexOf(given.problems[first].severity);
  const sorted = [...rules.values()].sort((a, b) => rank(a) - rank(b));
  return [el("h3", {}, title, el("small", {}, ` ${numbers.length}`)), el("ul", { class: "problems" }, sorted.map(([first, ...rest]) => el("li", { class: given.problems[first].severity },
    ...problemView(first, true),
    rest.length ? el("details", {}, el("summary", {}, `${rest.length} more`), lazily(() => el("div", {}, rest.flatMap((number) => problemView(number, false))))) : null)))];
}

function problemView(number, titled) {
  const { code, severity, message, place: where } = given.problems[number];
  const bitten = nodes.filter((node) => node.problems.includes(number) && node.id !== selection?.id);
  return [
    el("p", { class: "message" }, titled ? [icon(severity), el("b", {}, `${severity} ${code} `)] : [], message),
    el("p", { class: "place" }, where),
    bitten.length ? el("p", { class: "bites" }, bitten.slice(0, 3).map((node) => el("button", { class: "link", onclick: () => select({ kind: "node", id: node.id }) }, node.label)), bitten.length > 3 ? `and ${bitten.length - 3} more` : null) : null,
  ];
}

function nodePanel(node) {
  const gate = (direction, verb) => {
    const policies = selecting[node.id].filter((policy) => policy.isolates.includes(direction));
    const state = gateOf(node, direction);
    const who = policies.length === 1 ? `${policies[0].name} allows` : `${policies.length || ""} policies allow`;
    const text = { shut: `only what ${who}`, wide: `policies select it and allow everything: ${verb}`, free: `no policy restricts it: ${verb}` }[state];
    return el("p", { class: `state ${state}` }, icon(state === "shut" ? "locked" : "open"), el("b", {}, direction === "ingress" ? "Ingress " : "Egress "), text);
  };
  return [
    el("p", { class: "kicker" }, node.kind), el("h2", {}, node.name), el("p", { class: "sub" }, `in ${node.namespace}`),
    node.place ? el("p", { class: "place" }, node.place) : null,
    node.labels.length ? el("p", { class: "labels" }, node.labels.map((text) => el("code", {}, text))) : null,
    gate("ingress", "anyone that may send can connect"), gate("egress", "it may connect anywhere"),
    node.severity ? el("p", { class: `state ${node.severity}` }, icon(node.severity), el("b", {}, plural(node.problems.length, "finding")), "see below") : null,
    ...wayList(node),
    ...peerList(node.id, "ingress", "Who can reach it"), ...peerList(node.id, "egress", "What it can reach"),
    ...problemList(node.problems, "Findings here"),
    ...policyList(selecting[node.id], "Policies that select it"),
  ];
}

const PASSES = { yes: "let in", no: "refused", perhaps: "perhaps", partly: "for some addresses" };

function wayList(node) {
  if (!node.ways.length) return [];
  return [el("h3", {}, "Ways in from outside"), el("ul", { class: "ways" }, node.ways.map((way) => el("li", {},
    el("span", {}, icon("globe"), way.words), el("small", { class: `mark ${way.passes}` }, PASSES[way.passes]),
    el("span", { class: "place" }, way.place))))];
}

function outsidePanel(id) {
  return [
    el("p", { class: "kicker" }, ends[id].inCluster ? "Pods in view or not" : "Outside the cluster"), el("h2", {}, label(id)),
    ...peerList(id, "egress", "What it can reach"), ...peerList(id, "ingress", "Who can reach it"),
  ];
}

// The other ends, one row where a whole namespace has the same answer.
function peerList(id, direction, title) {
  const found = peers(id, direction);
  const rows = [];
  for (const outsider of externals) if (found.has(outsider.id)) rows.push(peerRow(id, direction, [outsider.id], found));
  for (const name of names) rows.push(...namespaceRows(id, direction, name, found));
  const none = el("p", { class: "hint" }, direction === "ingress" ? "Nobody: no policy allows anything in." : "Nothing: no policy allows anything out.");
  return [el("h3", {}, title, el("small", {}, found.size ? ` ${found.size}` : "")), rows.length ? el("ul", { class: "rows" }, rows) : none];
}

function namespaceRows(id, direction, name, found) {
  const groups = new Map();
  for (const { id: other } of namespaces.get(name)) {
    if (!found.has(other)) continue;
    const key = summary(found.get(other)).join();
    groups.set(key, [...(groups.get(key) ?? []), other]);
  }
  return [...groups.values()].flatMap((ids) => {
    const whole = ids.length === namespaces.get(name).filter((node) => node.id !== id).length;
    if (ids.length > 1 && (whole || ids.length > 6)) return [groupRow(id, direction, name, ids, found, whole)];
    return ids.map((other) => peerRow(id, direction, [other], found));
  });
}

function summary(between) {
  const marks = [between.every((flow) => flow.open) ? "open" : "", between.every((flow) => flow.certain) ? "" : "perhaps"];
  return [portsText(unite(between.map(({ ports }) => ports))), ...marks.filter(Boolean)];
}

function peerRow(id, direction, [other], found) {
  const [from, to] = direction === "ingress" ? [other, id] : [id, other];
  return el("li", {}, el("button", { class: "row", "data-pair": `${from},${to}`, onclick: () => select({ kind: "pair", from, to }) },
    el("span", {}, label(other)), ...rowMarks(found.get(other))));
}

function rowMarks(between) {
  const [ports, ...marks] = summary(between);
  return [el("small", {}, ports), ...marks.map((mark) => el("small", { class: `mark ${mark.replace(" ", "-")}` }, mark))];
}

function groupRow(id, direction, name, ids, found, whole) {
  const text = whole ? `every pod in ${name}` : `${ids.length} workloads of ${name}`;
  return el("li", {}, el("details", { class: "group" },
    el("summary", { class: "row" }, el("span", {}, text), ...rowMarks(found.get(ids[0]))),
    lazily(() => el("ul", { class: "rows" }, ids.map((other) => peerRow(id, direction, [other], found))))));
}

function namespacePanel(name) {
  const members = namespaces.get(name);
  const policies = given.policies.filter((policy) => policy.namespace === name);
  const numbers = [...new Set(members.flatMap((node) => node.problems))];
  const arrows = (role) => given.arrows.filter((arrow) => endMembers(arrow[role], role).some((id) => nodes[id]?.namespace === name)
    && !endMembers(arrow[role === "to" ? "from" : "to"], role === "to" ? "from" : "to").every((id) => nodes[id]?.namespace === name));
  return [
    el("p", { class: "kicker" }, "Namespace"), el("h2", {}, name),
    el("p", { class: "sub" }, `${plural(members.length, "workload")}, ${plural(policies.length, "policy", "policies")}`),
    el("button", { class: "link", onclick: () => toggle(name) }, unfolded.has(name) ? "Fold in the map" : "Unfold in the map"),
    ...problemList(numbers, "Findings"),
    ...arrowList(arrows("to"), "What policies let in"), ...arrowList(arrows("from"), "What policies let out"),
    el("h3", {}, "Workloads"), el("ul", { class: "rows" }, members.map((node) => el("li", {}, nodeButton(node.id)))),
    ...policyList(policies, "Policies"),
  ];
}

function arrowList(arrows, title) {
  if (!arrows.length) return [];
  return [el("h3", {}, title), el("ul", { class: "rows" }, arrows.slice(0, 60).map((arrow) =>
    el("li", {}, el("button", { class: "row", onclick: () => select({ kind: "arrows", arrows: [arrow] }) },
      el("span", {}, `${endText(arrow.from, "from")} → ${endText(arrow.to, "to")}`), el("small", {}, portsText(arrow.ports)),
      arrow.inDoubt ? el("small", { class: "mark perhaps" }, arrow.certain ? "perhaps more" : "perhaps") : null)))),
  arrows.length > 60 ? el("p", { class: "hint" }, `and ${arrows.length - 60} more: see the matrix`) : null];
}

function openPanel(direction, all) {
  const words = all ? "Every pod" : `Every pod with open ${direction}`;
  const members = nodes.filter(({ id }) => all || isOpen(id, direction));
  return [el("h2", {}, words), el("p", { class: "sub" }, plural(members.length, "workload")),
    el("ul", { class: "rows" }, members.map((node) => el("li", {}, nodeButton(node.id))))];
}
