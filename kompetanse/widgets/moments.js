// Where the room is. Nothing moves by itself under anybody's hands but the time that is left.

const SECOND = 1000;

function render({ model, el }) {
  const words = model.get("words");
  const line = h("p", { class: "k-now", role: "status" });
  const clock = h("p", { class: "k-clock" });
  const facts = h("p", { class: "note k-facts" });
  const note = h("p", { class: "note" });
  const tools = h("div", { class: "k-tools" });
  const problem = messageLine(newId("moment"));
  let ahead = 0;
  let drawn = "";
  // Chosen here, and not said back yet: whoever is quick must not undo with the second choice what the first was.
  let chosen = {};

  const content = () => model.get("content");
  const title = (list, id) => list.find((each) => each.id === id)?.title ?? "";

  function lead(changed) {
    const { moment: name, theme, box, locked, follows } = content();
    const { start = false, ...kept } = changed;
    chosen = { ...chosen, ...kept };
    problem.say("");
    try {
      model.send({ type: "lead", lead: { name, theme, box, locked, follows, ...chosen, start } });
    } catch {
      problem.say(words.refused);
    }
  }

  function draw() {
    const { moments, moment, theme, themes } = content();
    ahead = content().clock - Date.now();
    chosen = {};
    const parts = [title(moments, moment), theme && fill(words.theme, { title: title(themes, theme) })];
    const text = parts.filter(Boolean).join(" · ");
    if (line.textContent !== text) line.textContent = text;
    facts.textContent = content().facts.join(" · ");
    note.textContent = content().note;
    note.hidden = !content().note;
    tick();
    control();
  }

  function tick() {
    const { begun, parts } = content();
    clock.hidden = !begun;
    if (!begun) return;
    let gone = Math.max(0, Math.floor((Date.now() + ahead - begun) / SECOND));
    const part = parts.find(({ seconds }) => gone < seconds || ((gone -= seconds), false));
    const left = part ? part.seconds - gone : 0;
    const time = `${Math.floor(left / 60)}.${String(left % 60).padStart(2, "0")}`;
    const text = part ? [part.title, fill(words.left, { time })].filter(Boolean).join(": ") : words.over;
    if (clock.textContent !== text) clock.textContent = text;
  }

  /** The buttons are made anew only when there are others: what somebody is about to press stays where it is. */
  function control() {
    const { leads, clock: _, facts: __, ...rest } = content();
    if (!leads || drawn === ordered(rest)) return;
    drawn = ordered(rest);
    const held = document.activeElement?.closest?.("[data-tool]")?.dataset.tool;
    const open = tools.querySelector("details")?.open ?? false;
    tools.replaceChildren(...buttons(rest, open));
    if (held) tools.querySelector(`[data-tool="${held}"]`)?.focus();
  }

  function buttons({ moments, moment, next, back, themes, theme, boxes, box, begun, locked, follows, plenum, locks }, open) {
    const go = (tool, text, changed, quiet = true) =>
      h("button", { type: "button", class: quiet ? "button quiet" : "button", "data-tool": tool, click: () => lead(changed) }, text);
    const choose = (tool, label, empty, options, chosen, change) => {
      const id = newId(tool);
      const list = [{ id: "", title: empty }, ...options];
      const select = h("select", { id, "data-tool": tool, change: () => change(select.value) },
        list.map((each) => h("option", { value: each.id, selected: each.id === chosen }, each.title)));
      return h("div", { class: "k-field" }, h("label", { for: id }, label), select);
    };
    const own = !follows;
    const check = h("input", { type: "checkbox", checked: follows, "data-tool": "follow", change: () => lead({ follows: check.checked }) });
    return [
      own && next && h("p", { class: "k-buttons" }, go("next", fill(words.next, { title: title(moments, next) }), { name: next }, false)),
      h("details", { open },
        h("summary", { "data-tool": "more" }, words.more),
        own && themes.length > 0 && choose("theme", words["choose-theme"], words["no-theme"], themes, theme, (id) => lead({ theme: id })),
        own && choose("box", words["choose-box"], words["no-box"], boxes, box, (id) => lead({ box: id, start: Boolean(id) })),
        h("p", { class: "k-buttons" },
          own && box && go("start", begun ? words.stop : words.start, begun ? { box: "" } : { start: true }),
          own && back && go("back", fill(words.back, { title: title(moments, back) }), { name: back }),
          locks && go("lock", locked ? words.unlock : words.lock, { locked: !locked })),
        plenum && h("div", { class: "k-check" }, h("label", {}, check, h("span", {}, words.follow)))),
    ].filter(Boolean);
  }

  const receive = (message) => {
    if (message?.type === "refused") problem.say(message.message);
  };
  const timer = setInterval(tick, SECOND / 4);
  model.on("change:content", draw);
  model.on("msg:custom", receive);
  el.append(h("section", { class: "kompetanse k-moments", lang: words.language, "aria-label": words.here },
    h("div", { class: "k-line" }, line, clock), facts, note, tools, problem.line));
  draw();
  return () => {
    clearInterval(timer);
    model.off("change:content", draw);
    model.off("msg:custom", receive);
  };
}

export default { render };
