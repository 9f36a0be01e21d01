// Choosing up to so many.

/** A small number as it is written in a sentence. */
function numberWord(words, number) {
  return words[`number-${number}`] ?? String(number);
}

/** Checkboxes of which at most `most` can be chosen; one too many is undone and said, not silently ignored. */
function chooseUpTo(answers, { aspect, most, legend, help, groups, describe, onChange }) {
  const { words } = answers;
  const id = newId("choose");
  const inputs = new Map();
  const count = h("p", { class: "k-chosen", role: "status" });
  const chosen = () => [...inputs].filter(([, input]) => input.checked).map(([theme]) => theme);
  const counted = (full = false) => {
    const text = fill(words.chosen, { count: chosen().length, most });
    const tooMany = full || chosen().length > most;
    count.textContent = tooMany ? `${text}. ${fill(words["too-many"], { most: numberWord(words, most) })}` : text;
    count.classList.toggle("k-full", tooMany);
  };
  const box = (theme) => {
    const input = h("input", {
      type: "checkbox", "data-answer": true, checked: answers.value(theme.id, aspect) === true,
      change() {
        const full = input.checked && chosen().length > most;
        if (full) input.checked = false;
        else answers.put(theme.id, aspect, input.checked);
        counted(full);
        onChange?.(chosen());
      },
    });
    inputs.set(theme.id, input);
    answers.watch(theme.id, aspect, {
      name: theme.title,
      show(fresh) {
        input.checked = fresh === true;
        counted();
        onChange?.(chosen());
      },
      refused: (text) => text && counted(),
    });
    const note = describe?.(theme);
    return h("label", {}, input, h("span", { class: "k-words" }, theme.title, note && h("span", { class: "note" }, ` ${note}`)));
  };
  const lists = groups.map((group) => {
    const list = h("div", { class: "k-boxes" }, group.themes.map(box));
    if (!group.title) return list;
    const title = newId("group");
    return h("div", { role: "group", "aria-labelledby": title }, h("p", { class: "k-group", id: title }, group.title), list);
  });
  counted();
  return h(
    "fieldset", { class: "k-choose", "aria-describedby": help ? `${id}-help` : null },
    h("legend", {}, legend),
    help && h("p", { class: "note", id: `${id}-help` }, help),
    count, lists,
  );
}
