// The screen in a room: asks the server for the next picture of it, and counts down the time in between.
"use strict";

const AGAIN = 2000;
const screen_ = document.getElementById("rom");
const lost = document.getElementById("rom-forbindelse");
let ahead = 0;

function taken() {
  const time = document.getElementById("rom-tid");
  ahead = Number(time.dataset.clock) - Date.now();
  tick();
}

function tick() {
  const time = document.getElementById("rom-tid");
  const begun = Number(time.dataset.begun);
  if (!begun) return;
  let gone = Math.max(0, Math.floor((Date.now() + ahead - begun) / 1000));
  let said = screen_.dataset.over;
  for (const { title, seconds } of JSON.parse(time.dataset.parts)) {
    if (gone < seconds) {
      const left = seconds - gone;
      const clock = `${Math.floor(left / 60)}.${String(left % 60).padStart(2, "0")}`;
      said = [title, screen_.dataset.left.replace("{time}", clock)].filter(Boolean).join(": ");
      break;
    }
    gone -= seconds;
  }
  if (time.textContent !== said) time.textContent = said;
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/rom/na?sett=${screen_.dataset.mark}`, { cache: "no-store", redirect: "error" });
      if (answer.status === 403) return location.assign("/inn");
      if (!answer.ok) throw new Error(answer.status);
      const { mark, html } = await answer.json();
      lost.hidden = true;
      if (mark === screen_.dataset.mark) continue;
      screen_.dataset.mark = mark;
      // The fragment comes from a template that escapes everything people wrote.
      screen_.innerHTML = html;
      taken();
    } catch {
      lost.hidden = false;
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

taken();
setInterval(tick, 250);
follow();
