// The page around a live workbook: one step at a time, what is saved, and whether the connection holds.
// Loaded in the head before the body arrives, because steps come one by one while the kernel works.
"use strict";

const AWAY = { check: 10000, goodbye: 4000, patience: 5000, first: 1000, longest: 15000 };
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

  /** Show the wanted step, or the waiting line while it is on its way. */
  show() {
    const wanted = steps.wanted();
    for (const section of steps.sections()) section.hidden = section.id !== wanted;
    for (const link of steps.links()) {
      if (link.hash.slice(1) === wanted) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    const waiting = page.byId("venter");
    if (waiting) waiting.hidden = page.element.dataset.ready === "yes" || Boolean(page.byId(wanted));
  },

  /** Go to the step in the address: its heading takes the focus, so that a screen reader reads on from there. */
  turn() {
    steps.show();
    const section = page.byId(steps.wanted());
    const heading = section?.querySelector("h2, h3") ?? section;
    heading?.setAttribute("tabindex", "-1");
    window.scrollTo({ top: 0, behavior: "instant" });
    heading?.focus({ preventScroll: true });
    steps.inView();
    visits.note();
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
    if (!section || section.querySelector(".component")) return;
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

  get kernel() {
    try {
      return JSON.parse(page.byId("jupyter-config-data").textContent).kernelId;
    } catch {
      return undefined;
    }
  },

  /** Ask for our own kernel: it answers, it is gone, we are signed out, or nobody is there. */
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
      return "away";
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
      connection.say("lost");
    }
    const pause = found === "held" ? AWAY.check : Math.min(AWAY.first * 2 ** connection.tries, AWAY.longest);
    if (connection.state !== "stuck") connection.timer = setTimeout(connection.look, pause);
  },

  /** The kernel answers. If its websocket has given up meanwhile, only a new page brings the components back. */
  hold() {
    const kernel = window.jupyterapp?.widgetManager?.kernel;
    if (kernel?.connectionStatus === "disconnected") {
      connection.heal();
      return;
    }
    connection.tries = 0;
    if (kernel?.connectionStatus === "connected" && performance.now() > RELOADS.settled) reloads.forget();
    if (connection.state !== "held") connection.say("held");
  },

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

  /** The front end lets go of the kernel when the reader leaves; healing then would hold the reader back. A link that
      turns out to be a download or a mail leaves nobody, so after a moment the page looks again. */
  isLeaving: () => Date.now() - (connection.left ?? 0) < AWAY.goodbye,

  /** Told by the front end at once when the websocket breaks; the poll would find out later. */
  listen() {
    const kernel = window.jupyterapp?.widgetManager?.kernel;
    if (!kernel) {
      setTimeout(connection.listen, 500);
      return;
    }
    kernel.connectionStatusChanged.connect((_, status) => {
      if (status !== "connected") connection.look();
    });
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

/** Steps arrive one by one: hide each that is not the wanted one before it is painted. */
const arriving = new MutationObserver(() => steps.show());

function ready() {
  arriving.disconnect();
  page.element.dataset.ready = "yes";
  steps.show();
  steps.inView();
  visits.last = steps.wanted();
  visits.mark();
  place.restore();
  connection.timer = setTimeout(connection.look, AWAY.check);
  connection.listen();
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
