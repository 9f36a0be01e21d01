// Use and effort of a few things: two choices each, and the picture and the table that say the same. Nothing is dragged.

const GRID = { left: 34, top: 22, side: 240, margin: 38, apart: 20, radius: 9, inARow: 3, middle: 3 };
const SIDES = ["use", "effort"];

/** An element of a picture. */
function drawn(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The field that a place lies in, by its short English name; on a line it lies in between. */
function fieldOf(use, effort) {
  if (use === GRID.middle || effort === GRID.middle) return "in-between";
  if (use > GRID.middle) return effort < GRID.middle ? "do-first" : "plan";
  return effort < GRID.middle ? "along-the-way" : "wait";
}

function gridPicture(placed, words) {
  const { left, top, side, margin, apart, radius, inARow, middle } = GRID;
  const right = left + side;
  const bottom = top + side;
  const along = (level) => margin + ((side - 2 * margin) * (level - 1)) / 4;
  const corner = (use, effort) => drawn("text", {
    x: effort < middle ? left + 6 : right - 6, y: use > middle ? top + 16 : bottom - 8, class: "k-corner",
    "text-anchor": effort < middle ? "start" : "end",
  }, words[fieldOf(use, effort)]);
  const marks = [];
  const at = Map.groupBy ? Map.groupBy(placed, ({ use, effort }) => `${use} ${effort}`) : grouped(placed);
  for (const together of at.values()) {
    const across = Math.min(together.length, inARow);
    const down = Math.ceil(together.length / inARow);
    together.forEach(({ number, use, effort }, n) => {
      const x = left + along(effort) + apart * ((n % inARow) - (across - 1) / 2);
      const y = bottom - along(use) + apart * (Math.floor(n / inARow) - (down - 1) / 2);
      marks.push(drawn("circle", { cx: x, cy: y, r: radius }), drawn("text", { x, y: y + 4, class: "k-mark" }, String(number)));
    });
  }
  return drawn("svg", { viewBox: "0 0 300 300", role: "img", "aria-label": words.picture, class: "k-grid" },
    drawn("rect", { x: left, y: top, width: side, height: side }),
    drawn("path", { d: `M${left + side / 2} ${top}V${bottom}M${left} ${top + side / 2}H${right}` }),
    corner(5, 1), corner(5, 5), corner(1, 1), corner(1, 5),
    drawn("text", { x: left, y: top - 8, class: "k-side-name" }, `↑ ${words.use}`),
    drawn("text", { x: right, y: bottom + 18, class: "k-side-name", "text-anchor": "end" }, `${words.effort} →`),
    ...marks);
}

function grouped(placed) {
  const at = new Map();
  for (const each of placed) {
    const key = `${each.use} ${each.effort}`;
    at.set(key, [...(at.get(key) ?? []), each]);
  }
  return at;
}

function gridTable(placed, words) {
  const head = ["number", "what", "use", "effort", "field"].map((name) => h("th", { scope: "col" }, words[name]));
  const rows = placed.map(({ number, title, use, effort }) => h("tr", {},
    h("td", {}, String(number)), h("th", { scope: "row" }, title), h("td", {}, String(use)), h("td", {}, String(effort)),
    h("td", {}, words[fieldOf(use, effort)])));
  return h("table", {}, h("caption", { class: "k-spoken" }, words.table), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
}

/** The fields of a grid; `follow(items)` brings others to place, and keeps those that are there as they are. */
function placing(answers) {
  const { words } = answers;
  const fields = new Map();
  const list = h("div");
  const figure = h("div", { class: "k-placed" });
  let items = [];

  const levels = [1, 2, 3, 4, 5].map((level) => ({
    value: level, label: String(level), note: { 1: words.small, 5: words.large }[level],
  }));

  function side(item, aspect) {
    return radioField(answers, {
      subject: item.id, aspect, legend: words[aspect], className: "k-side",
      options: [["k-chips", levels], ["k-other", [{ value: null, label: words["not-placed"] }]]], onChange: draw,
    });
  }

  function draw() {
    const placed = items
      .map((item) => ({ title: item.title, use: answers.value(item.id, "use"), effort: answers.value(item.id, "effort") }))
      .filter(({ use, effort }) => use && effort)
      .map((each, n) => ({ ...each, number: n + 1 }));
    figure.replaceChildren(...(placed.length ? [gridPicture(placed, words), gridTable(placed, words)] : []));
  }

  function follow(fresh) {
    items = fresh;
    for (const [id, field] of fields) {
      if (items.some((item) => item.id === id) || field.contains(document.activeElement)) continue;
      field.remove();
      fields.delete(id);
    }
    items.forEach((item, n) => {
      if (!fields.has(item.id)) {
        const sides = h("div", { class: "k-sides" }, SIDES.map((aspect) => side(item, aspect)));
        const left = () => setTimeout(() => follow(items), 300);
        fields.set(item.id, h("fieldset", { class: "k-item", focusout: left }, h("legend", {}, item.title), sides));
      }
      const field = fields.get(item.id);
      field.querySelector("legend").textContent = item.title;
      if (list.children[n] !== field && !field.contains(document.activeElement)) list.insertBefore(field, list.children[n] ?? null);
    });
    draw();
  }

  return { element: h("div", {}, h("p", { class: "note" }, words["grid-help"]), list, figure), follow, draw };
}
