// Moving in the matrix.
function startMatrix() {
  const grid = byId("grid");
  grid.addEventListener("scroll", () => requestAnimationFrame(paint), { passive: true });
  grid.addEventListener("keydown", matrixKey);
  grid.addEventListener("click", (event) => matrixClick(event));
  grid.addEventListener("pointermove", hover);
  grid.addEventListener("pointerleave", () => { byId("tip").hidden = true; });
}

function under(event) {
  const { left, top } = measures();
  const grid = byId("grid");
  const box = grid.getBoundingClientRect();
  const x = event.clientX - box.left - left;
  const y = event.clientY - box.top - top;
  const at = (offset, scroll) => (offset < 0 ? -1 : Math.floor((offset + scroll) / UNIT));
  return { row: at(y, grid.scrollTop), column: at(x, grid.scrollLeft) };
}

function hover(event) {
  const { row, column } = under(event);
  const tip = byId("tip");
  tip.hidden = row < 0 || column < 0 || row >= axis.length || column >= axis.length;
  if (tip.hidden) return;
  tip.textContent = cellWords(row, column);
  const box = byId("matrix").getBoundingClientRect();
  const x = Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 8);
  const y = Math.min(event.clientY - box.top + 16, box.height - tip.offsetHeight - 8);
  Object.assign(tip.style, { left: `${Math.max(x, 4)}px`, top: `${y}px` });
}

function matrixClick(event) {
  const { row, column } = under(event);
  if (row < 0 && column < 0) return;
  if (row < 0 || column < 0) {
    const entry = axis[Math.max(row, column)];
    if (entry) choose(entry);
    return;
  }
  if (row >= axis.length || column >= axis.length) return;
  cursor = { row, column };
  openCell();
}

function choose(entry) {
  if (entry.group === undefined) return select({ kind: "node", id: entry.id });
  if (!matrixOpen.delete(entry.group)) matrixOpen.add(entry.group);
  return keepingCursor(drawMatrix);
}

// The cursor stays on its row and column while others fold.
function keepingCursor(change) {
  const keep = [cursor.row, cursor.column].map((number) => axis[number]);
  change();
  const find = (entry) => Math.max(axis.findIndex(({ group, id }) => group === entry?.group && id === entry?.id), 0);
  cursor = { row: find(keep[0]), column: find(keep[1]) };
  paint();
  tellCell();
}

function openCell() {
  const [from, to] = [axis[cursor.row], axis[cursor.column]];
  tellCell();
  if (from.group === undefined && to.group === undefined) {
    paint();
    select({ kind: "pair", from: from.id, to: to.id });
    return;
  }
  const folded = [from.group, to.group].filter((name) => name !== undefined && !matrixOpen.has(name));
  for (const name of folded) matrixOpen.add(name);
  if (folded.length) keepingCursor(drawMatrix);
  else paint();
}

const JUMPS = {
  ...STEPS, Home: [-Infinity, 0], End: [Infinity, 0], PageUp: [0, -12], PageDown: [0, 12],
};

function matrixKey(event) {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    openCell();
    return;
  }
  const jump = JUMPS[event.key];
  if (!jump || event.altKey || event.ctrlKey || event.metaKey || !axis.length) return;
  event.preventDefault();
  const within = (number) => Math.min(Math.max(number, 0), axis.length - 1);
  cursor = { row: within(cursor.row + jump[1]), column: within(cursor.column + jump[0]) };
  const { left, top, width, height } = measures();
  const grid = byId("grid");
  const follow = (scroll, number, room) => Math.min(Math.max(scroll, (number + 1) * UNIT - room), number * UNIT);
  grid.scrollTo(follow(grid.scrollLeft, cursor.column, width - left), follow(grid.scrollTop, cursor.row, height - top));
  paint();
  tellCell();
}
