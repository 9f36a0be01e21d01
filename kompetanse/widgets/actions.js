// What the group will do: each action is one answer with several fields.

const STATUSES = ["planned", "under-way", "needs-help", "done", "stopped"];
const LENGTHS = { what: 600, effect: 600, indicator: 300, role: 120 };
const ASPECT = "action";

function draw(root, answers) {
  const content = answers.model.get("content");
  const { words } = answers;
  const places = Array.from({ length: content.most }, (_, n) => String(n + 1));
  const cards = new Map();
  const list = h("div");
  const add = h("button", { type: "button", class: "button quiet", "data-answer": true, click: addNext }, words.add);
  const full = h("p", { class: "note" }, fill(words.full, { most: content.most }));

  const written = (place) => Boolean(answers.value(place, ASPECT));

  /** Links to the actions as files, where the page has them. */
  function takeAlong() {
    const files = content.files ?? [];
    if (!files.length) return "";
    const links = files.map(([href, text]) => h("li", {}, h("a", { href, download: true }, text)));
    return h("div", { class: "k-files" }, h("p", { class: "note" }, words.files), h("ul", {}, ...links));
  }

  function selectField(action, { field, label, options, empty }) {
    const id = newId("select");
    const select = h("select", { id, "data-answer": true, change: () => action.put(field, "", select.value) });
    const known = () => [...(empty === undefined ? [] : [["", empty]]), ...options];
    select.append(...known().map(([value, text]) => h("option", { value }, text)));
    select.value = action.value(field) ?? "";
    action.watch(field, "", { show: (fresh) => { select.value = fresh ?? ""; } });
    return h("div", { class: "k-field" }, h("label", { for: id }, label), select);
  }

  function card(place, facet) {
    const error = messageLine(newId("error"));
    const name = fill(words.action, { number: place });
    const start = { status: "planned", "in-report": true, ...(facet && { facet }) };
    const action = new Record(answers, place, ASPECT, { error, name, start });
    const text = (field, oneLine) => textField(action, {
      subject: field, label: words[field], hint: words[`${field}-help`], longest: content.lengths?.[field] ?? LENGTHS[field], oneLine,
    });
    const themes = content.themes.map((theme) => [theme.id, theme.title]);
    const set = h(
      // One that another has removed waits until whoever is in it has left.
      "fieldset", { class: "card k-action", focusout: () => setTimeout(follow, 300) },
      h("legend", { tabindex: "-1" }, name),
      selectField(action, { field: "facet", label: words.facet, options: themes, empty: words["no-theme"] }),
      text("what"), text("effect"), text("indicator", true),
      h("div", { class: "k-row" }, text("role", true), dateField(action, { field: "due", label: words.due }),
        selectField(action, { field: "status", label: words.status, options: STATUSES.map((status) => [status, words[status]]) })),
      checkField(action, { subject: "in-report", label: words["in-report"] }),
      error.line,
      removal(place),
    );
    cards.set(place, set);
    return set;
  }

  function removal(place) {
    const holder = h("div", { class: "k-remove" });
    const button = h("button", { type: "button", class: "k-link", "data-answer": true, click: () => (written(place) ? ask() : remove()) },
      words.remove, spoken(` ${place}`));
    const ask = () => {
      const yes = h("button", { type: "button", class: "button quiet", click: remove }, words["remove-yes"]);
      const no = h("button", { type: "button", class: "k-link", click: () => { holder.replaceChildren(button); button.focus(); } }, words.cancel);
      holder.replaceChildren(h("p", { class: "k-buttons" }, yes, no));
      yes.focus();
    };
    const remove = () => {
      if (written(place)) answers.put(place, ASPECT, null);
      answers.flush();
      drop(place);
      add.focus();
    };
    holder.append(button);
    return holder;
  }

  function drop(place) {
    cards.get(place)?.remove();
    cards.delete(place);
    counted();
  }

  function addNext() {
    const place = places.find((free) => !cards.has(free));
    if (!place) return;
    insert(place);
    cards.get(place).querySelector("select").focus();
  }

  function insert(place, facet) {
    const after = [...cards.keys()].filter((other) => Number(other) < Number(place)).at(-1);
    const made = card(place, facet);
    if (after) cards.get(after).after(made);
    else list.prepend(made);
    sortCards();
    counted();
  }

  function sortCards() {
    const sorted = [...cards].sort(([a], [b]) => Number(a) - Number(b));
    cards.clear();
    for (const [place, made] of sorted) cards.set(place, made);
  }

  function counted() {
    add.hidden = cards.size >= content.most;
    full.hidden = !add.hidden;
    answers.drawn();
  }

  /** Actions that others wrote or removed meanwhile come and go; one that is being written here stays. */
  function follow(key) {
    if (key !== undefined) return;
    for (const place of places) {
      if (written(place) && !cards.has(place)) insert(place);
      const made = cards.get(place);
      const isGone = !written(place) && made?.hasAttribute("data-written");
      if (!isGone) made?.toggleAttribute("data-written", written(place));
      else if (!made.contains(document.activeElement)) drop(place);
    }
  }

  root.append(h("p", { class: "note" }, words.intro), list, h("div", { class: "k-line" }, add, full, answers.status.line), takeAlong());
  const begun = places.filter(written);
  for (const place of begun) insert(place);
  const suggested = begun.length ? [] : (content.suggest ?? []).slice(0, content.most);
  suggested.forEach((facet, n) => insert(places[n], facet));
  if (!cards.size) insert(places[0]);
  follow();
  answers.onChange(follow);
  counted();
}

export default { render: saving("actions", draw) };
