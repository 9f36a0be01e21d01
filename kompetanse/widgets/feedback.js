// A few questions about the module: on levels with one way out, or open.

const WAY_OUT = "vet-ikke";

function draw(root, answers) {
  const content = answers.model.get("content");

  function field(question) {
    const common = { subject: question.id, aspect: "answer" };
    const levels = Object.entries(question.levels ?? {}).map(([level, note]) => ({ value: Number(level), label: level, note }));
    if (!levels.length) return textField(answers, { ...common, label: question.text, hint: question.note, longest: question.longest, alone: true });
    const out = question.way_out ? [["k-other", [{ value: WAY_OUT, label: question.way_out }]]] : [];
    return radioField(answers, { ...common, legend: question.text, help: question.note, className: "k-item", options: [["k-levels", levels], ...out] });
  }

  root.append(h("div", { class: "card" }, content.note && h("p", { class: "note" }, content.note), content.questions.map(field), answers.status.line));
}

export default { render: saving("feedback", draw) };
