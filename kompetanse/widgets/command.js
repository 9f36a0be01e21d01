// One button that does something for the group, after a question where it cannot be undone.

const ANSWER_WITHIN = 8000;

function render({ model, el }) {
  const words = model.get("words");
  const stage = h("div");
  const status = h("p", { class: "k-outcome", role: "status" });
  let waiting;

  function draw() {
    const { label, text, confirm } = model.get("content");
    const button = h("button", {
      type: "button", class: "button", "aria-disabled": (model.get("locked") || Boolean(waiting)) && "true",
      click() {
        if (model.get("locked") || waiting) return;
        if (confirm) ask();
        else send();
      },
    }, label);
    stage.replaceChildren(...[text && h("p", {}, text), button].filter(Boolean));
    return button;
  }

  function ask() {
    const { label, confirm, yes } = model.get("content");
    const question = h("p", { id: newId("ask"), tabindex: "-1" }, confirm);
    const back = () => draw().focus();
    stage.replaceChildren(h(
      "div", { class: "k-confirm", role: "group", "aria-labelledby": question.id }, question,
      h("p", { class: "k-buttons" },
        h("button", { type: "button", class: "button", click: send }, yes ?? label),
        h("button", { type: "button", class: "button quiet", click: back }, words.cancel)),
    ));
    question.focus();
  }

  function send() {
    const id = draftId();
    say("", "");
    waiting = { id, timer: setTimeout(() => finish(words["no-answer"], "refused"), ANSWER_WITHIN) };
    say(words.working, "working");
    draw().focus();
    try {
      model.send({ type: "command", id, name: model.get("content").name });
    } catch {
      finish(words["no-answer"], "refused");
    }
  }

  function finish(message, state) {
    clearTimeout(waiting?.timer);
    waiting = undefined;
    const held = stage.contains(document.activeElement);
    const button = draw();
    if (held) button.focus();
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
  model.on("change:locked", draw);
  el.append(h("div", { class: "kompetanse k-command", lang: words.language }, stage, status));
  draw();
  return () => {
    clearTimeout(waiting?.timer);
    model.off("msg:custom", receive);
    model.off("change:content", draw);
    model.off("change:locked", draw);
  };
}

export default { render };
