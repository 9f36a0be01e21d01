// A few questions about the module: on levels with one way out, or open.

const WAY_OUT = "vet-ikke";

function draw(root, answers) {
  const content = answers.model.get("content");

  function field(question) {
    const common = { subject: question.id, aspect: "answer" };
    const levels = Object.entries(question.levels ?? {}).map(([level, note]) => ({ value: Number(level), label: level, note }));
    if (!levels.length) {
      const text = textField(answers, { ...common, label: question.text, hint: question.note, longest: question.longest, alone: true });
      return question.share ? [text, checkField(answers, { subject: question.id, aspect: "shared", label: question.share })] : text;
    }
    const out = question.way_out ? [["k-other", [{ value: WAY_OUT, label: question.way_out }]]] : [];
    return radioField(answers, { ...common, legend: question.text, help: question.note, className: "k-item", options: [["k-levels", levels], ...out] });
  }

  if (content.reply?.text) root.append(h("div", { class: "card k-reply" }, heading(content, content.reply.title), h("p", { class: "k-plain" }, content.reply.text)));
  root.append(h("div", { class: "card" }, content.note && h("p", { class: "note" }, content.note), content.questions.flatMap(field), answers.status.line));
}

export default { render: saving("feedback", draw) };
