// The page around a live workbook: one step at a time, what is saved, and whether the connection holds.
// Loaded in the head before the body arrives, because what the steps show comes bit by bit while the kernel works.
//
// What draws the components and speaks to the kernel, the front end, is another file. The two know each other by events:
// - `kompetanse:arrived`, on a step's section: its components lie there as `.component > script` and may be drawn.
// - `kompetanse:connection`, from the front end: `detail.state` is "connecting", "connected" or "lost".
// - `kompetanse:reconnect`, to the front end: come back now. One that can, cancels the event; else the page loads anew.
// - `kompetanse:status`, from a component: what became of its answers (see kompetanse/widgets/saving.js).
"use strict";

const AWAY = { check: 10000, goodbye: 4000, patience: 5000, first: 1000, longest: 15000, restarts: 7 };
const RELOADS = { most: 3, within: 120000, settled: 8000, key: "kompetanse-omlasting" };

const page = {
  get element() { return document.body; },
  byId: (id) => document.getElementById(id),
};

// ---- One step at a time -------------------------------------------------------------------------------------------

const steps = {
  links: () => [...document.querySelectorAll("nav.steps a")],
  sections: () => [...document.querySelectorAll("section.step")],

  wanted() {
    const names = steps.links().map((link) => link.hash.slice(1));
    const asked = decodeURIComponent(location.hash.slice(1));
    return names.includes(asked) ? asked : names[0];
  },

  /** Show the wanted step. */
  show() {
    const wanted = steps.wanted();
    for (const section of steps.sections()) section.hidden = section.id !== wanted;
    for (const link of steps.links()) {
      if (link.hash.slice(1) === wanted) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
  },

  /** Go to the step in the address: its heading takes the focus, so that a screen reader reads on from there. */
  turn() {
    steps.show();
    window.scrollTo({ top: 0, behavior: "instant" });
    steps.focus(page.byId(steps.wanted()));
    steps.inView();
    visits.note();
  },

  focus(section) {
    const heading = section?.querySelector("h2, h3") ?? section;
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  },

  /** In the narrow row of steps, keep the current one in view. */
  inView() {
    const link = document.querySelector("nav.steps a[aria-current]");
    const row = link?.closest("ol");
    if (row && row.scrollWidth > row.clientWidth) {
      row.scrollLeft += link.getBoundingClientRect().left - row.getBoundingClientRect().left - 16;
    }
  },
};

// ---- What arrives while the kernel works ----------------------------------------------------------------------------

const arrivals = {
  /** Each is a template and, once that is whole, a mark which says where it belongs. */
  take() {
    for (const mark of document.querySelectorAll("span.arrived")) {
      const { content } = mark.previousElementSibling;
      const section = mark.dataset.step && page.byId(mark.dataset.step);
      mark.previousElementSibling.remove();
      mark.remove();
      if (section) arrivals.place(section, content, "kept" in mark.dataset);
      else arrivals.fail(content);
    }
  },

  /** The step's text stays where it is if it is the same; the line that something comes stays until it is drawn. */
  place(section, content, kept) {
    const [text, waiting] = [".blocks", ".waiting"].map((name) => section.querySelector(`:scope > ${name}`));
    const held = !kept && text?.contains(document.activeElement);
    if (!content.querySelector(".component")) waiting?.remove();
    if (!kept) text?.remove();
    (section.querySelector(":scope > .waiting") ?? section.querySelector(".turn")).before(content);
    if (held) steps.focus(section);
    section.dispatchEvent(new CustomEvent("kompetanse:arrived", { bubbles: true }));
  },

  fail(content) {
    for (const waiting of document.querySelectorAll(".waiting")) waiting.hidden = true;
    page.byId("stegene").prepend(content);
  },
};

// ---- Which texts have been read, on this device -------------------------------------------------------------------

const visits = {
  get key() { return `kompetanse-lest:${page.element.dataset.scope}:${page.element.dataset.workbook}`; },

  read() {
    try {
      return new Set(JSON.parse(localStorage.getItem(visits.key) ?? "[]"));
    } catch {
      return new Set();
    }
  },

  /** A text counts as read once the reader has gone on from it. */
  note() {
    const left = visits.last;
    visits.last = steps.wanted();
    if (!left || left === visits.last) return;
    const section = page.byId(left);
    if (!section || section.querySelector(".component, .waiting")) return;
    const read = visits.read().add(left);
    try {
      localStorage.setItem(visits.key, JSON.stringify([...read]));
    } catch {
      // Without storage the mark is only missing next time.
    }
    visits.mark();
  },

  mark() {
    const read = visits.read();
    for (const link of steps.links()) {
      if (read.has(link.hash.slice(1))) progress.done(link);
    }
  },
};

const progress = {
  done(link) {
    link.closest("li").classList.add("done");
    link.querySelector(".mark").textContent = "✓";
    link.querySelector(".state").textContent = page.byId("innhold").dataset.done;
  },
};

// ---- What is saved ------------------------------------------------------------------------------------------------

const saved = {
  worst: ["lost", "unsaved", "locked", "saved"],
  states: new Map(),

  /** The header says it for all components together: as long as one is not saved, that is what counts. */
  take(event) {
    const line = page.byId("lagret");
    if (!line) return;
    event.preventDefault();
    saved.states.set(event.detail.step ?? "", event.detail);
    // An answer went all the way, so the page that was loaded anew is a good one.
    if (event.detail.state === "saved" && event.detail.time) reloads.forget();
    const state = saved.worst.find((name) => [...saved.states.values()].some((each) => each.state === name));
    const time = event.detail.time ?? "";
    const words = (line.dataset[state] ?? "").replace("{time}", time);
    line.dataset.state = state;
    if (line.textContent !== words && (state !== "saved" || time)) line.textContent = words;
  },
};

// ---- Whether the connection holds ---------------------------------------------------------------------------------

const connection = {
  tries: 0,
  state: "held",
  line: "connecting",

  get kernel() {
    try {
      return JSON.parse(page.byId("jupyter-config-data").textContent).kernelId;
    } catch {
      return undefined;
    }
  },

  /** Ask for our own kernel: it answers, it is gone, we are signed out, the server starts again, or nobody is there. */
  async ask() {
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), AWAY.patience);
    try {
      const answer = await fetch(`/api/kernels/${connection.kernel}`, {
        cache: "no-store", credentials: "same-origin", redirect: "manual", signal: stop.signal,
      });
      if (answer.ok) return "held";
      if (answer.status === 404) return "gone";
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "out";
      return answer.status >= 500 ? "restarts" : "away";
    } catch {
      return "away";
    } finally {
      clearTimeout(patience);
    }
  },

  async check() {
    if (connection.asking || !connection.kernel) return;
    connection.asking = true;
    clearTimeout(connection.timer);
    const found = await connection.ask();
    connection.asking = false;
    if (connection.isLeaving()) connection.look();
    else connection.take(found);
  },

  take(found) {
    if (found === "held") {
      connection.hold();
    } else if (found === "gone") {
      connection.heal();
    } else if (found === "out") {
      connection.say("out");
    } else {
      connection.tries += 1;
      // Between its end and its new beginning nobody answers for a while; after that it is something else.
      const still = connection.state === "restarts" && connection.tries < AWAY.restarts;
      connection.say(found === "restarts" || still ? "restarts" : "lost");
    }
    const pause = found === "held" ? AWAY.check : Math.min(AWAY.first * 2 ** connection.tries, AWAY.longest);
    if (connection.state !== "stuck") connection.timer = setTimeout(connection.look, pause);
  },

  /** The kernel answers, so its websocket can come back; if the front end has given it up, only a new page can. */
  hold() {
    const waits = connection.line !== "connected" && connection.state !== "held";
    if ((waits || connection.line === "lost") && !connection.reconnect() && connection.line === "lost") {
      connection.heal();
      return;
    }
    connection.tries = 0;
    if (connection.line === "connected" && performance.now() > RELOADS.settled) reloads.forget();
    if (connection.state !== "held") connection.say("held");
  },

  reconnect: () => !window.dispatchEvent(new CustomEvent("kompetanse:reconnect", { cancelable: true })),

  /** Get a new kernel by loading the page anew: the step and the place on it stay, and so do drafts that wait. */
  heal() {
    const recent = reloads.recent();
    if (recent.length >= RELOADS.most) {
      connection.say("stuck");
      return;
    }
    reloads.note(recent);
    place.keep();
    connection.say("back");
    location.reload();
  },

  say(state) {
    connection.state = state;
    const box = page.byId("forbindelse");
    if (!box) return;
    const words = box.dataset[state] ?? "";
    const text = page.byId("forbindelse-tekst");
    box.hidden = state === "held";
    if (text.textContent !== words) text.textContent = words;
    page.byId("forbindelse-igjen").hidden = state !== "stuck";
    page.byId("forbindelse-inn").hidden = state !== "out";
  },

  look() {
    if (document.visibilityState !== "visible") return;
    if (connection.isLeaving()) connection.timer = setTimeout(connection.look, AWAY.goodbye);
    else connection.check();
  },

  /** Voilà's front end lets go of the kernel when the reader leaves; healing then would hold the reader back. A link that
      turns out to be a download or a mail leaves nobody, so after a moment the page looks again. */
  isLeaving: () => Date.now() - (connection.left ?? 0) < AWAY.goodbye,

  /** Told by the front end at once when the websocket breaks; the poll would find out later. */
  hear({ detail: { state } }) {
    connection.line = state;
    page.element.dataset.connection = state;
    if (state !== "connected") connection.look();
  },
};

const reloads = {
  recent() {
    try {
      const times = JSON.parse(sessionStorage.getItem(RELOADS.key) ?? "[]");
      return times.filter((time) => Date.now() - time < RELOADS.within);
    } catch {
      return [];
    }
  },

  note(recent) {
    try {
      sessionStorage.setItem(RELOADS.key, JSON.stringify([...recent, Date.now()]));
    } catch {
      // Without storage a loop is held back by the pauses alone.
    }
  },

  forget() {
    try {
      sessionStorage.removeItem(RELOADS.key);
    } catch {
      // Nothing was kept.
    }
  },
};

const place = {
  key: "kompetanse-plass",

  keep() {
    try {
      sessionStorage.setItem(place.key, JSON.stringify({ step: steps.wanted(), top: window.scrollY }));
    } catch {
      // The step is in the address anyway.
    }
  },

  /** Back to where the reader was, as soon as the page is long enough again. */
  restore() {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(place.key) ?? "null");
      sessionStorage.removeItem(place.key);
    } catch {
      return;
    }
    if (!kept || kept.step !== steps.wanted() || !kept.top) return;
    const until = Date.now() + 8000;
    const attempt = () => {
      window.scrollTo({ top: kept.top, behavior: "instant" });
      if (Math.abs(window.scrollY - kept.top) > 2 && Date.now() < until) setTimeout(attempt, 100);
    };
    attempt();
  },
};

// ---- The page's life ----------------------------------------------------------------------------------------------

/** Put each thing in its place, and hide each step that is not the wanted one, before it is painted. */
const arriving = new MutationObserver(arrive);

function arrive() {
  arrivals.take();
  steps.show();
}

function ready() {
  arriving.disconnect();
  arrive();
  page.element.dataset.ready = "yes";
  // Once the browser lays the page out anyway.
  requestAnimationFrame(steps.inView);
  visits.last = steps.wanted();
  visits.mark();
  place.restore();
  connection.timer = setTimeout(connection.look, AWAY.check);
  keepPlace();
}

/** A browser that has loaded all of a page goes to its address's step: it scrolls, and takes the focus from whoever has
    begun there. */
function keepPlace() {
  const [held, top] = [document.activeElement, window.scrollY];
  window.addEventListener("load", () => {
    window.scrollTo({ top, behavior: "instant" });
    if (document.activeElement === document.body && held.isConnected) held.focus({ preventScroll: true });
  }, { once: true });
}

/** Phones seldom fire `beforeunload`, so the kernel is also let go of when the page is put away for good. */
function leave(event) {
  if (event.persisted || !connection.kernel) return;
  const token = document.cookie.match(/\b_xsrf=([^;]*)/)?.[1] ?? "";
  const body = new FormData();
  body.append("_xsrf", token);
  navigator.sendBeacon(`/voila/api/shutdown/${connection.kernel}`, body);
}

arriving.observe(document.documentElement, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", ready);
window.addEventListener("hashchange", steps.turn);
window.addEventListener("kompetanse:status", saved.take);
window.addEventListener("kompetanse:connection", connection.hear);
window.addEventListener("beforeunload", () => { connection.left = Date.now(); });
window.addEventListener("pagehide", leave);
window.addEventListener("online", connection.look);
window.addEventListener("pageshow", (event) => { if (event.persisted) connection.look(); });
document.addEventListener("visibilitychange", connection.look);
document.addEventListener("click", (event) => {
  if (event.target.id !== "forbindelse-igjen") return;
  reloads.forget();
  place.keep();
  location.reload();
});
