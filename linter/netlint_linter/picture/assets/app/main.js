// The page comes to life.
const FEW = 60;

function select(next) {
  const inPanel = byId("panel").contains(document.activeElement);
  selection = next;
  if (next?.kind === "node" && !isExternal(next.id) && !unfolded.has(nodes[next.id].namespace)) {
    unfolded.add(nodes[next.id].namespace);
    drawMap();
    showSelected();
  }
  light();
  showPanel();
  if (inPanel) byId("panel").focus({ preventScroll: true });
  if (inPanel || narrow.matches) showSelected();
  const title = byId("panel").querySelector("h2");
  announce(title ? title.textContent : "");
}

// Moves the map so that what is selected is in sight.
function showSelected() {
  if (byId("map").hidden || !selection) return;
  const query = selection.kind === "node" ? `[data-id="${selection.id}"]` : selection.kind === "namespace" ? `[data-namespace="${CSS.escape(selection.name)}"]` : null;
  const element = query && byId("cards").querySelector(query);
  if (element) reveal(element);
}

function homeOf() {
  return byId("map").hidden ? byId("grid") : byId("viewport");
}

function show(view) {
  for (const name of ["map", "matrix"]) {
    byId(name).hidden = name !== view;
    byId(`tab-${name}`).setAttribute("aria-selected", String(name === view));
    byId(`tab-${name}`).tabIndex = name === view ? 0 : -1;
  }
  byId("fit").hidden = view !== "map";
  if (view === "matrix") drawMatrix();
  tellExpand();
}

function startTabs() {
  for (const name of ["map", "matrix"]) {
    const tab = byId(`tab-${name}`);
    tab.addEventListener("click", () => show(name));
    tab.addEventListener("keydown", (event) => {
      if (!STEPS[event.key]) return;
      event.preventDefault();
      const other = name === "map" ? "matrix" : "map";
      show(other);
      byId(`tab-${other}`).focus();
    });
  }
}

function folds() {
  return byId("map").hidden ? matrixOpen : unfolded;
}

function tellExpand() {
  byId("expand").textContent = folds().size >= names.length ? "Fold all" : "Unfold all";
}

function expandAll() {
  const set = folds();
  const all = set.size >= names.length;
  set.clear();
  if (!all) for (const name of names) set.add(name);
  tellExpand();
  if (byId("map").hidden) {
    drawMatrix();
    return;
  }
  drawMap();
  fit();
  light();
}

function startTheme() {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const tell = () => {
    byId("theme").replaceChildren(icon(dark() ? "light" : "dark"));
    byId("theme").setAttribute("aria-pressed", String(dark()));
    drawMatrix();
  };
  const remember = (change) => {
    try { return change(localStorage); } catch { return null; } // files may have no storage
  };
  const kept = remember((storage) => storage.getItem("netlint-theme"));
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  byId("theme").addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    remember((storage) => storage.setItem("netlint-theme", root.dataset.theme));
    tell();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  tell();
}

function startKeys() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      byId("search").focus();
    } else if (event.key === "Escape" && selection) {
      const back = selection;
      const inPanel = byId("panel").contains(document.activeElement);
      select(null);
      if (inPanel) (byId("cards").querySelector(`[data-id="${back.id}"]`) ?? homeOf()).focus({ preventScroll: true });
    } else if (event.key === "Escape" && byId("panel").classList.contains("chosen")) {
      select(null);
    }
  });
}

function startPanel() {
  byId("panel").addEventListener("click", ({ target }) => {
    if (target.closest("h2") && !selection) byId("panel").classList.toggle("raised");
  });
}

function start() {
  if (nodes.length <= FEW) for (const name of names) [unfolded, matrixOpen].forEach((set) => set.add(name));
  startTheme();
  startTabs();
  startSearch();
  startFilters();
  startKeys();
  startPanel();
  startView();
  startMatrix();
  byId("expand").addEventListener("click", expandAll);
  byId("fit").addEventListener("click", fit);
  show("map");
  drawMap();
  fit();
  showPanel();
  const redraw = () => {
    drawMap();
    fit();
    light();
    drawMatrix();
  };
  narrow.addEventListener("change", redraw);
  addEventListener("resize", () => (narrow.matches ? redraw() : drawMatrix()));
  document.documentElement.dataset.ready = "";
}

start();
