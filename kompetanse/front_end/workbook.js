// The front end of a live workbook: draws each step's components as they arrive, the step that is read first.
//
// The page (workbook-page.js) puts what arrives in its place and says so with `kompetanse:arrived` on the step's section.
// A component stands as `.component > script` with its model's id and the states it needs.
import { Widget } from "@lumino/widgets";
import { Manager } from "./manager.js";

const WAITING = ".component > script[type='application/vnd.kompetanse.component+json']";

const manager = new Manager(() => words("ukjent"));


/** The words for what cannot be shown, from the page. */
const words = (id) => document.getElementById(id).content.cloneNode(true);

/** Take in what has arrived, and draw what is being looked at. */
function take() {
  for (const script of document.querySelectorAll(WAITING)) {
    const place = script.parentElement;
    if (!place.component) {
      const { id, states } = JSON.parse(script.textContent);
      place.component = id;
      manager.remember(states);
    }
    if (!place.closest("[hidden]")) draw(script);
  }
}

async function draw(script) {
  const place = script.parentElement;
  script.remove();
  try {
    const view = await manager.create_view(await manager.get_model(place.component));
    Widget.attach(view.luminoWidget, place);
  } catch (error) {
    console.error(error);
    place.append(words("mislyktes"));
  }
}

/** Draw one component that nobody looks at yet, and the next when the browser has time again. */
function drawRest() {
  const script = document.querySelector(WAITING);
  if (script) {
    draw(script);
    whenIdle(drawRest);
  } else {
    manager.makeAll();
  }
}

const whenIdle = (task) => (window.requestIdleCallback ? requestIdleCallback(task, { timeout: 500 }) : setTimeout(task, 50));

/** All that the kernel showed is there, so the kernel has time: what is answered meanwhile waits for the line to it. */
async function complete() {
  const last = document.getElementById("modeller");
  if (last) {
    const { changed, states } = JSON.parse(last.textContent);
    manager.remember(states);
    manager.change(changed);
  }
  take();
  whenIdle(drawRest);
  const config = document.getElementById("jupyter-config-data");
  // Without a kernel the page has said so in words.
  if (!config) return;
  const { connect } = await import("./kernel.js");
  manager.connect(connect(JSON.parse(config.textContent).kernelId));
}

take();
document.addEventListener("kompetanse:arrived", take);
window.addEventListener("hashchange", take);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", complete);
else complete();
