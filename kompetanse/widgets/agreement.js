// The group's agreed values: one theme open at a time, what to talk about first on top.

const AGREED = ["agreed", "agreed-to-be"];

function draw(root, answers) {
  const content = answers.model.get("content");
  const { words } = answers;
  const themes = new Map(content.themes.map((theme) => [theme.id, theme]));
  const rows = new Map();

  const is = (theme, aspect) => answers.value(theme.id, aspect) ?? null;
  const agreed = (theme) => AGREED.every((aspect) => is(theme, aspect) !== null);
  const open = () => content.themes.filter((theme) => !agreed(theme));
  const acceptable = () => open().filter((theme) => theme.accept);

  const count = h("p", { class: "k-agreed" });
  const rest = h("div");
  const outcome = h("p", { class: "k-accepted", role: "status", tabindex: "-1" });

  function row(theme) {
    const values = h("span", { class: "k-values" });
    const summary = h("summary", {}, h("span", { class: "k-title" }, theme.title), values);
    const details = h("details", { class: "k-theme" }, summary);
    // A closed theme costs nothing: its fields are made when it is first opened.
    details.addEventListener("toggle", () => {
      if (!details.open) return answers.flush();
      answers.openTheme = theme.id;
      if (details.childElementCount === 1) details.append(body(theme));
      answers.drawn();
      closeOthers(details);
      const hidden = summary.getBoundingClientRect().top < 0;
      if (hidden) summary.scrollIntoView({ block: "start" });
    });
    rows.set(theme.id, { details, values });
    return details;
  }

  function closeOthers(opened) {
    for (const { details } of rows.values()) if (details !== opened) details.open = false;
  }

  function body(theme) {
    const following = content.themes[content.themes.indexOf(theme) + 1];
    return h(
      "div", { class: "k-body" },
      theme.lead && h("p", { class: "soft" }, theme.lead),
      theme.questions && talk(theme),
      heading(content, words.agreed, { class: "k-part-title" }, 1),
      chips(theme, "agreed", words["as-is"], "k-as-is"),
      chips(theme, "agreed-to-be", words["to-be"], "k-to-be"),
      textField(answers, { subject: theme.id, aspect: "rationale", label: words.rationale, hint: words["rationale-help"] }),
      otherView(theme),
      checkField(answers, { subject: theme.id, aspect: "discussed", label: words.discussed }),
      following && h("p", { class: "k-buttons" }, h("button", { type: "button", class: "button quiet", click: () => goTo(following) }, words.next)),
    );
  }

  function talk(theme) {
    const { title, note, items } = theme.questions;
    return h(
      "div", { class: "k-talk" }, title && h("p", { class: "k-talk-title" }, title), note && h("p", { class: "note" }, note),
      h("ol", {}, (items ?? []).map((question) => h("li", {}, question))),
    );
  }

  function chips(theme, aspect, legend, className) {
    const levels = Object.entries(content.scale.names).map(([level, note]) => ({ value: Number(level), label: level, note }));
    return radioField(answers, { subject: theme.id, aspect, legend, className, options: [["k-chips", levels]] });
  }

  function otherView(theme) {
    const field = textField(answers, {
      subject: theme.id, aspect: "other-view", label: words["other-view"], hint: words["other-view-help"],
    });
    field.hidden = !is(theme, "other-view");
    const add = h("button", {
      type: "button", class: "k-link", hidden: !field.hidden, "data-answer": true,
      click() {
        add.hidden = true;
        field.hidden = false;
        field.querySelector("textarea").focus();
      },
    }, words["add-other-view"]);
    answers.onChange((key) => {
      if (key !== undefined || !is(theme, "other-view")) return;
      add.hidden = true;
      field.hidden = false;
    });
    return h("div", {}, add, field);
  }

  function goTo(theme) {
    const { details } = rows.get(theme.id);
    details.open = true;
    const summary = details.querySelector("summary");
    summary.scrollIntoView({ block: "start" });
    summary.focus({ preventScroll: true });
  }

  function valuesOf(theme) {
    const level = (aspect) => answers.value(theme.id, aspect) ?? "–";
    if (AGREED.every((aspect) => is(theme, aspect) === null)) return [h("span", { class: "note" }, words["not-set"])];
    return [
      h("span", { class: "k-value k-as-is" }, fill(words["as-is-value"], { level: level("agreed") })),
      h("span", { class: "k-value k-to-be" }, fill(words["to-be-value"], { level: level("agreed-to-be") })),
      is(theme, "discussed") && h("span", { class: "k-tag" }, words["was-discussed"]),
    ].filter(Boolean);
  }

  function counted() {
    for (const [id, { values }] of rows) values.replaceChildren(...valuesOf(themes.get(id)));
    const done = content.themes.length - open().length;
    count.textContent = fill(words["agreed-count"], { count: done, total: content.themes.length });
    if (!rest.querySelector(".k-confirm")) offer();
  }

  function offer() {
    const waiting = acceptable().length;
    const without = open().length - waiting;
    rest.replaceChildren(...[
      waiting > 0 && h("button", { type: "button", class: "button quiet", "data-answer": true, click: ask }, words.accept),
      waiting > 0 && h("p", { class: "note" }, words["accept-help"]),
      without > 0 && content.themes.some((theme) => theme.accept) && h("p", { class: "note" }, fill(words["accept-without"], { count: without })),
    ].filter(Boolean));
    answers.drawn();
  }

  function ask() {
    const question = h("p", { tabindex: "-1", id: newId("ask") }, fill(words["accept-ask"], { count: acceptable().length }));
    rest.replaceChildren(h(
      "div", { class: "k-confirm", role: "group", "aria-labelledby": question.id }, question,
      h("p", { class: "k-buttons" },
        h("button", { type: "button", class: "button", click: accept }, words["accept-yes"]),
        h("button", { type: "button", class: "button quiet", click: close }, words.cancel)),
    ));
    question.focus();
  }

  function accept() {
    const accepted = acceptable();
    for (const theme of accepted) {
      for (const aspect of AGREED) {
        const value = theme.accept[aspect];
        if (is(theme, aspect) === null && value !== undefined && value !== null) answers.put(theme.id, aspect, value, { show: true });
      }
    }
    answers.flush();
    close();
    outcome.textContent = fill(words.accepted, { count: accepted.length });
    outcome.focus();
  }

  function close() {
    rest.replaceChildren();
    offer();
  }

  const first = content.themes.filter((theme) => theme.talk_first);
  const later = content.themes.filter((theme) => !theme.talk_first);
  answers.onChange(counted);
  root.append(
    h("div", { class: "k-line" }, count, answers.status.line),
    ...[[words["talk-first"], first], [first.length ? words["the-others"] : "", later]].filter(([, list]) => list.length).flatMap(
      ([title, list]) => [title ? heading(content, title, { class: "k-list-title" }) : "", h("div", { class: "k-list" }, list.map(row))]),
    h("div", { class: "k-accept" }, outcome, rest),
  );
  const opened = rows.get(answers.openTheme);
  if (opened) opened.details.open = true;
  counted();
}

export default { render: saving("agreement", draw) };
