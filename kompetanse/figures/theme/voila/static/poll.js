// What makes a poll's form a little quicker; without it the form works as it is.
"use strict";

const form = document.querySelector("form[data-poll]");

// Each place is taken once: who gets a taken one, changes with whoever had it.
function swapPlaces(selects) {
  const had = new Map(selects.map((select) => [select, select.value]));
  for (const select of selects) {
    select.addEventListener("change", () => {
      const other = selects.find((each) => each !== select && each.value === select.value);
      if (other) {
        other.value = had.get(select);
        had.set(other, other.value);
      }
      had.set(select, select.value);
    });
  }
}

function countPoints(inputs, output) {
  const count = () => {
    const left = inputs.reduce((rest, input) => rest - (Number(input.value) || 0), 100);
    output.textContent = output.dataset.left.replace("#", left);
  };
  form.addEventListener("input", count);
  count();
}

if (form) {
  if (form.dataset.poll === "ranking") swapPlaces([...form.querySelectorAll("select")]);
  const output = form.querySelector("output[data-left]");
  if (output) countPoints([...form.querySelectorAll("input[type=number]")], output);
  let sent = false;
  form.addEventListener("submit", (event) => {
    // A second tap sends nothing; coming back to the page makes it ready again.
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
}
