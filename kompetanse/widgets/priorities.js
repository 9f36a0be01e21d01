// The few themes the group will do something about, and below them, closed, ways to compare them and the actions.

function draw(root, answers) {
  const { model, words } = answers;
  const content = model.get("content");
  const parts = new Map();
  for (const theme of content.themes) parts.set(theme.part ?? "", [...(parts.get(theme.part ?? "") ?? []), theme]);
  root.append(h(
    "div", { class: "card" },
    chooseUpTo(answers, {
      aspect: "priority", most: content.most, legend: fill(words.priorities, { most: numberWord(words, content.most) }),
      help: content.help, groups: [...parts].map(([title, themes]) => ({ title, themes })), describe: (theme) => theme.note,
    }),
    answers.status.line,
  ));

  const ways = (content.ways ?? []).map((way) => {
    const made = way.form === "grid" ? placing(answers) : givingPoints(answers, { shows: content.shows, title: way.title });
    const nothing = h("p", { class: "note" }, way.nothing);
    root.append(h("details", { class: "card k-way" }, h("summary", {}, way.title, spoken(`. ${words.optional}`)),
      h("p", { class: "note" }, words.optional), nothing, made.element));
    return { ...way, ...made, nothing };
  });

  function follow() {
    const live = model.get("live");
    for (const way of ways) {
      const items = live.items?.[way.over] ?? [];
      way.nothing.hidden = items.length > 0;
      way.element.hidden = items.length === 0;
      way.follow(items, live.points);
    }
    answers.drawn();
  }

  const shown = (message) => {
    if (message?.type === "shown") for (const way of ways) way.told?.(message.message);
  };
  // Drawn anew, the component listens once and not twice.
  answers.deaf?.();
  model.on("change:live", follow);
  model.on("msg:custom", shown);
  answers.deaf = () => {
    model.off("change:live", follow);
    model.off("msg:custom", shown);
  };
  answers.onChange(() => { for (const way of ways) way.draw?.(); });
  follow();
}

export default { render: saving("priorities", draw) };
