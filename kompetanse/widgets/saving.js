// Saving: everything typed is in the browser's own queue in the same tick, and leaves it only when the kernel says so.

const PAUSE = { typed: 800, chosen: 250, longest: 4000 };
const UNSAVED_AFTER = 4000;
const AGAIN_AFTER = [4000, 8000, 15000, 30000];
const LOST_AFTER = 30000;

/** The line that says whether answers are saved. A page that says so itself takes the event, and this one is not read out. */
class StatusLine {
  constructor(words, step) {
    this.words = words;
    this.step = step;
    this.line = h("p", { class: "k-status", role: "status" });
  }

  say(state, time) {
    const detail = { state, time, step: this.step };
    const taken = !window.dispatchEvent(new CustomEvent("kompetanse:status", { detail, cancelable: true }));
    this.line.setAttribute("aria-live", taken ? "off" : "polite");
    const text = state === "saved" ? fill(this.words.saved, { time }) : this.words[state === "lost" ? "unsaved" : state];
    if (this.line.textContent !== text) this.line.textContent = text;
    this.line.dataset.state = state;
  }
}

/** The answers of one component: what is saved, what is on its way, and who wants to know. */
class Answers {
  constructor(model) {
    this.model = model;
    this.words = model.get("words");
    this.saved = { ...model.get("answers") };
    this.queue = new Queue(model.get("scope"), model.get("step"));
    this.status = new StatusLine(this.words, model.get("step"));
    this.watchers = new Map();
    this.listeners = new Set();
    this.refusals = new Map();
    this.mine = new Map();
    this.attempts = 0;
    this.stop = this.listen();
    this.flush();
  }

  /** The value to show: the newest one written here, else the saved one. */
  value(subject, aspect) {
    const key = keyOf(subject, aspect);
    const draft = this.queue.drafts.get(key);
    return draft ? draft.value : this.saved[key];
  }

  /** Put a change in the queue now, and send it after a pause; `held` keeps it here while it cannot be accepted as it is. */
  put(subject, aspect, value, { typed = false, held = false, show = false } = {}) {
    const key = keyOf(subject, aspect);
    this.refuse(key, "");
    this.queue.put({ id: draftId(), subject, aspect, value, ...(held && { held }) });
    this.waitingSince ??= Date.now();
    this.oldest ??= Date.now();
    clearTimeout(this.sending);
    const left = Math.max(0, PAUSE.longest - (Date.now() - this.waitingSince));
    this.sending = setTimeout(() => this.flush(), Math.min(typed ? PAUSE.typed : PAUSE.chosen, left));
    if (show) this.watchers.get(key)?.show(value);
    for (const listener of this.listeners) listener(key);
  }

  /** Be told of an answer: `show(value)` when it changed elsewhere, `refused(message)`, and `meanwhile(value, before)`
   * when somebody else changed it while a change made here is on its way. */
  watch(subject, aspect, watcher) {
    const key = keyOf(subject, aspect);
    this.watchers.set(key, watcher);
    if (this.refusals.get(key)) watcher.refused?.(this.refusals.get(key));
  }

  /** Be told of any change, whoever made it. */
  onChange(listener) {
    this.listeners.add(listener);
  }

  /** Forget who wants to know, before the component is drawn anew. */
  unwatch() {
    this.watchers.clear();
  }

  /** Send all that is not acknowledged. */
  flush() {
    clearTimeout(this.sending);
    this.waitingSince = undefined;
    const drafts = [...this.queue.drafts.values()].filter((draft) => !draft.held);
    if (!drafts.length) return;
    this.oldest ??= Date.now();
    for (const part of parts(drafts)) this.send(part);
    this.again ??= setTimeout(() => this.retry(), AGAIN_AFTER[Math.min(this.attempts, AGAIN_AFTER.length - 1)]);
  }

  send(drafts) {
    for (const { subject, aspect, value } of drafts) {
      const key = keyOf(subject, aspect);
      this.mine.set(key, [...(this.mine.get(key) ?? []).slice(-20), ordered(value)]);
    }
    const plain = drafts.map(({ id, subject, aspect, value }) => ({ id, subject, aspect, value }));
    try {
      this.model.send({ type: "answers", drafts: plain });
    } catch {
      // A dead kernel throws here; the drafts stay and are sent again.
    }
  }

  retry() {
    this.again = undefined;
    const late = Date.now() - (this.oldest ?? Date.now());
    if (late >= UNSAVED_AFTER) this.status.say(late >= LOST_AFTER ? "lost" : "unsaved");
    this.attempts += 1;
    this.flush();
  }

  receive(message) {
    if (!message || !Array.isArray(message.ids)) return;
    if (message.type === "saved") this.acknowledge(message);
    if (message.type === "unsaved") this.status.say("unsaved");
    if (message.type === "refused") {
      for (const id of message.ids) this.drop(id, fill(this.words.refused, message));
    }
  }

  acknowledge({ ids, time }) {
    for (const id of ids) {
      const draft = this.queue.take(id);
      if (draft) this.saved[keyOf(draft.subject, draft.aspect)] = draft.value;
    }
    this.attempts = 0;
    this.settled();
    if (this.oldest) this.oldest = Date.now();
    else this.status.say("saved", time);
  }

  drop(id, message) {
    const draft = this.queue.take(id);
    this.settled();
    if (!draft) return;
    const key = keyOf(draft.subject, draft.aspect);
    const watcher = this.watchers.get(key);
    // Text that was refused stays in its field, so that it can be mended; a choice goes back to what is saved.
    if (!watcher?.keeps) watcher?.show(this.saved[key]);
    this.refuse(key, message);
    this.status.line.textContent = message;
    this.status.line.dataset.state = "unsaved";
    for (const listener of this.listeners) listener(key);
  }

  refuse(key, message) {
    if (message) this.refusals.set(key, message);
    else if (!this.refusals.delete(key)) return;
    this.watchers.get(key)?.refused?.(message);
  }

  settled() {
    if ([...this.queue.drafts.values()].some((draft) => !draft.held)) return;
    this.oldest = undefined;
    clearTimeout(this.again);
    this.again = undefined;
  }

  /** Take in what the kernel says the answers are now; what is being written here is never overwritten. */
  refresh() {
    const before = this.saved;
    this.saved = { ...this.model.get("answers") };
    const names = new Set();
    for (const key of new Set([...Object.keys(before), ...Object.keys(this.saved)])) {
      const fresh = this.saved[key];
      if (same(before[key], fresh)) continue;
      const watcher = this.watchers.get(key);
      const own = this.mine.get(key)?.includes(ordered(fresh));
      const draft = this.queue.drafts.get(key);
      if (draft && !own && !same(draft.value, fresh)) watcher?.meanwhile?.(fresh, before[key]);
      if (draft || own) continue;
      watcher?.show(fresh);
      names.add(watcher?.name ?? "");
    }
    if (names.size) this.changed([...names].filter(Boolean));
    for (const listener of this.listeners) listener();
  }

  changed(names) {
    const { words } = this;
    this.status.line.textContent = names.length === 1 ? fill(words["changed-field"], { field: names[0] }) : words.changed;
    this.status.line.dataset.state = "changed";
  }

  listen() {
    const message = (content) => this.receive(content);
    const refresh = () => this.refresh();
    const flush = () => this.flush();
    const hidden = () => this.flush();
    this.model.on("msg:custom", message);
    this.model.on("change:answers", refresh);
    window.addEventListener("pagehide", flush);
    window.addEventListener("online", flush);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      this.flush();
      clearTimeout(this.again);
      this.model.off("msg:custom", message);
      this.model.off("change:answers", refresh);
      window.removeEventListener("pagehide", flush);
      window.removeEventListener("online", flush);
      document.removeEventListener("visibilitychange", hidden);
    };
  }
}

/** Draw a component that saves: `draw(root, answers)` fills the root, and again when the content changes. */
function saving(name, draw) {
  return ({ model, el }) => {
    const answers = new Answers(model);
    const { words } = answers;
    const note = h("p", { class: "k-lock note" }, words.locked);
    const stage = h("div", { class: "k-stage" });
    const relock = () => {
      const locked = model.get("locked");
      lock(stage, locked);
      note.hidden = !locked;
      if (locked) answers.status.say("locked");
    };
    const redraw = () => {
      // Whoever is writing is not pulled out of the field: new content waits until the field is left.
      if (stage.contains(document.activeElement) && document.activeElement.matches("textarea, input[type=text], input[type=date]")) {
        document.activeElement.addEventListener("blur", () => setTimeout(redraw, 300), { once: true });
        return;
      }
      answers.unwatch();
      answers.listeners.clear();
      stage.replaceChildren();
      draw(stage, answers);
      relock();
    };
    answers.drawn = relock;
    model.on("change:content", redraw);
    model.on("change:locked", relock);
    el.append(h("div", { class: `kompetanse k-${name}`, lang: words.language }, note, stage));
    redraw();
    return () => {
      answers.stop();
      model.off("change:content", redraw);
      model.off("change:locked", relock);
    };
  };
}
