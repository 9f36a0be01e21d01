// Cards about what a group has managed; each card is one answer with several fields.

const ASPECT = "card";

function draw(root, answers) {
  const content = answers.model.get("content");
  const { words } = answers;
  const places = Array.from({ length: content.most }, (_, n) => String(n + 1));
  const titles = new Map(content.themes.map(({ id, title }) => [id, title]));

  function card(place) {
    const error = messageLine(newId("error"));
    const name = fill(words.card, { number: place });
    const record = new Record(answers, place, ASPECT, { error, name });
    const summary = h("summary", {});
    const text = (field, oneLine) => textField(record, {
      subject: field, label: words[field], hint: words[`${field}-help`], longest: content.lengths[field], oneLine,
    });
    const titled = () => {
      const said = titles.get(record.value("facet")) ?? (record.value("did") ? "" : words.empty);
      const title = said ? `${name}: ${said}` : name;
      if (summary.textContent !== title) summary.textContent = title;
    };
    titled();
    answers.onChange(titled);
    return h("details", { class: "card", open: place === "1" || Boolean(answers.value(place, ASPECT)) },
      summary, themeField(record), text("did"), text("took"), text("differently"), text("role", true), error.line,
      clearing(place, summary));
  }

  function themeField(record) {
    const id = newId("select");
    const select = h("select", { id, "data-answer": true, change: () => record.put("facet", "", select.value) },
      [["", words["no-theme"]], ...titles].map(([value, title]) => h("option", { value }, title)));
    select.value = record.value("facet") ?? "";
    record.watch("facet", "", { show: (fresh) => { select.value = fresh ?? ""; } });
    return h("div", { class: "k-field" }, h("label", { for: id }, words.facet), select);
  }

  /** A button that empties the card, after a question. */
  function clearing(place, summary) {
    const holder = h("div", { class: "k-remove" });
    const back = () => { holder.replaceChildren(button); button.focus(); };
    const clear = () => {
      answers.put(place, ASPECT, null, { show: true });
      answers.flush();
      holder.replaceChildren(button);
      summary.focus();
    };
    const ask = () => {
      const yes = h("button", { type: "button", class: "button quiet", click: clear }, words["clear-yes"]);
      const no = h("button", { type: "button", class: "k-link", click: back }, words.cancel);
      holder.replaceChildren(h("p", { class: "note" }, words["clear-note"]), h("p", { class: "k-buttons" }, yes, no));
      yes.focus();
    };
    const button = h("button", { type: "button", class: "k-link", "data-answer": true, click: ask }, words.clear, spoken(` ${place}`));
    holder.append(button);
    return holder;
  }

  root.append(h("p", { class: "note" }, words.intro), ...places.map(card), answers.status.line);
}

export default { render: saving("practice", draw) };
