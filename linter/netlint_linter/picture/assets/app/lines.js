// Arrows between boxes. Each line: {from, to, bends, vertical, arrows, ports, certain}; `from` and
// `to` are boxes in the scene, `bends` the points between them that keep clear of other boxes.
const HEADS = { right: "l-9 -4.5v9z", down: "l-4.5 -9h9z", up: "l-4.5 9h9z" };

function route({ from, to, bends, vertical }) {
  const right = from.x + from.width;
  const below = from.y + from.height;
  if (vertical && to.y - below > 12) {
    return smooth([[from.x + from.width / 2, below], ...bends, [to.x + to.width / 2, to.y]], "down");
  }
  if (to.x - right > 16 && !(vertical && bends.length)) {
    return smooth([[right, from.y + from.anchor], ...(vertical ? [] : bends), [to.x, to.y + to.anchor]], "right");
  }
  return back(from, to);
}

// Against the ranks, or within one of them.
function back(a, b) {
  const down = b.y + b.height / 2 > a.y + a.height / 2;
  const middle = (box) => box.x + box.width / 2;
  const apart = down ? b.y - (a.y + a.height) : a.y - (b.y + b.height);
  if (apart > 4) {
    const start = [middle(a) + 14, down ? a.y + a.height : a.y];
    const end = [middle(b) + (middle(b) < middle(a) - 20 ? 26 : -14), down ? b.y : b.y + b.height];
    return smooth([start, end], down ? "down" : "up");
  }
  const start = [middle(a), a.y + a.height];
  const end = [middle(b), b.y + b.height];
  const low = Math.max(start[1], end[1]) + 40 + Math.abs(start[0] - end[0]) * 0.12;
  return finish(start, [[[start[0], low], [end[0], low], [end[0], end[1] + 7]]], end, "up");
}

// A curve through the points that leaves and arrives in the direction of the heading.
function smooth(points, heading) {
  const end = points.at(-1);
  const tips = { right: [-7, 0], down: [0, -7], up: [0, 7] };
  const through = [...points.slice(0, -1), [end[0] + tips[heading][0], end[1] + tips[heading][1]]];
  const axis = heading === "right" ? 0 : 1;
  const parts = through.slice(1).map((next, number) => {
    const last = through[number];
    const half = (next[axis] - last[axis]) / 2;
    const bend = Math.sign(half) * Math.min(Math.max(Math.abs(half), 14), 150);
    const one = axis ? [last[0], last[1] + bend] : [last[0] + bend, last[1]];
    const two = axis ? [next[0], next[1] - bend] : [next[0] - bend, next[1]];
    return [one, two, next];
  });
  return finish(points[0], parts, end, heading);
}

function finish(start, parts, end, heading) {
  const text = parts.map((part) => `C${part.map((point) => point.map(Math.round)).join(" ")}`).join("");
  return { path: `M${start.map(Math.round)}${text}`, head: `M${end.map(Math.round)}${HEADS[heading]}`, spots: spotsOn(start, parts) };
}

// Where a label could stand: points on the curve, the middle first.
function spotsOn(start, parts) {
  const longest = parts.map((part, number) => [number ? parts[number - 1][2] : start, ...part])
    .sort((a, b) => Math.hypot(b[3][0] - b[0][0], b[3][1] - b[0][1]) - Math.hypot(a[3][0] - a[0][0], a[3][1] - a[0][1]));
  return longest.slice(0, 2).flatMap((points) => [0.6, 0.7, 0.5, 0.8, 0.4, 0.3, 0.2].map((t) => {
    const u = 1 - t;
    const weights = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    return [0, 1].map((axis) => points.reduce((sum, point, number) => sum + weights[number] * point[axis], 0));
  }));
}

function lineText({ ports, inDoubt }) {
  return fewPorts(ports) + (inDoubt ? " ?" : "");
}

// The first spot where the label covers neither a box nor another label.
function labelSpot(spots, text, taken) {
  const width = text.length * 6.4 + 8;
  const clear = ([x, y]) => !taken.some((box) => x + width / 2 > box.x && x - width / 2 < box.x + box.width && y + 9 > box.y && y - 9 < box.y + box.height);
  const found = spots.find(clear);
  const [x, y] = found ?? spots[0];
  if (found) taken.push({ x: x - width / 2, y: y - 8, width, height: 16 });
  return { x, y, free: Boolean(found) };
}

function drawLine(line, number, taken) {
  const { path, head, spots } = route(line);
  const text = lineText(line);
  const { x, y, free } = labelSpot(spots, text, taken);
  const kind = ["line"];
  if (line.outer[0] === line.outer[1]) kind.push("inside");
  if (!line.certain) kind.push("unsure");
  if (line.ports === null) kind.push("all");
  return svg("g", { class: kind.join(" "), "data-line": number },
    svg("title", {}, line.text),
    svg("path", { class: "hit", d: path }),
    svg("path", { class: "stroke", d: path }),
    svg("path", { class: "head", d: head }),
    svg("text", { x, y: y + 4, class: free ? null : "covering" }, text));
}
