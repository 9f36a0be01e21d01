// 100 points that each gives away alone; what they come to is there once the contact shows it.

const POINTS = 100;
const NO_ANSWER_AFTER = 8000;

/** The fields of the points; `follow(items, live)` brings what there is to give to, and what is shown. */
function givingPoints(answers, { shows, title }) {
  const { words, model } = answers;
  const step = model.get("step");
  const id = newId("points");
  const error = messageLine(`${id}-error`);
  const left = h("p", { class: "k-chosen", id: `${id}-left`, role: "status" });
  // Its own lock, beside that of the whole component: points are locked when they are shown.
  const list = h("fieldset", {});
  const said = h("p", { class: "note" });
  const result = h("div");
  const outcome = h("p", { class: "k-outcome", role: "status" });
  const command = h("div");
  const inputs = new Map();
  let live = {};
  let waiting;

  const given = () => Object.fromEntries([...inputs]
    .map(([item, input]) => [item, Math.max(0, Math.trunc(Number(input.value)) || 0)]).filter(([, points]) => points));

  function put() {
    const points = given();
    const total = Object.values(points).reduce((sum, each) => sum + each, 0);
    // What does not come to 100 waits here, and is said; nothing at all takes back what was given.
    answers.put(step, "points", total ? points : null, { typed: true, held: total !== 0 && total !== POINTS });
    counted();
  }

  function counted() {
    const rest = POINTS - Object.values(given()).reduce((sum, each) => sum + each, 0);
    const text = rest < 0 ? fill(words["points-over"], { count: -rest }) : fill(words["points-left"], { count: rest });
    left.textContent = rest ? text : words["points-done"];
    left.classList.toggle("k-full", rest < 0);
  }

  function field(item) {
    const input = h("input", {
      id: newId("points"), type: "number", inputmode: "numeric", min: 0, max: POINTS, step: 1, "data-answer": true,
      "aria-describedby": `${id}-left ${id}-error`, input: put, blur: () => answers.flush(),
    });
    inputs.set(item.id, input);
    return h("p", { class: "k-beside" }, h("label", { for: input.id }, item.title), input);
  }

  function show(points) {
    for (const [item, input] of inputs) if (document.activeElement !== input) input.value = points?.[item] ?? "";
    counted();
  }

  function ask() {
    const question = h("p", { id: newId("ask"), tabindex: "-1" }, words["show-confirm"]);
    const send = () => {
      outcome.textContent = "";
      waiting = setTimeout(() => told(words["not-shown"]), NO_ANSWER_AFTER);
      try {
        model.send({ type: "show" });
      } catch {
        told(words["not-shown"]);
      }
      button().focus();
    };
    command.replaceChildren(h("div", { class: "k-confirm", role: "group", "aria-labelledby": question.id }, question,
      h("p", { class: "k-buttons" },
        h("button", { type: "button", class: "button", click: send }, words["show-yes"]),
        h("button", { type: "button", class: "button quiet", click: () => button().focus() }, words.cancel))));
    question.focus();
  }

  function button() {
    const made = h("button", { type: "button", class: "button quiet", click: ask }, words["show-points"]);
    command.replaceChildren(...(shows && !live.locked ? [made] : []));
    return made;
  }

  function told(message) {
    clearTimeout(waiting);
    outcome.textContent = message;
  }

  function draw() {
    said.textContent = live.said ?? "";
    const head = ["what", "points-mean", "points-people"].map((name) => h("th", { scope: "col" }, words[name]));
    const rows = (live.rows ?? []).map((row) => {
      const bar = h("span", { class: "k-bar", "aria-hidden": "true" });
      bar.style.setProperty("--share", `${row.share}%`);
      return h("tr", {}, h("th", { scope: "row" }, row.title, bar), h("td", {}, row.points), h("td", {}, row.people));
    });
    result.replaceChildren(...(rows.length
      ? [h("table", {}, h("caption", {}, words["points-shown"]), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows))] : []));
    list.disabled = Boolean(live.locked);
    left.hidden = list.disabled;
  }

  function follow(items, fresh) {
    const changed = items.length !== inputs.size || items.some((item) => !inputs.has(item.id));
    const locked = live.locked;
    live = fresh ?? {};
    if (changed && !list.contains(document.activeElement)) {
      inputs.clear();
      list.replaceChildren(h("legend", { class: "k-spoken" }, title), ...items.map(field));
      show(answers.value(step, "points"));
    }
    if (!command.firstChild || locked !== live.locked) button();
    draw();
  }

  answers.watch(step, "points", { name: words["points-shown"], show, refused: error.say, keeps: true });
  const element = h("div", {}, h("p", { class: "note" }, words["points-help"]),
    h("div", {}, left, list, error.line), said, command, outcome, result);
  return { element, follow, told };
}
