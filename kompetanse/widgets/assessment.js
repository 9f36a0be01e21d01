// One step of the mapping: one theme at a time, then what matters most, then what remains.

function draw(root, answers) {
  const content = answers.model.get("content");
  const { words } = answers;
  const plan = new Plan(content, answers);
  const memory = new Place(answers);
  const kept = memory.get();
  let place = plan.places.includes(kept) ? kept : plan.firstPlace();
  const resumed = place !== plan.places[0] && !kept;

  const where = h("p", { class: "k-where" });
  const left = h("p", { class: "k-left soft" });
  const dots = h("div", { class: "k-dots", "aria-hidden": "true" });
  const jumps = h("ol", { class: "k-jumps" });
  const jump = h("details", { class: "k-jump" }, h("summary", {}, words["all-themes"]), jumps);
  const guide = h("div", { class: "k-guide" }, introduction());
  const intro = h("details", { class: "k-intro" }, h("summary", {}, words["how-to-answer"]));
  const welcome = h("div", { class: "k-welcome" });
  const stage = h("div");
  const previous = h("button", { type: "button", class: "button quiet", click: () => step(-1) }, words.previous);
  const next = h("button", { type: "button", class: "button k-next", click: () => step(1) });
  // On a phone the line on top is out of sight, so the bar under the thumb repeats it.
  const again = h("p", { class: "k-again", "aria-hidden": "true" });
  const bar = h("div", { class: "k-bar" }, h("div", { class: "k-buttons" }, next, previous), answers.status.line, again);

  function introduction() {
    const sentences = (content.introduction ?? []).map((sentence) => h("p", {}, sentence));
    if (!plan.hasLongForm) return sentences;
    return [...sentences, checkForm()];
  }

  function checkForm() {
    const minutes = content.minutes ?? {};
    const id = newId("form");
    const box = h("input", {
      type: "checkbox", id, checked: plan.long, "data-answer": true, "aria-describedby": `${id}-hint`,
      change() {
        answers.put(plan.step, "form", box.checked ? "long" : "short");
        show();
      },
    });
    return h(
      "div", { class: "k-check" },
      h("label", { for: id }, box, h("span", {}, fill(words["long-form"], { minutes: minutes.long ?? "" }))),
      h("p", { class: "note", id: `${id}-hint` }, fill(words["short-form"], { minutes: minutes.short ?? "" })),
    );
  }

  function step(by) {
    go(plan.places[plan.places.indexOf(place) + by]);
  }

  /** Move to another place, with focus on its heading, so that it is read and nothing of it is passed by. */
  function go(to) {
    answers.flush();
    place = to;
    memory.set(place);
    jump.open = false;
    resumedNote.hidden = true;
    show();
    root.scrollIntoView({ block: "start" });
    stage.querySelector("[tabindex='-1']").focus({ preventScroll: true });
  }

  function show() {
    answers.unwatch();
    const theme = content.themes.find((one) => one.id === place);
    stage.replaceChildren(theme ? themeCard(theme) : place === IMPORTANCE ? importanceCard() : endCard());
    const position = plan.places.indexOf(place);
    previous.hidden = position === 0;
    next.hidden = place === END;
    const following = plan.places[position + 1];
    next.textContent = following === END ? words.finish : following === IMPORTANCE ? words["to-importance"] : words.next;
    (position ? intro : welcome).append(guide);
    intro.hidden = position === 0;
    intro.open = false;
    counted();
    answers.drawn();
  }

  function counted() {
    const theme = content.themes.find((one) => one.id === place);
    where.textContent = theme
      ? fill(words.theme, { number: theme.number, total: content.total })
      : place === IMPORTANCE ? words["at-importance"] : words["at-end"];
    again.textContent = where.textContent;
    const { minutes } = plan;
    left.textContent = minutes ? fill(words["minutes-left"], { minutes }) : words["nothing-left"];
    dots.replaceChildren(...content.themes.map((one) =>
      h("span", { class: `${plan.missing(one) ? "" : "k-done"} ${one.id === place ? "k-here" : ""}` })));
    jumps.replaceChildren(...plan.places.map((id) => h("li", {}, jumpButton(id))));
  }

  function jumpButton(id) {
    const theme = content.themes.find((one) => one.id === id);
    const done = theme ? !plan.missing(theme) : id === IMPORTANCE && plan.chosen > 0;
    const title = theme ? theme.title : id === IMPORTANCE ? words["at-importance"] : words["at-end"];
    const mark = done ? "✓" : theme ? String(theme.number) : "·";
    return h(
      "button", { type: "button", class: `k-goto ${done ? "k-done" : ""}`, "aria-current": id === place && "step", click: () => go(id) },
      h("span", { class: "k-mark", "aria-hidden": "true" }, mark), h("span", {}, title), done && spoken(`, ${words.done}`),
    );
  }

  function cardOf(title, ...parts) {
    const id = newId("heading");
    return h("section", { class: "card k-card", "aria-labelledby": id }, heading(content, title, { id, tabindex: "-1" }), ...parts);
  }

  function themeCard(theme) {
    return cardOf(
      theme.title,
      theme.lead && h("p", { class: "soft k-lead" }, theme.lead),
      h(
        "div", { class: "k-part" },
        heading(content, words["as-is"], { class: "k-part-title k-as-is" }, 1),
        content.notes?.["as-is"] && h("p", { class: "note" }, content.notes["as-is"]),
        plan.items(theme).map(itemField),
      ),
      plan.ahead && h("div", { class: "k-part k-to-be-part" }, toBeField(theme)),
      commentField(theme),
    );
  }

  function itemField(item) {
    const { special } = content;
    const why = reasons(item);
    const levels = Object.entries(item.levels).map(([level, note]) => ({ value: Number(level), label: level, note }));
    const other = [{ value: DONT_KNOW, label: special.dont_know }, { value: NOT_RELEVANT, label: special.not_relevant }];
    const field = radioField(answers, {
      subject: item.id, aspect: "as-is", legend: item.text, help: item.help, className: "k-item",
      options: [["k-levels", levels], ["k-other", other]],
      chosen: (value) => (isNotRelevant(value) ? NOT_RELEVANT : value),
      onChange: (value) => why.show(value), below: [why.set, examples(item)],
    });
    why.show(answers.value(item.id, "as-is"));
    return field;
  }

  function reasons(item) {
    const list = content.special.reasons ?? [];
    const name = newId("why");
    const inputs = list.map((reason) => h("input", {
      type: "radio", name, "data-answer": true, value: `${NOT_RELEVANT}:${reason.id}`,
      change: (event) => answers.put(item.id, "as-is", event.target.value),
    }));
    const set = h(
      "fieldset", { class: "k-why", hidden: true }, h("legend", {}, words["why-not-relevant"]),
      h("div", { class: "k-other" }, list.map((reason, n) => h("label", {}, inputs[n], h("span", {}, reason.text)))),
    );
    return {
      set,
      show(value) {
        set.hidden = !list.length || !isNotRelevant(value);
        for (const input of inputs) input.checked = input.value === value;
      },
    };
  }

  function examples(item) {
    const lines = Object.entries(item.examples ?? {});
    if (!lines.length) return null;
    return h(
      "details", { class: "k-example" }, h("summary", {}, words["show-example"], spoken(`: ${item.text}`)),
      h("dl", {}, lines.map(([level, text]) => h("div", {}, h("dt", {}, level), h("dd", {}, text)))),
    );
  }

  function toBeField(theme) {
    const levels = Object.entries(content.scale.names).map(([level, note]) => ({ value: Number(level), label: level, note }));
    return radioField(answers, {
      subject: theme.id, aspect: "to-be", legend: words["to-be"], help: content.notes?.["to-be"], className: "k-to-be",
      options: [["k-chips", levels], ["k-other", [{ value: DONT_KNOW, label: content.special.dont_know }]]],
    });
  }

  function commentField(theme) {
    const who = h("p", { class: "note" });
    const told = (shared) => { who.textContent = shared ? words["group-sees"] : words["only-you"]; };
    told(answers.value(theme.id, "comment-shared") === true);
    return h(
      "details", { class: "k-comment", open: Boolean(answers.value(theme.id, "comment")) },
      h("summary", {}, words.elaborate),
      textField(answers, { subject: theme.id, aspect: "comment", label: words["your-comment"], longest: 2000, alone: true }),
      who,
      checkField(answers, { subject: theme.id, aspect: "comment-shared", label: words.share, onChange: told }),
    );
  }

  function importanceCard() {
    const { importance } = content;
    const parts = new Map();
    for (const theme of importance.themes) parts.set(theme.part ?? "", [...(parts.get(theme.part ?? "") ?? []), theme]);
    const title = fill(words.importance, { most: numberWord(words, importance.most) });
    return cardOf(
      title,
      chooseUpTo(answers, {
        aspect: "importance", most: importance.most, legend: spoken(title), help: words["importance-help"],
        groups: [...parts].map(([title, themes]) => ({ title, themes })), describe: (theme) => theme.note,
      }),
    );
  }

  function endCard() {
    const open = plan.unfinished;
    const goto = (id, title, note) => h("li", {}, h("button", { type: "button", class: "k-link", click: () => go(id) }, title), note && ` ${note}`);
    const rest = open.map((theme) => goto(
      theme.id, `${fill(words.theme, { number: theme.number, total: content.total })}: ${theme.title}`,
      fill(words["answers-missing"], { count: plan.missing(theme) }),
    ));
    if (content.importance && !plan.chosen) rest.push(goto(IMPORTANCE, words["at-importance"], ""));
    return cardOf(
      words.thanks,
      h("p", {}, rest.length ? words.remaining : words["all-answered"]),
      rest.length > 0 && h("ul", { class: "k-rest" }, rest),
      content.after && h("p", {}, content.after),
      content.withhold && withholdField(),
    );
  }

  function withholdField() {
    return h(
      "div", { class: "k-part" },
      h("p", {}, words.nameless),
      checkField(answers, { subject: plan.step, aspect: "withheld", label: words.withhold, hint: words["withhold-help"] }),
    );
  }

  answers.onChange(counted);
  const resumedNote = h("p", { class: "note k-resumed", hidden: !resumed }, words.resumed);
  const line = h("div", { class: "k-line" }, where, left);
  if (content.notice) root.append(h("p", { class: "callout" }, content.notice));
  root.append(h("div", { class: "k-top" }, line, dots, welcome, h("div", { class: "k-ways" }, jump, intro), resumedNote), h("div", { class: "k-sheet" }, stage, bar));
  show();
}

export default { render: saving("assessment", draw) };
