// A few short answers for the word cloud, and private notes beside them.

function draw(root, answers) {
  const content = answers.model.get("content");
  const { words } = answers;
  const step = answers.model.get("step");
  const seen = h("p", { class: "note" });
  const tell = (shared) => { seen.textContent = shared ? words["group-sees"] : words["only-you"]; };
  tell(answers.value(step, "shared") === true);

  function shortAnswers() {
    const id = newId("words");
    const error = messageLine(`${id}-error`);
    const written = answers.value(step, "answer") ?? [];
    const inputs = Array.from({ length: content.answers }, (_, n) => h("input", {
      type: "text", id: `${id}-${n}`, maxlength: content.longest ?? 40, autocomplete: "off", dir: "auto", value: written[n] ?? "",
      "data-answer": true, "aria-describedby": `${id}-help ${id}-error`, input: put, blur: () => answers.flush(),
    }));
    const tooLong = (text) => text.split(" ").length > content.words;

    /** Too many words are kept here and said; they are sent when they are few enough. */
    function put() {
      const texts = inputs.map((input) => cleaned(input.value).trim().replace(/\s+/g, " "));
      const held = texts.some(tooLong);
      answers.put(step, "answer", texts.filter(Boolean), { typed: true, held });
      check(texts);
    }

    function check(texts) {
      inputs.forEach((input, n) => input.toggleAttribute("aria-invalid", tooLong(texts[n] ?? "")));
      error.say(texts.some(tooLong) ? fill(words["too-many-words"], { most: content.words }) : "");
    }

    answers.watch(step, "answer", {
      name: content.prompt,
      show(fresh) {
        if (inputs.includes(document.activeElement)) return;
        inputs.forEach((input, n) => { input.value = fresh?.[n] ?? ""; });
      },
      refused: error.say,
      keeps: true,
    });
    check(written);
    return h(
      "fieldset", { class: "k-short" }, h("legend", {}, content.prompt),
      h("p", { class: "note", id: `${id}-help` }, fill(words["words-help"], { most: content.words })),
      inputs.map((input, n) => h("div", { class: "k-field" }, h("label", { for: input.id }, fill(words.answer, { number: n + 1 })), input)),
      error.line,
    );
  }

  root.append(h(
    "div", { class: "card" },
    shortAnswers(),
    checkField(answers, { subject: step, aspect: "shared", label: words.share, onChange: tell }),
    seen,
    content.notes?.length > 0 && h(
      "fieldset", { class: "k-notes" }, h("legend", {}, words.notes), h("p", { class: "note" }, words["notes-help"]),
      content.notes.map((note) => textField(answers, { subject: note.id, aspect: "note", label: note.text, longest: note.longest, alone: true })),
    ),
    answers.status.line,
  ));
}

export default { render: saving("words", draw) };
