// Elements: native controls with visible labels. Whatever a person wrote enters the page as text, never as markup.

const PROPERTIES = new Set(["checked", "disabled", "hidden", "open", "readOnly", "value"]);

/** An element; attributes that are functions listen to the event of that name. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SEED = Math.random().toString(36).slice(2, 8);
let made = 0;

/** An id that no other element of the page has. */
function newId(name = "id") {
  made += 1;
  return `k-${SEED}-${name}-${made}`;
}

/** Words with {name} replaced. */
function fill(words, values) {
  return String(words ?? "").replace(/\{([\w-]+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A small number as it is written in a sentence. */
function numberWord(words, number) {
  return words[`number-${number}`] ?? String(number);
}

/** A heading of the level the content asks for, one deeper for each `below`. */
function heading(content, text, attributes = {}, below = 0) {
  const level = Math.min(6, (content.heading ?? 3) + below);
  return h(`h${level}`, attributes, text);
}

/** Text for screen readers only. */
function spoken(text) {
  return h("span", { class: "k-spoken" }, text);
}

/** Typed text without what only a machine would send: control characters and halves of characters. */
function cleaned(text) {
  return text
    .normalize("NFC")
    .replace(/\r\n?|\u000b|\u000c|\u0085|\u2028|\u2029/g, "\n")
    .replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g, "")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");
}

/** Whether two JSON values say the same, whatever the order of their fields. */
function same(one, other) {
  return ordered(one) === ordered(other);
}

function ordered(value) {
  return JSON.stringify(value ?? null, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Controls that answer are shown but cannot be changed; text stays selectable and can be tabbed to. */
function lock(root, locked) {
  for (const control of root.querySelectorAll("[data-answer]")) {
    if (control.matches("textarea, input[type=text]")) control.readOnly = locked;
    else control.disabled = locked;
  }
}

/** The text an error or a note of a field is written in; hidden while it has none. */
function messageLine(id) {
  const line = h("p", { class: "k-message", id, hidden: true });
  return {
    line,
    say(text) {
      line.textContent = text ?? "";
      line.hidden = !text;
    },
  };
}

/** A labelled text area, or one line of text, that saves what is typed and says so when somebody else wrote there too. */
function textField(answers, { subject, aspect, label, hint, longest = 20000, oneLine = false }) {
  const { words } = answers;
  const id = newId("text");
  const value = answers.value(subject, aspect);
  const error = messageLine(`${id}-error`);
  const count = h("p", { class: "k-count note", id: `${id}-count`, hidden: true });
  const others = h("div", { class: "k-others" });
  const described = [hint && `${id}-hint`, `${id}-count`, `${id}-error`].filter(Boolean).join(" ");
  let waiting;

  const input = h(oneLine ? "input" : "textarea", {
    id, type: oneLine && "text", dir: "auto", maxlength: longest, autocomplete: "off", "data-answer": true,
    "aria-describedby": described, value: typeof value === "string" ? value : "",
    input() {
      answers.put(subject, aspect, cleaned(input.value), { typed: true });
      counted();
      if (waiting !== undefined) meanwhile(waiting);
    },
    blur() {
      answers.flush();
      if (waiting !== undefined) show(waiting);
    },
  });

  function counted() {
    const left = longest - input.value.length;
    const near = (longest <= 2000 && !oneLine) || left < longest / 10;
    count.hidden = !near;
    if (!near) return;
    const full = left <= 0 ? ` ${words["no-more-characters"]}.` : "";
    count.textContent = `${fill(words.characters, { count: input.value.length, most: longest })}.${full}`;
  }

  function show(fresh) {
    waiting = undefined;
    others.replaceChildren();
    if (typeof fresh !== "string" && fresh !== null && fresh !== undefined) return;
    if (input.value !== (fresh ?? "")) input.value = fresh ?? "";
    counted();
  }

  /** Both wrote: what is written here stands, and the other text can be read beside it. */
  function meanwhile(fresh) {
    waiting = undefined;
    others.replaceChildren(
      h("p", { class: "note" }, words["changed-meanwhile"]),
      h("details", {}, h("summary", {}, words["show-other"]), h("p", { class: "k-plain", dir: "auto" }, fresh ?? "")),
    );
  }

  answers.watch(subject, aspect, {
    name: label,
    show(fresh) {
      if (document.activeElement !== input) return show(fresh);
      waiting = fresh ?? "";
      others.replaceChildren(h("p", { class: "note" }, words["changed-meanwhile"]));
    },
    meanwhile,
    refused(text) {
      error.say(text);
      input.toggleAttribute("aria-invalid", Boolean(text));
    },
    keeps: true,
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
