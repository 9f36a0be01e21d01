// How far reports have come: the page asks again until they are done. Without this script a link does the same.
"use strict";

const AGAIN = 2000;
// The page that shows nothing else: others have to count before they can be shown.
const PAGE = "/rapporter";

async function look() {
  const part = document.getElementById("framdrift");
  if (!part || !("running" in part.dataset)) return;
  try {
    const answer = await fetch(PAGE, { cache: "no-store", redirect: "error" });
    if (answer.status === 403) return location.assign("/inn");
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("framdrift");
    if (answer.ok && fresh && fresh.textContent !== part.textContent) part.replaceWith(fresh);
  } catch {
    // The server starts again, or the line is gone: the next look will tell.
  }
  setTimeout(look, AGAIN);
}

setTimeout(look, AGAIN);
