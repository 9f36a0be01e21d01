// Saving: everything typed is in the browser's own queue in the same tick, and leaves it only when the kernel says so.
//
// Of a text that several may write in, one draft at a time is on its way. Its `base` is what it was written on top of,
// so that whatever others have written meanwhile stands beside it; what is typed meanwhile waits, on top of that draft.
// It says whether it `goes_on` where its writer wrote last: then it stays together with that, whoever writes there, too.

const PAUSE = { typed: 800, shared: 350, chosen: 250, longest: 4000, sharedLongest: 900 };
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
    // Where this page has written last in each text, by its key, and by its field after that.
    this.ends = new Map();
    // What an earlier page has left may have been sent.
    this.flying = new Set([...this.queue.drafts.values()].map(({ id, sent }) => sent?.id ?? id));
    this.attempts = 0;
    this.stop = this.listen();
    this.flush(true);
  }

  /** The value to show: the newest one written here, else the saved one. */
  value(subject, aspect) {
    const key = keyOf(subject, aspect);
    const draft = this.queue.drafts.get(key);
    return draft ? draft.value : this.saved[key];
  }

  /** Put a change in the queue now, and send it after a pause; `held` keeps it here while it cannot be accepted as it is.
   * `merge`: others may write in the same text. `shared`: they see it as it is written, so it is sent soon.
   * `at`: the place after what was written, in the text or in its `field`. */
  put(subject, aspect, value, { typed = false, held = false, show = false, merge = false, shared = false, at, field } = {}) {
    const key = keyOf(subject, aspect);
    this.refuse(key, "");
    const base = merge && value !== null ? this.baseOf(key, value, { at, field }) : {};
    this.queue.put({ id: draftId(), subject, aspect, value, ...(held && { held }), ...base });
    this.waitingSince ??= Date.now();
    this.oldest ??= Date.now();
    clearTimeout(this.sending);
    const left = Math.max(0, (shared ? PAUSE.sharedLongest : PAUSE.longest) - (Date.now() - this.waitingSince));
    const pause = typed ? (shared ? PAUSE.shared : PAUSE.typed) : PAUSE.chosen;
    this.sending = setTimeout(() => this.flush(), Math.min(pause, left));
    if (show) this.watchers.get(key)?.show(value);
    for (const listener of this.listeners) listener(key);
  }

  /** What a new draft is written on top of: a draft that is on its way, what the last one had, or what is saved. */
  baseOf(key, value, written) {
    const before = this.queue.drafts.get(key);
    const goesOn = this.goesOn(key, before ? before.value : this.saved[key], value, written);
    if (!before || !("base" in before)) return { base: this.saved[key] ?? nothing(value), goes_on: goesOn };
    if (before.sent) return { base: before.base, sent: before.sent, goes_on: before.goes_on };
    if (!this.flying.has(before.id)) return { base: before.base, goes_on: before.goes_on };
    return { base: before.value, sent: before, goes_on: goesOn };
  }

  /** Whether what was written until `at` goes on where this page wrote last; that is where it has written last now. */
  goesOn(key, before, value, { at, field }) {
    if (at === undefined) return false;
    const place = field === undefined ? key : `${key}|${field}`;
    const last = this.ends.get(place);
    this.ends.set(place, at);
    return last !== undefined && at - last === textIn(value, field).length - textIn(before, field).length;
  }

  /** Others have changed what is shown: whoever shows it is told, and the places written in last go along. */
  othersChanged(key, before, fresh, how = {}) {
    for (const [place, end] of this.ends) {
      const field = place === key ? undefined : place.slice(key.length + 1);
      if (place !== key && !place.startsWith(`${key}|`)) continue;
      this.ends.set(place, moved(end, textIn(before, field), textIn(fresh, field), how));
    }
    this.watchers.get(key)?.show(fresh, { ...how, others: true });
  }

  /** Be told of an answer: `show(value, {others})` when it is another than was shown, and `refused(message)`. */
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

  /** Send all that is not acknowledged; what is on its way, `again` only. */
  flush(again = false) {
    clearTimeout(this.sending);
    this.waitingSince = undefined;
    const waiting = [...this.queue.drafts.values()].filter((draft) => !draft.held);
    if (!waiting.length) return;
    const drafts = waiting.map((draft) => draft.sent ?? draft)
      .filter((draft) => again || !("base" in draft) || !this.flying.has(draft.id));
    this.oldest ??= Date.now();
    for (const part of parts(drafts)) this.send(part);
    this.again ??= setTimeout(() => this.retry(), AGAIN_AFTER[Math.min(this.attempts, AGAIN_AFTER.length - 1)]);
  }

  send(drafts) {
    const plain = drafts.map(({ id, subject, aspect, value, base, goes_on }) => ({ id, subject, aspect, value, base, goes_on }));
    for (const draft of drafts) if ("base" in draft) this.flying.add(draft.id);
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
    this.flush(true);
  }

  receive(message) {
    if (!message || !Array.isArray(message.ids)) return;
    if (message.type === "saved") this.acknowledge(message);
    if (message.type === "unsaved") this.status.say("unsaved");
    if (message.type === "refused") {
      for (const id of message.ids) this.drop(id, fill(this.words.refused, message));
    }
  }

  acknowledge({ ids, time, merged: stands = {} }) {
    for (const id of ids) {
      const holder = this.queue.holder(id);
      this.flying.delete(id);
      if (!holder) continue;
      const key = keyOf(holder.subject, holder.aspect);
      if (holder.id === id) {
        const draft = this.queue.take(id);
        this.saved[key] = id in stands ? stands[id] : draft.value;
        const how = { theirsFirst: !draft.goes_on };
        if (!same(this.saved[key], draft.value)) this.othersChanged(key, draft.value, this.saved[key], how);
        if ("base" in draft) this.catchUp(key);
      } else {
        const { sent, ...newer } = holder;
        this.saved[key] = id in stands ? stands[id] : sent.value;
        this.rebase(key, newer, sent.value, this.saved[key], { theirsFirst: !sent.goes_on });
        this.catchUp(key);
        clearTimeout(this.sending);
        this.sending = setTimeout(() => this.flush(), PAUSE.chosen);
      }
    }
    this.attempts = 0;
    this.settled();
    if (this.oldest) this.oldest = Date.now();
    else this.status.say("saved", time);
  }

  /** A draft that is not on its way, written on top of `before`, comes to stand on top of `fresh`. */
  rebase(key, draft, before, fresh, how = {}) {
    const { texts } = this.watchers.get(key) ?? {};
    const value = merged(before, fresh ?? null, draft.value, { ...how, goesOn: draft.goes_on, texts });
    this.queue.put({ ...draft, value, base: fresh ?? nothing(value) });
    if (!same(value, draft.value)) this.othersChanged(key, draft.value, value, how);
  }

  /** What others have written while a draft was on its way was passed over until now. */
  catchUp(key) {
    const fresh = this.model.get("answers")[key];
    if (same(fresh, this.saved[key])) return;
    const draft = this.queue.drafts.get(key);
    const before = this.saved[key];
    this.saved[key] = fresh;
    if (draft) this.rebase(key, draft, before, fresh);
    else this.othersChanged(key, before, fresh);
  }

  drop(id, message) {
    const holder = this.queue.holder(id);
    this.flying.delete(id);
    if (holder?.sent?.id === id) {
      // What is written on top of it is all there is now.
      const { sent, ...newer } = holder;
      const key = keyOf(newer.subject, newer.aspect);
      this.queue.put({ ...newer, base: this.saved[key] ?? nothing(newer.value) });
      this.sending = setTimeout(() => this.flush(), PAUSE.chosen);
      return;
    }
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
    // What somebody writes in waits until the kernel has said what became of the draft that is on its way.
    for (const [key, draft] of this.queue.drafts) {
      if ("base" in draft && (draft.sent || this.flying.has(draft.id))) {
        if (key in before) this.saved[key] = before[key];
        else delete this.saved[key];
      }
    }
    for (const key of new Set([...Object.keys(before), ...Object.keys(this.saved)])) {
      const fresh = this.saved[key];
      if (same(before[key], fresh)) continue;
      const draft = this.queue.drafts.get(key);
      if (draft && "base" in draft) this.rebase(key, draft, draft.base, fresh);
      if (draft) continue;
      this.othersChanged(key, before[key], fresh);
      names.add(this.watchers.get(key)?.name ?? "");
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
    const flush = () => this.flush(true);
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

/** A text, or one of its fields; "" where there is none. */
function textIn(value, field) {
  const found = field === undefined ? value : value?.[field];
  return typeof found === "string" ? found : "";
}

/** What a text, or fields, are before anything is written. */
const nothing = (value) => (typeof value === "string" ? "" : {});

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
