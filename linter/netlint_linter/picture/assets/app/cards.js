// Workloads as chips, namespaces as cards, and what stands outside of them.
function chip(node) {
  const gate = (direction, word) => {
    const state = gateOf(node, direction);
    const words = { shut: "isolated by policies", wide: "policies allow everything", free: "no policy restricts it" };
    return el("i", { class: `gate ${direction} ${state}`, title: `${word}: ${words[state]}` });
  };
  return el("button", {
    class: "chip", "data-id": node.id, tabindex: -1, "aria-label": chipWords(node),
  },
  gate("ingress", "Ingress"), gate("egress", "Egress"),
  el("b", { title: node.name }, entered(node) ? icon("globe") : null, node.name),
  el("small", {}, node.kind + (node.replicas === null ? "" : ` × ${node.replicas}`) + (node.hostNetwork ? ", host network" : "")),
  node.severity ? badge(node.severity, node.problems.length) : null,
  el("em", { class: "role", "aria-hidden": "true" }));
}

function chipWords(node) {
  const { open } = node;
  const state = open.length === 2 ? "open in both directions" : open.length ? `open for ${open[0]}` : "restricted in both directions";
  const way = entered(node) ? ", with a way in from outside" : "";
  const problems = node.problems.length ? `, ${plural(node.problems.length, "finding")}` : "";
  return `${node.kind} ${node.label}, ${state}${way}${problems}`;
}

function badge(severity, count) {
  return el("span", { class: `badge ${severity}`, title: `${plural(count, "finding")}, the worst: ${severity}` },
    icon(severity), `${count}`);
}

function worst(members) {
  return SEVERITIES.find((severity) => members.some((node) => node.severity === severity));
}

// `mesh`: ports on which the namespace's pods reach each other, undefined where they don't all.
function card(name, members, { unfolded, mesh }) {
  const count = new Set(members.flatMap((node) => node.problems)).size;
  const head = el("header", {},
    el("button", { class: "name", "data-namespace": name, tabindex: -1, title: name, "aria-label": `Namespace ${name}, ${plural(members.length, "workload")}` },
      el("b", {}, name), el("small", {}, plural(members.length, "workload"))),
    count ? badge(worst(members), count) : null,
    el("button", { class: "fold", "data-fold": name, tabindex: -1, "aria-expanded": String(unfolded), "aria-label": `${unfolded ? "Fold" : "Unfold"} ${name}` },
      icon(unfolded ? "fold" : "unfold")));
  const tags = mesh === undefined ? null
    : el("p", { class: "mesh", title: "A policy lets every pod of this namespace reach every other" }, `pods reach each other: ${fewPorts(mesh)}`);
  const body = unfolded ? el("div", { class: "body" }) : dots(members);
  return el("section", { class: `card${unfolded ? " unfolded" : ""}`, "data-card": name, "aria-label": `Namespace ${name}` }, head, body, tags);
}

// A folded card shows a dot for each workload: its gates and its findings.
function dots(members) {
  const shown = members.slice(0, 44);
  const more = members.length - shown.length;
  return el("div", { class: "dots", "aria-hidden": "true" },
    shown.map((node) => el("i", { class: `dot ${["ingress", "egress"].filter((way) => !node.open.includes(way)).join(" ")} ${node.severity ?? ""}` })),
    more ? el("small", {}, `+${more}`) : null);
}

function outside(key, text, glyph, note) {
  return el("button", { class: "outside", "data-outside": key, tabindex: -1, "aria-label": text },
    icon(glyph), el("b", { title: text }, text), note ? el("small", {}, note) : null);
}

function place(element, { x, y, width, height }) {
  Object.assign(element.style, {
    left: `${Math.round(x)}px`,
    top: `${Math.round(y)}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
  return element;
}
