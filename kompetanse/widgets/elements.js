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
