// The map: cards and lines in a scene that can be moved and zoomed.
const unfolded = new Set();
let scene = { boxes: new Map(), lines: [], width: 0, height: 0 };
const narrow = matchMedia("(max-width: 700px)");

// What an end of an arrow is drawn as: [key of the box, key of the box that is laid out].
function anchor([extent, name], role) {
  if (extent === "every" || extent === "open") return [`${extent}:${role}`, `${extent}:${role}`];
  if (extent === "namespace") return [`card:${name}`, `card:${name}`];
  if (isExternal(name)) return [`outside:${name}:${role}`, `outside:${name}:${role}`];
  const group = `card:${nodes[name].namespace}`;
  return [unfolded.has(nodes[name].namespace) ? `node:${name}` : group, group];
}

// What the filters leave: workloads that match, and those at the other end of their arrows.
function visible() {
  const arrows = given.arrows.filter((arrow) => passes(arrow.ports));
  if (!isFiltered()) return { arrows, shown: new Set(nodes.map(({ id }) => id)), matching: null };
  const matching = new Set(nodes.filter(matches).map(({ id }) => id));
  const shown = new Set(matching);
  const hits = (end, role) => endMembers(end, role).some((id) => matching.has(id));
  const touching = arrows.filter(({ from, to }) => hits(from, "from") || hits(to, "to"));
  for (const { from, to } of touching) {
    for (const [extent, id] of [from, to]) if (extent === "end" && !isExternal(id)) shown.add(id);
  }
  return { arrows: touching, shown, matching };
}

function gather(arrows) {
  const lines = new Map();
  const mesh = new Map();
  for (const arrow of arrows) {
    const [from, outerFrom] = anchor(arrow.from, "from");
    const [to, outerTo] = anchor(arrow.to, "to");
    if (from === to) {
      const whole = arrow.from[0] === "namespace" && arrow.to[0] === "namespace";
      if (whole) mesh.set(arrow.from[1], unite([mesh.get(arrow.from[1]) ?? [], arrow.ports]));
      continue;
    }
    const key = JSON.stringify([from, to]);
    if (!lines.has(key)) lines.set(key, { keys: [from, to], outer: [outerFrom, outerTo], arrows: [] });
    lines.get(key).arrows.push(arrow);
  }
  return { lines: [...lines.values()].map(describe), mesh };
}

function describe(line) {
  const { arrows } = line;
  const sure = arrows.filter(({ certain }) => certain);
  const texts = arrows.slice(0, 12).map((arrow) =>
    `${endText(arrow.from, "from")} → ${endText(arrow.to, "to")}: ${portsText(arrow.ports)}${doubt(arrow)}`);
  if (arrows.length > 12) texts.push(`and ${arrows.length - 12} more`);
  return {
    ...line,
    ports: unite((sure.length ? sure : arrows).map(({ ports }) => ports)),
    certain: sure.length > 0,
    inDoubt: arrows.some(({ inDoubt }) => inDoubt),
    text: texts.join("\n"),
  };
}

function doubt({ certain, inDoubt }) {
  return certain ? (inDoubt ? ", perhaps more" : "") : " (perhaps)";
}

function boxesFor(lines, mesh, shown) {
  const boxes = [];
  for (const name of names) {
    const members = namespaces.get(name).filter(({ id }) => shown.has(id));
    const key = `card:${name}`;
    const needed = lines.some(({ outer }) => outer.includes(key));
    if (!members.length && !needed) continue;
    const open = unfolded.has(name) && members.length > 0;
    const inside = open ? insideOf(members, lines) : null;
    const size = inside ?? CARD.folded;
    const height = size.height + (mesh.has(name) ? 22 : 0);
    boxes.push({ key, name, inside, members: members.length ? members : namespaces.get(name), width: size.width, height, anchor: open ? CARD.head / 2 : height / 2, mesh: mesh.get(name) });
  }
  const beyond = new Map();
  for (const { keys } of lines) for (const key of keys) if (!/^(card|node)/.test(key)) beyond.set(key, pill(key));
  return [...boxes, ...beyond.values()];
}

function pill(key) {
  const [extent, name] = key.split(":");
  const text = extent === "outside" ? label(Number(name)) : endText([extent, ""], key.split(":")[1]);
  const width = Math.min(Math.max(text.length * 7.8 + 62, 120), 340);
  return { key, text, glyph: extent === "outside" ? "globe" : "pods", width, height: 44, anchor: 22 };
}

function insideOf(members, lines) {
  const own = new Set(members.map(({ id }) => `node:${id}`));
  const edges = lines.filter(({ keys }) => own.has(keys[0]) && own.has(keys[1]))
    .map(({ keys }) => keys.map((key) => Number(key.slice(5))));
  const dense = edges.length > 8 + 2 * members.length;
  if (!narrow.matches) return arrangeCard(members, dense ? [] : edges, gapFor(lines.filter(({ keys }) => own.has(keys[0]) && own.has(keys[1]))), Math.min(members[0].namespace.length * 8 + 170, 420));
  const width = (viewportWidth() - 24 - 2 * CARD.padding - CHIP.gap) / 2;
  const placed = new Map();
  const boxes = members.map(({ id }) => ({ key: id, width, height: CHIP.height }));
  const size = shelve(boxes, 0, 2 * width + CHIP.gap + 1, CHIP.gap, placed);
  return { placed, width: viewportWidth() - 24, height: size.height + CARD.head + CARD.padding };
}

function viewportWidth() {
  return byId("viewport").clientWidth;
}

// Room for the longest label between two ranks.
function gapFor(lines) {
  const longest = Math.max(...lines.map((line) => lineText(line).length), 0);
  return Math.min(Math.max(longest * 6.4 + 40, 64), 150);
}

function drawMap() {
  const { arrows, shown, matching } = visible();
  const { lines, mesh } = gather(arrows);
  const boxes = boxesFor(lines, mesh, shown);
  const quiet = lines.length > 30 + boxes.length;
  const laid = narrow.matches ? stack(inReadingOrder(boxes), 14) : bestLayout(boxes, lines, quiet);
  scene = { boxes: new Map(), lines, width: laid.width, height: laid.height, downward: laid.downward, bends: laid.bends ?? new Map() };
  byId("viewport").classList.toggle("calm", quiet);
  byId("viewport").classList.toggle("shut", !boxes.some(({ inside }) => inside));
  const elements = [];
  for (const box of laid.placed.values()) elements.push(...drawBox(box, matching));
  byId("cards").replaceChildren(...elements, ...(elements.length ? [] : [emptyNote()]));
  drawLines();
  byId("count").textContent = isFiltered() ? `${plural(matching.size, "workload")} of ${nodes.length}` : "";
}

// Of ranks to the right and ranks downward, what can be shown larger. With more lines than anyone
// can follow, an orderly grid, and lines only for what is pointed at.
function bestLayout(boxes, lines, quiet) {
  const { clientWidth: width, clientHeight: height } = byId("viewport");
  const area = boxes.reduce((sum, box) => sum + (box.width + 40) * (box.height + 30), 0);
  const across = Math.sqrt(area * (width / height));
  const spacing = { nodesep: 26, widest: across };
  if (quiet) return arrange([...boxes].sort((a, b) => isCard(a) - isCard(b)), [], spacing);
  const edges = lines.map(({ outer }) => outer).filter(([from, to]) => from !== to);
  const ranksep = gapFor(lines.filter(({ outer }) => outer[0] !== outer[1]));
  const limit = across / (width / height) * 1.3;
  const right = arrange(boxes, edges, { ...spacing, ranksep, tallest: Math.max(limit, height * 1.2) });
  const down = arrange(boxes, edges, { ...spacing, ranksep: 64, downward: true, tallest: Math.max(across * 1.2, width * 1.4) });
  const scale = (laid) => Math.min(width / laid.width, height / laid.height, 1.1);
  return scale(right) >= scale(down) * 0.9 ? right : down;
}

function isCard({ key }) {
  return key.startsWith("card:");
}

function emptyNote() {
  const text = nodes.length ? "No workload passes these filters." : "No workloads in view. Give netlint the manifests of Deployments, StatefulSets and the like next to the policies.";
  return el("p", { class: "empty" }, text);
}

// Sources above, what they reach below.
function inReadingOrder(boxes) {
  const rank = ({ key }) => (key.endsWith(":from") ? 0 : key.startsWith("card") ? 1 : 2);
  const width = viewportWidth() - 24;
  return boxes.map((box) => ({ ...box, width })).sort((a, b) => rank(a) - rank(b));
}

function drawBox(box, matching) {
  scene.boxes.set(box.key, box);
  if (!box.members) {
    return [place(outside(box.key, box.text, box.glyph, box.key.endsWith(":from") ? "source" : "destination"), box)];
  }
  const element = place(card(box.name, box.members, { unfolded: Boolean(box.inside), mesh: box.mesh }), box);
  if (!box.inside) return [element];
  const body = element.querySelector(".body");
  for (const spot of box.inside.placed.values()) {
    const chipElement = chip(nodes[spot.key]);
    if (matching && !matching.has(spot.key)) chipElement.classList.add("context");
    body.append(place(chipElement, spot));
    scene.boxes.set(`node:${spot.key}`, { ...spot, key: `node:${spot.key}`, x: box.x + CARD.padding + spot.x, y: box.y + CARD.head + spot.y, anchor: CHIP.height / 2 });
  }
  return [element];
}

function drawLines() {
  const taken = [...scene.boxes.values()].map((box) => (box.inside ? { ...box, height: CARD.head - 8 } : box));
  const drawn = scene.lines.map((line, number) => {
    const [from, to] = line.keys.map((key) => scene.boxes.get(key));
    return from && to ? drawLine({ ...line, from, to, ...bendsOf(line) }, number, taken) : null;
  });
  const lines = byId("lines");
  lines.setAttribute("width", scene.width + 200);
  lines.setAttribute("height", scene.height + 200);
  lines.classList.toggle("labelled", scene.lines.length <= 18);
  lines.replaceChildren(...drawn.filter(Boolean));
}

// The points to go through, in the scene, and whether the line goes downward.
function bendsOf({ keys, outer }) {
  if (outer[0] !== outer[1]) return { bends: scene.bends.get(bendKey(...outer)) ?? [], vertical: Boolean(scene.downward) };
  const box = scene.boxes.get(outer[0]);
  const bends = box.inside.bends?.get(bendKey(...keys.map((key) => key.slice(5)))) ?? [];
  return { bends: bends.map(([x, y]) => [x + box.x + CARD.padding, y + box.y + CARD.head]), vertical: false };
}
