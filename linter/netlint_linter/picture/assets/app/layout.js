// Where things are put. The same data is always laid out the same way.
const CHIP = { height: 46, gap: 14 };
const CARD = { padding: 14, head: 46, folded: { width: 212, height: 98 } };

// Boxes in ranks along the edges, unconnected ones on shelves below. `downward`: ranks go from top
// to bottom, else from left to right. `bends` holds the points an edge goes through, by its ends.
function arrange(boxes, edges, { downward = false, nodesep, ranksep, tallest, widest }) {
  const tied = new Set(edges.flat());
  const turn = (box) => (downward ? { ...box, width: box.height, height: box.width } : box);
  const placed = new Map();
  const bends = new Map();
  let size = ranked(boxes.filter(({ key }) => tied.has(key)).map(turn), edges, { nodesep, ranksep, tallest }, placed, bends);
  if (downward) size = turned(size, placed, bends);
  const loose = boxes.filter(({ key }) => !tied.has(key));
  const below = size.height ? size.height + nodesep * 1.5 : 0;
  const rest = shelve(loose, below, Math.max(size.width, widest), nodesep, placed);
  return {
    placed, bends, downward,
    width: Math.max(size.width, rest.width),
    height: loose.length ? rest.height : size.height,
  };
}

function turned({ width, height }, placed, bends) {
  for (const [key, box] of placed) placed.set(key, { ...box, x: box.y, y: box.x, width: box.height, height: box.width });
  for (const [key, points] of bends) bends.set(key, points.map(([x, y]) => [y, x]));
  return { width: height, height: width };
}

function ranked(boxes, edges, spacing, placed, bends) {
  if (!boxes.length) return { width: 0, height: 0 };
  const drawing = new graph.graphlib.Graph();
  drawing.setGraph({ rankdir: "LR", nodesep: spacing.nodesep, ranksep: spacing.ranksep, edgesep: 12 });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { key, width, height } of boxes) drawing.setNode(key, { width, height });
  for (const [from, to] of edges) drawing.setEdge(from, to);
  graph.layout(drawing);
  const columns = new Map();
  for (const box of boxes) {
    const { x, y } = drawing.node(box.key);
    const column = Math.round(x);
    if (!columns.has(column)) columns.set(column, []);
    columns.get(column).push({ ...box, x: x - box.width / 2, y: y - box.height / 2, middle: y });
  }
  const all = [...columns.values()].flat();
  const top = Math.min(...all.map(({ y }) => y));
  const height = Math.max(...all.map((box) => box.y + box.height)) - top;
  if (height > spacing.tallest) return wrapped(columns, spacing, placed);
  const left = Math.min(...all.map(({ x }) => x));
  for (const box of all) placed.set(box.key, { ...box, x: box.x - left, y: box.y - top });
  for (const { v, w } of drawing.edges()) {
    // Straight past the boxes of each rank between the ends, not only through its middle
    const points = drawing.edge(v, w).points.slice(1, -1).flatMap(({ x, y }) => {
      const rank = columns.get(Math.round(x));
      if (!rank) return [];
      const low = Math.min(...rank.map((box) => box.x));
      const high = Math.max(...rank.map((box) => box.x + box.width));
      return (drawing.node(v).x < drawing.node(w).x ? [low, high] : [high, low]).map((edge) => [edge - left, y - top]);
    });
    bends.set(bendKey(v, w), points);
  }
  return { width: Math.max(...all.map((box) => box.x + box.width)) - left, height };
}

function bendKey(from, to) {
  return JSON.stringify([String(from), String(to)]);
}

// Ranks that are too tall become several columns, side by side.
function wrapped(columns, { nodesep, ranksep, tallest }, placed) {
  const stacks = [];
  for (const x of [...columns.keys()].sort((a, b) => a - b)) {
    const boxes = columns.get(x).sort((a, b) => a.middle - b.middle);
    const total = boxes.reduce((sum, { height }) => sum + height + nodesep, 0);
    const limit = total / Math.ceil(total / tallest);
    let stack = null;
    for (const box of boxes) {
      if (!stack || stack.height + box.height / 2 > limit) {
        stack = { boxes: [], height: 0, width: 0, first: !stack };
        stacks.push(stack);
      }
      stack.boxes.push(box);
      stack.height += box.height + nodesep;
      stack.width = Math.max(stack.width, box.width);
    }
  }
  const height = Math.max(...stacks.map((stack) => stack.height)) - nodesep;
  let x = 0;
  stacks.forEach((stack, number) => {
    if (number) x += stack.first ? ranksep : nodesep * 2;
    let y = (height - stack.height + nodesep) / 2;
    for (const box of stack.boxes) {
      placed.set(box.key, { ...box, x: x + (stack.width - box.width) / 2, y });
      y += box.height + nodesep;
    }
    x += stack.width;
  });
  return { width: x, height };
}

function shelve(boxes, top, widest, gap, placed) {
  let x = 0;
  let y = top;
  let tall = 0;
  let width = 0;
  for (const box of boxes) {
    if (x && x + box.width > widest) {
      x = 0;
      y += tall + gap;
      tall = 0;
    }
    placed.set(box.key, { ...box, x, y });
    x += box.width + gap;
    tall = Math.max(tall, box.height);
    width = Math.max(width, x - gap);
  }
  return { width, height: boxes.length ? y + tall : top };
}

// As wide as the longest name of the namespace needs, within reason.
function chipWidth(members) {
  const longest = Math.max(...members.map(({ name }) => name.length));
  return Math.min(Math.max(longest * 8.2 + 44, 160), 300);
}

// The inside of an open card; `edges` are pairs of ids of its own workloads.
function arrangeCard(members, edges, ranksep, least) {
  const chip = chipWidth(members);
  const boxes = members.map(({ id }) => ({ key: id, width: chip, height: CHIP.height }));
  const columns = members.length > 24 ? 4 : members.length > 10 ? 3 : members.length > 4 ? 2 : 1;
  const inside = arrange(boxes, edges, {
    nodesep: CHIP.gap,
    ranksep,
    tallest: 9 * (CHIP.height + CHIP.gap),
    widest: columns * (chip + CHIP.gap),
  });
  return {
    placed: inside.placed,
    bends: inside.bends,
    width: Math.max(inside.width + 2 * CARD.padding, least),
    height: inside.height + CARD.head + CARD.padding,
  };
}

// Everything below everything, for narrow screens: [{key, width, height}] to places.
function stack(boxes, gap) {
  const placed = new Map();
  let y = 0;
  for (const box of boxes) {
    placed.set(box.key, { ...box, x: 0, y });
    y += box.height + gap;
  }
  return { placed, width: Math.max(...boxes.map(({ width }) => width), 0), height: y };
}
