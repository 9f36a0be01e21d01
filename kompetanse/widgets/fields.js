// Fields: an answer with its label, its help and what went wrong, told when somebody else changes it.

/** A labelled text area, or one line of text, that saves what is typed; what others write there comes in beside it.
 * `alone`: nobody else sees it as it is written. */
function textField(answers, { subject, aspect, label, hint, longest = 20000, oneLine = false, alone = false }) {
  const { words } = answers;
  const id = newId("text");
  const value = answers.value(subject, aspect);
  const error = messageLine(`${id}-error`);
  const count = h("p", { class: "k-count note", id: `${id}-count`, hidden: true });
  const others = h("div", { class: "k-others" });
  const described = [hint && `${id}-hint`, `${id}-count`, `${id}-error`].filter(Boolean).join(" ");
  let composing = false;
  let waiting;

  const input = h(oneLine ? "input" : "textarea", {
    id, type: oneLine && "text", dir: "auto", maxlength: longest, autocomplete: "off", "data-answer": true,
    "aria-describedby": described, value: typeof value === "string" ? value : "",
    input() {
      answers.put(subject, aspect, written(), { typed: true, merge: true, shared: !alone, at: input.selectionEnd });
      counted();
    },
    compositionstart() {
      composing = true;
    },
    compositionend() {
      composing = false;
      if (waiting) place(written());
      waiting = undefined;
    },
    blur() {
      // Not at once: what stands below would move away under the finger that presses it.
      setTimeout(() => { if (document.activeElement !== input) others.replaceChildren(); }, 300);
      answers.flush();
    },
  });

  /** What stands in the field, with what could not be put there while a character is being made up of several keys. */
  function written() {
    const text = cleaned(input.value);
    return waiting ? mergedText(waiting.from, waiting.text, text) : text;
  }

  function counted() {
    const left = longest - input.value.length;
    const near = (longest <= 2000 && !oneLine) || left < longest / 10;
    count.hidden = !near;
    if (!near) return;
    const full = left <= 0 ? ` ${words["no-more-characters"]}.` : "";
    count.textContent = `${fill(words.characters, { count: input.value.length, most: longest })}.${full}`;
  }

  /** Another text in the field, with the caret, the selection and the scrolling where they were. */
  function place(text, how) {
    const { selectionStart, selectionEnd, scrollTop, value: before } = input;
    input.value = text;
    if (document.activeElement === input) {
      input.setSelectionRange(moved(selectionStart, before, text, how), moved(selectionEnd, before, text, how));
      input.scrollTop = scrollTop;
    }
    counted();
  }

  answers.watch(subject, aspect, {
    name: label,
    show(fresh, from) {
      if (typeof fresh !== "string" && fresh !== null && fresh !== undefined) return;
      const text = fresh ?? "";
      // Another field of the same card may be all that has changed.
      if (text === written()) return;
      if (composing) waiting = { from: waiting?.from ?? cleaned(input.value), text };
      else place(text, from);
      const note = from?.others && document.activeElement === input;
      others.replaceChildren(...(note ? [h("p", { class: "note" }, words["changed-meanwhile"])] : []));
    },
    refused(text) {
      error.say(text);
      input.toggleAttribute("aria-invalid", Boolean(text));
    },
    keeps: true,
    isText: true,
  });
  counted();
  return h(
    "div", { class: "k-field" },
    h("label", { for: id }, label),
    hint && h("p", { class: "note", id: `${id}-hint` }, hint),
    input, count, error.line, others,
  );
}

/** A labelled checkbox whose answer is true or false. */
function checkField(answers, { subject, aspect, label, hint, onChange }) {
  const id = newId("check");
  const error = messageLine(`${id}-error`);
  const input = h("input", {
    id, type: "checkbox", "data-answer": true, checked: answers.value(subject, aspect) === true,
    "aria-describedby": [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" "),
    change() {
      answers.put(subject, aspect, input.checked);
      onChange?.(input.checked);
    },
  });
  answers.watch(subject, aspect, {
    name: label,
    show(fresh) {
      input.checked = fresh === true;
      onChange?.(input.checked);
    },
    refused: error.say,
  });
  return h(
    "div", { class: "k-check" },
    h("label", { for: id }, input, h("span", {}, label)),
    hint && h("p", { class: "note", id: `${id}-hint` }, hint),
    error.line,
  );
}

/** Radios under a legend: `options` are [class, [{value, label, note?}]]; `chosen` turns a value into its option. */
function radioField(answers, { subject, aspect, legend, help, options, className, chosen, onChange, below }) {
  const id = newId("radio");
  const error = messageLine(`${id}-error`);
  const picked = chosen ?? ((value) => value);
  const inputs = new Map();
  const select = (value) => {
    for (const [option, input] of inputs) input.checked = same(option, picked(value));
  };
  const option = ({ value, label, note }) => {
    const input = h("input", {
      type: "radio", name: id, "data-answer": true,
      change() {
        answers.put(subject, aspect, value);
        error.say("");
        onChange?.(value);
      },
    });
    inputs.set(value, input);
    const text = note ? [h("b", {}, label), h("span", {}, note)] : [h("span", {}, label)];
    return h("label", {}, input, h("span", { class: "k-words" }, text.flatMap((part, n) => (n ? [" ", part] : [part]))));
  };
  // Up to five stand side by side; more than that in two rows of nearly the same length.
  const columns = (count) => (count > 5 ? Math.ceil(count / 2) : count);
  const groups = options.map(([name, group]) => {
    const box = h("div", { class: name }, group.map(option));
    box.style.setProperty("--columns", columns(group.length));
    return box;
  });
  const helpId = help ? `${id}-help` : "";
  const set = h(
    "fieldset", { class: className, "aria-describedby": [helpId, `${id}-error`].filter(Boolean).join(" ") },
    h("legend", {}, legend),
    help && h("p", { class: "note", id: helpId }, help),
    groups, below, error.line,
  );
  select(answers.value(subject, aspect));
  answers.watch(subject, aspect, {
    name: legend,
    show(fresh) {
      select(fresh);
      onChange?.(fresh);
    },
    refused: error.say,
  });
  return set;
}
