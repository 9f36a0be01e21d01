// Texts under prompts: a question, a case or a card that the group writes together.

function draw(root, answers) {
  const content = answers.model.get("content");
  const { words } = answers;
  const step = answers.model.get("step");
  root.append(h(
    "div", { class: "card" },
    content.note && h("p", { class: "note" }, content.note),
    content.prompts.map((prompt) => textField(answers, {
      subject: prompt.id, aspect: "answer", label: prompt.text, hint: prompt.help, longest: prompt.longest,
    })),
    content.in_report && checkField(answers, {
      subject: step, aspect: "in-report", label: words["in-report"], hint: words["in-report-help"],
    }),
    answers.status.line,
  ));
}

export default { render: saving("prompts", draw) };
