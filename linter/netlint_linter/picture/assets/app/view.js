// Moving in the map, and what is lit up in it.
let selection = null;
const pan = graph.zoom().scaleExtent([0.12, 2.5]).on("zoom", ({ transform }) => {
  byId("scene").style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
  byId("viewport").classList.toggle("far", transform.k < 0.42);
});

function startView() {
  const viewport = graph.select(byId("viewport"));
  viewport.call(pan).on("dblclick.zoom", null);
  byId("viewport").addEventListener("click", clicked);
  byId("viewport").addEventListener("keydown", mapKey);
  byId("viewport").addEventListener("focusin", ({ target }) => target !== byId("viewport") && reveal(target));
}

function moveTo(x, y, scale) {
  graph.select(byId("viewport")).call(pan.transform, graph.zoomIdentity.translate(x, y).scale(scale));
}

function fit() {
  const { clientWidth: width, clientHeight: height } = byId("viewport");
  if (narrow.matches) return moveTo(12, 12, 1);
  const scale = Math.min(1.1, (width - 56) / Math.max(scene.width, 1), (height - 56) / Math.max(scene.height, 1));
  const readable = Math.max(scale, 0.4);
  const room = (size, length) => Math.max((size - length * readable) / 2, 28);
  return moveTo(room(width, scene.width), Math.min(room(height, scene.height), 140), readable);
}

// Brings what got the focus into sight.
function reveal(element) {
  const inside = byId("viewport").getBoundingClientRect();
  const box = element.getBoundingClientRect();
  const beyond = (start, end, low, high) => (start < low + 12 ? low + 12 - start : end > high - 12 ? high - 12 - end : 0);
  const dx = beyond(box.left, box.right, inside.left, inside.right);
  // On a narrow screen the panel covers the lower part.
  const covered = narrow.matches && selection ? inside.height * 0.62 : 0;
  const dy = beyond(box.top, box.bottom, inside.top, inside.bottom - covered);
  byId("viewport").scrollTo(0, 0);
  if (!dx && !dy) return;
  const { k, x, y } = currentTransform();
  moveTo(x + dx, y + dy, k);
}

function currentTransform() {
  return byId("viewport").__zoom;
}

function clicked({ target }) {
  const fold = target.closest("[data-fold]");
  if (fold) return toggle(fold.dataset.fold);
  const line = target.closest("[data-line]");
  if (line) return select({ kind: "arrows", arrows: scene.lines[line.dataset.line].arrows });
  const found = target.closest("[data-id], [data-namespace], [data-outside]");
  if (found) return select(chosen(found));
  const folded = target.closest("[data-card]:not(.unfolded)");
  return select(folded ? { kind: "namespace", name: folded.dataset.card } : null);
}

function chosen({ dataset }) {
  if (dataset.id) return { kind: "node", id: Number(dataset.id) };
  if (dataset.namespace !== undefined) return { kind: "namespace", name: dataset.namespace };
  const [extent, name] = dataset.outside.split(":");
  if (extent === "outside") return { kind: "node", id: Number(name) };
  return { kind: "open", direction: dataset.outside.endsWith(":from") ? "egress" : "ingress", all: extent === "every" };
}

function toggle(name) {
  const before = byId("cards").querySelector(`[data-card="${CSS.escape(name)}"]`)?.getBoundingClientRect();
  if (!unfolded.delete(name)) unfolded.add(name);
  drawMap();
  light();
  const after = byId("cards").querySelector(`[data-card="${CSS.escape(name)}"]`);
  if (!before || !after) return;
  if (selection) showPanel();
  const now = after.getBoundingClientRect();
  const { x, y, k } = currentTransform();
  moveTo(x + before.left - now.left, y + before.top - now.top, k);
  after.querySelector(".fold").focus({ preventScroll: true });
}

// Lights up what the selection touches, and dims the rest.
function light() {
  const near = nearSelection();
  const viewport = byId("viewport");
  viewport.classList.toggle("selecting", Boolean(near));
  for (const element of byId("cards").querySelectorAll("[data-id], [data-card], [data-outside]")) {
    const role = near ? roleOf(element, near) : "";
    element.classList.toggle("selected", role === "selected");
    element.classList.toggle("source", role.includes("source"));
    element.classList.toggle("target", role.includes("target"));
  }
  for (const element of byId("lines").children) {
    const line = scene.lines[element.dataset.line];
    element.classList.toggle("in", Boolean(near) && near.lineRole(line) === "in");
    element.classList.toggle("out", Boolean(near) && near.lineRole(line) === "out");
  }
  const raised = [...byId("lines").children].filter((element) => element.matches(".in, .out"));
  byId("lines").append(...raised);
  byId("lines").classList.toggle("many", raised.length > 12);
}

function roleOf({ dataset }, near) {
  const ids = dataset.id ? [Number(dataset.id)]
    : dataset.card !== undefined ? namespaces.get(dataset.card).map(({ id }) => id)
      : /^outside/.test(dataset.outside) ? [Number(dataset.outside.split(":")[1])] : [];
  const holds = (set) => ids.some((id) => set.has(id));
  if (holds(near.chosen) && (dataset.id || !unfolded.has(dataset.card))) return "selected";
  const side = dataset.outside?.split(":").pop();
  const roles = [holds(near.sources) && side !== "to" ? "source" : "", holds(near.targets) && side !== "from" ? "target" : ""];
  return roles.join(" ").trim();
}

function nearSelection() {
  if (!selection) return null;
  if (selection.kind === "arrows" || selection.kind === "pair") return nearArrows();
  if (selection.kind === "open") return null;
  const ids = selection.kind === "node" ? [selection.id] : namespaces.get(selection.name).map(({ id }) => id);
  const chosen = new Set(ids);
  const collect = (direction) => new Set(ids.flatMap((id) => [...peers(id, direction).keys()]));
  const touches = (end, role) => endMembers(end, role).some((id) => chosen.has(id));
  const lineRole = ({ arrows }) => {
    if (arrows.some(({ to }) => touches(to, "to"))) return "in";
    return arrows.some(({ from }) => touches(from, "from")) ? "out" : "";
  };
  return { chosen, sources: collect("ingress"), targets: collect("egress"), lineRole };
}

function nearArrows() {
  const arrows = selection.kind === "arrows" ? selection.arrows : [];
  const sources = new Set(selection.from === undefined ? arrows.flatMap(({ from }) => endMembers(from, "from")) : [selection.from]);
  const targets = new Set(selection.to === undefined ? arrows.flatMap(({ to }) => endMembers(to, "to")) : [selection.to]);
  const covers = ({ from, to }) => endMembers(from, "from").some((id) => sources.has(id)) && endMembers(to, "to").some((id) => targets.has(id));
  const held = new Set(arrows);
  const lineRole = (line) => (line.arrows.some((arrow) => (held.size ? held.has(arrow) : covers(arrow))) ? "out" : "");
  return { chosen: new Set(), sources, targets, lineRole };
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const ZOOMS = { "+": 1.25, "=": 1.25, "-": 0.8 };

function mapKey(event) {
  if (ZOOMS[event.key] && !event.ctrlKey && !event.metaKey) graph.select(byId("viewport")).call(pan.scaleBy, ZOOMS[event.key]);
  if (event.key === "0") fit();
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const all = [...byId("cards").querySelectorAll("button:not(.fold)")];
  const from = document.activeElement.closest("#cards button");
  const next = from ? nearest(from, all, step) : all.find((button) => button.matches(".chip")) ?? all[0];
  next?.focus({ preventScroll: true });
}

// The closest in the direction of the arrow key; what is off to the side counts as farther.
function nearest(from, all, [dx, dy]) {
  const centre = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const [x, y] = centre(from);
  const scored = all.filter((element) => element !== from).map((element) => {
    const [a, b] = centre(element);
    const along = (a - x) * dx + (b - y) * dy;
    const aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
    return { element, along, far: along + 2.2 * aside };
  }).filter(({ along }) => along > 4);
  return scored.sort((a, b) => a.far - b.far)[0]?.element;
}
