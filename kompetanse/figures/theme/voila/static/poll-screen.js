// The results as they come: one request that waits until there is something new. Without it the page asks every 5 s.
"use strict";

const results = document.getElementById("resultat");
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

async function listen() {
  for (;;) {
    try {
      const answer = await fetch(`${results.dataset.news}?siden=${encodeURIComponent(results.dataset.version)}`);
      if (answer.status === 200) {
        const open = results.querySelector("details[open]") !== null;
        results.innerHTML = await answer.text();
        results.dataset.version = answer.headers.get("X-Versjon");
        if (open) results.querySelector("details")?.setAttribute("open", "");
      } else if (answer.status !== 204) {
        // Signed out, or the poll is gone: the page itself says which.
        if (answer.status < 500) return;
        await pause(2000);
      }
    } catch {
      await pause(2000);
    }
  }
}

if (results) listen();
