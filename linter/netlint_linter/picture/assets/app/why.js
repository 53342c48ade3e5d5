// Why a connection is open or closed, with the lines of the policies.
function arrowsPanel(arrows) {
  if (arrows.length > 1) {
    return [el("p", { class: "kicker" }, "Connections"), el("h2", {}, `${arrows.length} connections`), ...arrowList(arrows, "Each of them")];
  }
  const [{ from, to, ports }] = arrows;
  if (from[0] === "end" && to[0] === "end") return pairPanel(from[1], to[1]);
  const sources = new Set(endMembers(from, "from"));
  const targets = new Set(endMembers(to, "to"));
  const carrying = flows.filter((flow) => !flow.open && flow.from.some((id) => sources.has(id)) && flow.to.some((id) => targets.has(id)));
  return [el("p", { class: "kicker" }, "Connections"), el("h2", {}, endText(from, "from"), el("i", { class: "to" }, " → "), endText(to, "to")),
    el("p", { class: "lead" }, portsText(ports) + doubt(arrows[0])),
    ...because(carrying, endText(from, "from"), endText(to, "to"))];
}

function pairPanel(from, to) {
  const found = between(from, to);
  const turn = el("button", { class: "link", onclick: () => select({ kind: "pair", from: to, to: from }) }, "the other way round");
  const head = [el("p", { class: "kicker" }, found.length ? "Connection" : "No connection"),
    el("h2", { class: "ends" }, endLink(from), el("i", { class: "to" }, " → "), endLink(to))];
  if (from === to) return [...head, el("p", { class: "lead" }, "A pod always reaches itself.")];
  if (!found.length) return [...head, ...refused(from, to), turn];
  const certain = found.every((flow) => flow.certain);
  return [...head,
    el("p", { class: "lead verdict allowed" }, `Allowed on ${portsText(unite(found.map(({ ports }) => ports)))}`),
    certain ? null : el("p", { class: "note" }, "Perhaps: some of it hangs on what isn't in view or can't be read."),
    ...because(found, label(from), label(to)), turn];
}

function endLink(id) {
  return el("button", { class: "link", onclick: () => select({ kind: "node", id }) }, label(id));
}

function because(found, from, to) {
  const side = (direction, free) => {
    const reasons = unique(found.flatMap((flow) => flow.reasons.filter((reason) => reason.direction === direction)));
    const defaults = found.some((flow) => !flow.reasons.some((reason) => reason.direction === direction));
    return [el("h3", {}, direction === "egress" ? "Why it may leave" : "Why it may arrive"),
      defaults ? el("p", { class: "state free" }, icon("open"), free) : null, ...reasons.map((reason, number) => reasonView(reason, number < 3))];
  };
  const outward = isOutside(from) ? [] : side("egress", `No policy restricts the egress of ${from}.`);
  const inward = isOutside(to) ? [] : side("ingress", `No policy restricts the ingress of ${to}.`);
  return [...outward, ...inward];
}

function isOutside(text) {
  return externals.some((outsider) => outsider.label === text);
}

function unique(reasons) {
  return [...new Map(reasons.map((reason) => [`${reason.place} ${reason.words}`, reason])).values()];
}

function reasonView(reason, open) {
  const policy = given.policies[reason.policy];
  if (!policy) return el("p", { class: "state" }, icon("info"), reason.words);
  return policyView(policy, reason.line, open, reason.words, reason.place);
}

// Which ends refuse; where both isolate, either may be the one.
function refused(from, to) {
  const ends = [[from, "egress"], [to, "ingress"]].filter(([id, direction]) => isIsolated(id, direction));
  const verdict = el("p", { class: "lead verdict denied" }, filter.port || filter.protocol ? "Not allowed on these ports" : "Not allowed");
  return [verdict, ...ends.flatMap(([id, direction]) => [
    el("p", { class: "state shut" }, icon("locked"), `Policies isolate the ${direction} of ${label(id)}${ends.length === 1 ? ", and none of their rules allows this." : "."}`),
    ...policyList(selecting[id].filter((policy) => policy.isolates.includes(direction)), ""),
  ]), ends.length > 1 ? el("p", { class: "hint" }, "Both ends must allow it; at least one of them doesn't.") : null];
}

function policyList(policies, title) {
  if (!policies.length) return [];
  return [title ? el("h3", {}, title) : null, ...policies.map((policy) => policyView(policy, 0, false))];
}

function policyView(policy, line, open, words, where) {
  const details = el("details", { class: "policy", open },
    el("summary", {}, el("b", {}, policyLabel(policy)), words ? el("span", {}, words) : null, el("span", { class: "place" }, where ?? policy.place)),
    code(policy, line));
  details.addEventListener("toggle", () => details.open && showMarked(details.querySelector(".code")));
  return details;
}

function code(policy, line) {
  const lines = policy.text.replace(/\n+$/, "").split("\n");
  const [first, last] = block(lines, line - policy.line);
  return el("pre", { class: "code", tabindex: 0, "aria-label": `Text of ${policy.name}` }, lines.map((text, number) =>
    el("span", { class: number >= first && number <= last ? "marked" : null }, el("i", {}, `${policy.line + number}`.padStart(4)), ` ${text}\n`)));
}

// The lines of the YAML node that begins at `start`: those that are indented deeper.
function block(lines, start) {
  if (start < 0 || start >= lines.length) return [-1, -1];
  const indent = (text) => text.length - text.trimStart().length;
  let last = start;
  while (last + 1 < lines.length && lines[last + 1].trim() && indent(lines[last + 1]) > indent(lines[start])) last += 1;
  return [start, last];
}

function showMarked(element) {
  const marked = element?.querySelector(".marked");
  if (marked) element.scrollTop = Math.max(marked.offsetTop - element.offsetTop - 40, 0);
}

function legend() {
  const row = (sample, text) => el("li", {}, sample, el("span", {}, text));
  const gate = (state) => el("i", { class: `sample gate ingress ${state}` });
  const lineSample = (kind) => svg("svg", { viewBox: "0 0 44 12", class: "sample" }, svg("g", { class: `line ${kind}` },
    svg("path", { class: "stroke", d: "M1 6H35" }), svg("path", { class: "head", d: "M43 6l-9 -4.5v9z" })));
  const cell = (kind) => el("i", { class: `sample cell ${kind}` });
  return el("details", { class: "legend", open: true }, el("summary", {}, "Legend"), el("ul", {},
    row(gate("shut"), "solid edge: policies isolate it (left: ingress, right: egress)"),
    row(gate("free"), "dotted edge: no policy restricts it"),
    row(gate("wide"), "dashed edge: policies allow everything"),
    row(el("i", { class: "sample mid" }, icon("globe")), "a route, load balancer or node port leads there, and is let in"),
    row(lineSample(""), "allowed by a policy, on some ports"),
    row(lineSample("all"), "allowed on every port"),
    row(lineSample("unsure"), "perhaps: hangs on what isn't in view"),
    row(cell("allowed"), "matrix: allowed by a policy; smaller: on some ports"),
    row(cell("open"), "matrix: open, nothing restricts either end"),
    row(cell("perhaps"), "matrix: perhaps"),
    row(cell("denied"), "matrix: not allowed")),
  el("p", { class: "hint" }, "Open traffic has no arrows: it would be an arrow between any two pods. Select a workload to see all of it."));
}
