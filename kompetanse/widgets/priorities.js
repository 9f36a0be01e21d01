// The few themes the group will do something about.

function draw(root, answers) {
  const content = answers.model.get("content");
  const { words } = answers;
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
}

export default { render: saving("priorities", draw) };
