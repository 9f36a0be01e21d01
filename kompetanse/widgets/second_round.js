// The second round: the statements of the themes that were talked about, all at once, since they are few.

function draw(root, answers) {
  const content = answers.model.get("content");
  const { words } = answers;
  const options = (item) => [
    ["k-levels", Object.entries(item.levels).map(([level, text]) => ({ value: Number(level), label: level, note: text }))],
    ["k-other", [{ value: "vet-ikke", label: content.dont_know }]],
  ];
  const field = (item) => radioField(answers, {
    subject: item.id, aspect: "as-is", legend: item.text, help: item.help, className: "k-item", options: options(item),
  });
  const theme = ({ title, items }) => [heading(content, title, {}, 1), items.map(field)];
  root.append(
    heading(content, words.title),
    h("p", { class: "note" }, content.themes.length ? words.intro : words.none),
    ...content.themes.flatMap(theme).flat(),
    answers.status.line,
  );
}

export default { render: saving("assessment", draw) };
