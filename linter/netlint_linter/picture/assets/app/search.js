// Search and filters.
const findable = [
  ...nodes.map((node) => ({ text: node.label, note: node.kind, hay: [node.label, node.kind, ...node.labels].join(" "), go: { kind: "node", id: node.id } })),
  ...names.map((name) => ({ text: name, note: "Namespace", hay: `${name} namespace`, go: { kind: "namespace", name } })),
  ...externals.map(({ id, label: text }) => ({ text, note: "outside", hay: text, go: { kind: "node", id } })),
  ...given.policies.map((policy) => ({
    text: policyLabel(policy), note: policy.kind, hay: `${policyLabel(policy)} ${policy.place} policy`, go: { kind: "policy", policy },
  })),
].map((entry) => ({ ...entry, hay: entry.hay.toLowerCase() }));
let hits = [];
let marked = -1;

function startSearch() {
  const input = byId("search");
  input.addEventListener("input", search);
  input.addEventListener("keydown", searchKey);
  input.addEventListener("blur", () => setTimeout(() => showHits([]), 150));
  input.addEventListener("focus", search);
}

function search() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length ? findable.filter(({ hay }) => words.every((word) => hay.includes(word))) : [];
  showHits(found.slice(0, 10), found.length, words.length > 0);
  byId("viewport").classList.toggle("finding", words.length > 0);
  const ids = new Set(found.filter(({ go }) => go.kind === "node").map(({ go }) => go.id));
  for (const element of byId("cards").querySelectorAll("[data-id], [data-card]")) {
    const held = element.dataset.id ? ids.has(Number(element.dataset.id)) : namespaces.get(element.dataset.card).some(({ id }) => ids.has(id));
    element.classList.toggle("found", held);
  }
}

function showHits(found, total = 0, searching = false) {
  hits = found;
  marked = found.length ? 0 : -1;
  const list = byId("results");
  list.hidden = !searching;
  byId("search").setAttribute("aria-expanded", String(searching));
  const more = total > found.length ? [el("li", { class: "hint", "aria-disabled": "true" }, `and ${total - found.length} more`)] : [];
  const none = searching && !found.length ? [el("li", { class: "hint", "aria-disabled": "true" }, "Nothing by that name")] : [];
  list.replaceChildren(...found.map((hit, number) => el("li", {
    role: "option", id: `hit-${number}`, onpointerdown: (event) => { event.preventDefault(); take(hit); },
  }, el("span", {}, hit.text), el("small", {}, hit.note))), ...more, ...none);
  markHit();
}

function markHit() {
  byId("results").querySelectorAll("[role=option]").forEach((option, number) => option.setAttribute("aria-selected", String(number === marked)));
  if (marked >= 0) byId("search").setAttribute("aria-activedescendant", `hit-${marked}`);
  else byId("search").removeAttribute("aria-activedescendant");
}

function searchKey(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (hits.length) marked = (marked + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length;
    markHit();
  } else if (event.key === "Enter" && hits[marked]) {
    take(hits[marked]);
  } else if (event.key === "Escape") {
    event.stopPropagation();
    leaveSearch();
    homeOf()?.focus({ preventScroll: true });
  }
}

function leaveSearch() {
  byId("search").value = "";
  search();
}

function take({ go }) {
  leaveSearch();
  byId("search").blur();
  if (go.kind !== "policy") {
    select(go);
    showSelected();
    return;
  }
  select(null);
  byId("panel").replaceChildren(el("button", { class: "icon dismiss", "aria-label": "Close details", onclick: () => select(null) }, icon("close")),
    el("p", { class: "kicker" }, go.policy.kind), el("h2", {}, go.policy.name), policyView(go.policy, 0, true),
    el("h3", {}, "Selects"), go.policy.selects.length ? el("ul", { class: "rows" }, go.policy.selects.map((id) => el("li", {}, nodeButton(id)))) : el("p", { class: "hint" }, "No workload in view."));
  byId("panel").classList.add("chosen");
}

function startFilters() {
  const option = (value, text) => el("option", { value }, text);
  byId("namespace").append(option("", "All namespaces"), ...names.map((name) => option(name, name)));
  byId("protocol").append(option("", "Any protocol"), ...["TCP", "UDP", "SCTP"].map((name) => option(name, name)));
  byId("namespace").addEventListener("change", ({ target }) => refilter({ namespace: target.value }));
  byId("protocol").addEventListener("change", ({ target }) => refilter({ protocol: target.value }));
  byId("port").addEventListener("input", ({ target }) => {
    const port = parsePort(target.value);
    target.setAttribute("aria-invalid", String(Boolean(target.value.trim()) && !port));
    refilter({ port });
  });
  for (const name of ["exposed", "problems"]) byId(name).addEventListener("click", () => refilter({ [name]: !filter[name] }));
  byId("reset").addEventListener("click", () => {
    for (const name of ["namespace", "protocol", "port"]) byId(name).value = "";
    byId("port").setAttribute("aria-invalid", "false");
    refilter({ namespace: "", protocol: "", port: null, exposed: false, problems: false });
  });
}

function refilter(change) {
  Object.assign(filter, change);
  for (const name of ["exposed", "problems"]) byId(name).setAttribute("aria-pressed", String(filter[name]));
  byId("reset").hidden = !isFiltered();
  const left = nodes.filter(matches);
  if (isFiltered() && left.length <= 40) for (const { namespace } of left) unfolded.add(namespace);
  drawMap();
  fit();
  light();
  showPanel();
  drawMatrix();
  announce(isFiltered() ? `${plural(left.length, "workload")} of ${nodes.length}` : "All workloads");
}
