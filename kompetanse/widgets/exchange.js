// What a group has with other groups: buttons that do something, and what others have written. A part that has not
// changed stays as it is, with whatever is typed or chosen in it.

const ANSWER_WITHIN = 8000;
const ALL = "*";

function render({ model, el }) {
  const words = model.get("words");
  const stage = h("div");
  const status = h("p", { class: "k-outcome", role: "status", tabindex: "-1" });
  const drawn = new Map();
  let waiting;

  function draw() {
    const content = model.get("content");
    const fresh = new Map();
    for (const part of content.parts) {
      const before = drawn.get(part.id);
      const text = ordered(part);
      fresh.set(part.id, before?.text === text ? before : { text, node: make(content, part, before?.node) });
    }
    const nodes = [...fresh.values()].map(({ node }) => node);
    const unchanged = nodes.length === stage.childNodes.length && nodes.every((node, n) => node === stage.childNodes[n]);
    drawn.clear();
    for (const [id, each] of fresh) drawn.set(id, each);
    if (unchanged) return;
    const held = stage.contains(document.activeElement) ? document.activeElement : null;
    stage.replaceChildren(...nodes);
    if (held && stage.contains(held)) held.focus();
    else if (held) status.focus();
  }

  function make(content, part, before) {
    if (part.is === "heading") return heading(content, part.text, {}, part.below ?? 0);
    if (part.is === "text") return h("p", { class: part.soft && "note" }, part.text);
    if (part.is === "code") return h("p", { class: "k-join" }, part.text, " ", h("b", {}, part.code));
    if (part.is === "list") return h("div", {}, h("p", { class: "k-group" }, part.text), h("ul", {}, part.items.map((each) => h("li", {}, each))));
    if (part.is === "read") return read(content, part);
    if (part.is === "find") return find(content, part, before);
    return deed(part, before);
  }

  /** What another group has written: its lines breaks stay, and nothing in it is markup. */
  function read(content, { title, meta, lines }) {
    return h("article", { class: "card k-read" },
      heading(content, title, {}, 1), meta && h("p", { class: "note" }, meta),
      h("dl", {}, lines.flatMap(({ label, text }) => [h("dt", {}, label), h("dd", { class: "k-plain", dir: "auto" }, text)])));
  }

  /** The items about one theme, or all; none before somebody has chosen, so that a page on a phone is not endless. */
  function find(content, { label, choose, all, options, items, none }, before) {
    const id = newId("find");
    const list = h("div");
    const about = (theme) => items.filter((item) => theme === ALL || item.theme === theme);
    const counted = (theme, text) => (about(theme).length ? `${text} (${about(theme).length})` : text);
    const select = h("select", { id, change: show }, h("option", { value: "" }, choose),
      [[ALL, all], ...options].map(([value, text]) => h("option", { value }, counted(value, text))));
    function show() {
      const found = about(select.value);
      const nothing = select.value ? [h("p", { class: "note" }, none)] : [];
      list.replaceChildren(...(found.length ? found.map((item) => read(content, item)) : nothing));
    }
    select.value = before?.querySelector("select")?.value ?? "";
    show();
    return h("div", {}, h("div", { class: "k-field" }, h("label", { for: id }, label), select), list);
  }

  function deed(part, before) {
    const { name, label, confirm, yes, choice, field, quiet } = part;
    const holder = h("div", { class: "k-deed" });
    const id = newId("deed");
    const old = before?.querySelector("input, select")?.value ?? "";
    const input = field && h("input", {
      id, type: "text", maxlength: field.longest, autocomplete: "off", value: old,
      "aria-describedby": field.hint && `${id}-hint`,
      keydown(event) {
        if (event.key === "Enter") press();
      },
    });
    const select = choice && h("select", { id },
      [["", choice.empty], ...choice.options].map(([value, text]) => h("option", { value }, text)));
    if (select && [...select.options].some((option) => option.value === old)) select.value = old;
    const asked = input ?? select;
    const button = h("button", { type: "button", class: quiet ? "button quiet" : "button", click: press }, label);

    function press() {
      if (waiting) return;
      if (asked && !asked.value.trim()) {
        say((field ?? choice).missing, "refused");
        asked.focus();
        return;
      }
      if (confirm) ask();
      else send(name, asked?.value ?? "");
    }

    function ask() {
      const whom = select ? select.options[select.selectedIndex].textContent : "";
      const question = h("p", { id: newId("ask"), tabindex: "-1" }, fill(confirm, { choice: whom }));
      const back = () => { holder.replaceChildren(...parts()); button.focus(); };
      holder.replaceChildren(h("div", { class: "k-confirm", role: "group", "aria-labelledby": question.id }, question,
        h("p", { class: "k-buttons" },
          h("button", { type: "button", class: "button", click: () => { back(); send(name, asked?.value ?? ""); } }, yes ?? label),
          h("button", { type: "button", class: "button quiet", click: back }, words.cancel))));
      question.focus();
    }

    function parts() {
      const hint = field?.hint && h("p", { class: "note", id: `${id}-hint` }, field.hint);
      return [
        asked && h("div", { class: "k-field" }, h("label", { for: id }, (field ?? choice).label), hint, asked),
        h("p", { class: "k-buttons" }, button),
      ].filter(Boolean);
    }

    holder.append(...parts());
    return holder;
  }

  function send(name, value) {
    const id = draftId();
    say(words.working, "working");
    waiting = { id, timer: setTimeout(() => finish(words["no-answer"], "refused"), ANSWER_WITHIN) };
    try {
      model.send({ type: "deed", id, name, value });
    } catch {
      finish(words["no-answer"], "refused");
    }
  }

  function finish(message, state) {
    clearTimeout(waiting?.timer);
    waiting = undefined;
    say(message, state);
  }

  function say(message, state) {
    status.textContent = message;
    status.dataset.state = state;
  }

  function receive(message) {
    if (waiting && message?.id === waiting.id) finish(message.message, message.type);
  }

  model.on("msg:custom", receive);
  model.on("change:content", draw);
  el.append(h("section", { class: "kompetanse k-exchange", lang: words.language, "aria-label": model.get("content").label ?? words["with-others"] }, stage, status));
  draw();
  return () => {
    clearTimeout(waiting?.timer);
    model.off("msg:custom", receive);
    model.off("change:content", draw);
  };
}

export default { render };
