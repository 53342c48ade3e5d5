// The matrix: rows are sources, columns destinations; namespaces fold into one row and column.
const UNIT = 24;
const KINDS = ["denied", "perhaps", "open", "some", "all"];
const WORDS = { denied: "not allowed", perhaps: "perhaps", open: "open" };
const matrixOpen = new Set();
let axis = [];
let table = new Uint8Array(0);
let cursor = { row: 0, column: 0 };
let colours = {};

function buildTable() {
  const size = ends.length;
  table = new Uint8Array(size * size);
  for (const flow of flows) {
    if (!passes(flow.ports)) continue;
    const kind = !flow.certain ? 1 : flow.open ? 2 : flow.ports === null ? 4 : 3;
    for (const from of flow.from) {
      for (const to of flow.to) if (from !== to && table[from * size + to] < kind) table[from * size + to] = kind;
    }
  }
}

function buildAxis() {
  axis = externals.map(({ id }) => ({ ids: [id], text: label(id), id }));
  const kept = isFiltered() ? new Set(nodes.filter(matches).map(({ id }) => id)) : null;
  const partners = kept && new Set([...kept].flatMap((id) => ["ingress", "egress"].flatMap((way) =>
    [...peers(id, way)].filter(([, between]) => between.some((flow) => !flow.open)).map(([other]) => other))));
  for (const name of names) {
    const members = namespaces.get(name).filter(({ id }) => !kept || kept.has(id) || partners.has(id));
    if (!members.length) continue;
    axis.push({ ids: members.map(({ id }) => id), text: name, group: name });
    if (matrixOpen.has(name)) for (const node of members) axis.push({ ids: [node.id], text: node.name, id: node.id });
  }
  cursor = { row: Math.min(cursor.row, axis.length - 1), column: Math.min(cursor.column, axis.length - 1) };
}

// What a cell shows: its kind, and of how many pairs that share is.
function cellAt(row, column) {
  let open = 0;
  let pairs = 0;
  let kind = 0;
  for (const from of axis[row].ids) {
    for (const to of axis[column].ids) {
      if (from === to || (isExternal(from) && isExternal(to))) continue;
      const found = table[from * ends.length + to];
      pairs += 1;
      if (found) open += 1;
      if (found > kind) kind = found;
    }
  }
  return { kind: KINDS[kind], open, pairs };
}

function cellWords(row, column) {
  if (!axis.length) return "Nothing to show";
  const [from, to] = [axis[row], axis[column]];
  const title = `${from.group ?? label(from.id)} to ${to.group ?? label(to.id)}`;
  const { kind, open, pairs } = cellAt(row, column);
  if (from.group !== undefined || to.group !== undefined) return `${title}: ${open} of ${plural(pairs, "connection")} allowed`;
  if (!pairs) return `${title}: ${from.id === to.id ? "the same workload" : "both outside"}`;
  const ports = portsText(unite(between(from.id, to.id).map((flow) => flow.ports)));
  return `${title}: ${WORDS[kind] ?? ports}${kind === "perhaps" || kind === "open" ? `, ${ports}` : ""}`;
}

function measures() {
  const grid = byId("grid");
  return { width: grid.clientWidth, height: grid.clientHeight, left: narrow.matches ? 118 : 200, top: narrow.matches ? 104 : 150 };
}

function drawMatrix() {
  if (byId("matrix").hidden) return;
  buildTable();
  buildAxis();
  colours = readColours();
  const { left, top } = measures();
  byId("extent").style.width = `${left + axis.length * UNIT + 8}px`;
  byId("extent").style.height = `${top + axis.length * UNIT + 8}px`;
  byId("grid").setAttribute("aria-rowcount", axis.length);
  byId("grid").setAttribute("aria-colcount", axis.length);
  paint();
  tellCell();
}

// Canvas knows no custom properties, so each colour is asked of an element that has it.
function readColours() {
  const probe = el("i");
  document.body.append(probe);
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const found = Object.fromEntries(["surface", "ink", "muted", "line", "accent", "open", "hover", "faint"].map((name) => [name, read(name)]));
  probe.remove();
  return found;
}

function paint() {
  const canvas = byId("cells");
  const { width, height, left, top } = measures();
  const ratio = devicePixelRatio || 1;
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const { scrollLeft: x0, scrollTop: y0 } = byId("grid");
  const seen = (offset, room) => [Math.floor(offset / UNIT), Math.min(axis.length, Math.ceil((offset + room) / UNIT))];
  const [firstRow, lastRow] = seen(y0, height - top);
  const [firstColumn, lastColumn] = seen(x0, width - left);
  const spot = (row, column) => [left + column * UNIT - x0, top + row * UNIT - y0];
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  paintBands(pen, spot, [firstRow, lastRow, firstColumn, lastColumn]);
  for (let row = firstRow; row < lastRow; row += 1) {
    for (let column = firstColumn; column < lastColumn; column += 1) paintCell(pen, ...spot(row, column), row, column);
  }
  const [x, y] = spot(cursor.row, cursor.column);
  pen.strokeStyle = colours.accent;
  pen.lineWidth = 2;
  pen.strokeRect(x + 1, y + 1, UNIT - 2, UNIT - 2);
  pen.restore();
  paintHeads(pen, { left, top, width, height, x0, y0 }, [firstRow, lastRow, firstColumn, lastColumn]);
}

function paintBands(pen, spot, [firstRow, lastRow, firstColumn, lastColumn]) {
  pen.fillStyle = colours.hover;
  for (let row = firstRow; row < lastRow; row += 1) {
    if (row === cursor.row || isHead(axis[row])) pen.fillRect(spot(row, firstColumn)[0], spot(row, 0)[1], (lastColumn - firstColumn) * UNIT, UNIT);
  }
  for (let column = firstColumn; column < lastColumn; column += 1) {
    if (column === cursor.column || isHead(axis[column])) pen.fillRect(spot(0, column)[0], spot(firstRow, 0)[1], UNIT, (lastRow - firstRow) * UNIT);
  }
}

// An unfolded namespace has its answers below its name.
function isHead({ group }) {
  return group !== undefined && matrixOpen.has(group);
}

function paintCell(pen, x, y, row, column) {
  if (isHead(axis[row]) || isHead(axis[column])) return;
  const { kind, open, pairs } = cellAt(row, column);
  const middle = UNIT / 2;
  if (!pairs) return;
  if (!open) {
    pen.fillStyle = colours.faint;
    pen.fillRect(x + middle - 1, y + middle - 1, 2, 2);
    return;
  }
  const share = pairs > 1 ? Math.sqrt(open / pairs) : 1;
  const size = Math.max((kind === "some" ? 10 : 15) * share, 6);
  const start = middle - size / 2;
  pen.fillStyle = kind === "open" ? colours.open : colours.accent;
  pen.strokeStyle = pen.fillStyle;
  pen.lineWidth = 1.5;
  if (kind === "all" || kind === "some") pen.fillRect(x + start, y + start, size, size);
  else if (kind === "open") pen.strokeRect(x + start + 1, y + start + 1, size - 2, size - 2);
  else hatch(pen, x + start, y + start, size);
}

function hatch(pen, x, y, size) {
  pen.beginPath();
  for (let step = 0; step <= size; step += 4) {
    pen.moveTo(x + step, y + size);
    pen.lineTo(x + size, y + step);
    pen.moveTo(x, y + size - step);
    pen.lineTo(x + size - step, y);
  }
  pen.stroke();
}

function paintHeads(pen, { left, top, width, height, x0, y0 }, [firstRow, lastRow, firstColumn, lastColumn]) {
  pen.fillStyle = colours.surface;
  pen.fillRect(0, 0, width, top);
  pen.fillRect(0, 0, left, height);
  const write = (entry, chosen, room) => {
    const group = entry.group !== undefined;
    pen.font = `${group || chosen ? 600 : 400} 12px system-ui, sans-serif`;
    pen.fillStyle = chosen ? colours.accent : group || entry.id >= nodes.length ? colours.ink : colours.muted;
    pen.fillText(clip(pen, (group ? (matrixOpen.has(entry.group) ? "▾ " : "▸ ") : "") + entry.text, room), 0, 0);
  };
  const clipped = (rect, draw) => {
    pen.save();
    pen.beginPath();
    pen.rect(...rect);
    pen.clip();
    draw();
    pen.restore();
  };
  clipped([0, top, left, height], () => {
    for (let row = firstRow; row < lastRow; row += 1) {
      const indent = axis[row].group === undefined && !isExternal(axis[row].id) ? 26 : 12;
      pen.save();
      pen.translate(indent, top + row * UNIT - y0 + UNIT / 2 + 4);
      write(axis[row], row === cursor.row, left - indent - 8);
      pen.restore();
    }
  });
  clipped([left, 0, width, top], () => {
    for (let column = firstColumn; column < lastColumn; column += 1) {
      pen.save();
      pen.translate(left + column * UNIT - x0 + UNIT / 2 + 4, top - 8);
      pen.rotate(-Math.PI / 2);
      write(axis[column], column === cursor.column, top - 20);
      pen.restore();
    }
  });
  paintCorner(pen, left, top, width, height);
}

function paintCorner(pen, left, top, width, height) {
  pen.strokeStyle = colours.line;
  pen.lineWidth = 1;
  pen.strokeRect(left - 0.5, -1, 0, height + 2);
  pen.strokeRect(-1, top - 0.5, width + 2, 0);
  pen.fillStyle = colours.muted;
  pen.font = "11px system-ui, sans-serif";
  pen.fillText("from ↓", 12, top - 10);
  pen.textAlign = "right";
  pen.fillText("to →", left - 10, 20);
  pen.textAlign = "left";
}

function clip(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let kept = text;
  while (kept.length > 1 && pen.measureText(`${kept}…`).width > room) kept = kept.slice(0, -1);
  return `${kept}…`;
}

function tellCell() {
  const cell = byId("cell");
  cell.textContent = axis.length ? cellWords(cursor.row, cursor.column) : "Nothing to show";
  cell.setAttribute("aria-rowindex", cursor.row + 1);
  cell.setAttribute("aria-colindex", cursor.column + 1);
}
