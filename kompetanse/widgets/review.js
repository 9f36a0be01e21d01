// The actions of earlier modules: where each stands now, what has happened, and a new date where it is moved.

const REVIEWED = ["planned", "under-way", "done", "stopped"];
const REVIEW = "review";

function draw(root, answers) {
  const { words } = answers;
  const { actions, longest } = answers.model.get("content");
  const count = h("p", { class: "k-chosen", role: "status" });

  function card(action) {
    const error = messageLine(newId("error"));
    const record = new Record(answers, action.id, REVIEW, { error, name: action.what, start: {} });
    const statuses = REVIEWED.map((status) => ({ value: status, label: words[status] }));
    return h(
      "fieldset", { class: "card k-reviewed" },
      h("legend", {}, action.what),
      h("ul", { class: "k-facts note" }, action.facts.map((fact) => h("li", {}, fact))),
      radioField(record, { subject: "status", aspect: "", legend: words.status, className: "k-now", options: [["k-chips", statuses]] }),
      h("div", { class: "k-row" },
        textField(record, { subject: "note", aspect: "", label: words.note, hint: words["note-help"], longest, oneLine: true }),
        dateField(record, { field: "due", label: words.due, fallback: action.due })),
      error.line,
    );
  }

  function counted() {
    const done = actions.filter(({ id }) => answers.value(id, REVIEW)?.status).length;
    count.textContent = fill(words.reviewed, { count: done, total: actions.length });
  }

  if (!actions.length) {
    root.append(h("p", { class: "note" }, words.none));
    return;
  }
  root.append(h("p", { class: "note" }, words.intro), count, ...actions.map(card), answers.status.line);
  answers.onChange(counted);
  counted();
}

export default { render: saving("review", draw) };
