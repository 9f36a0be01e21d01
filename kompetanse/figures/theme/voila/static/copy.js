// Buttons that copy a prepared text. Without this script the text stands in its field, ready to be selected.
"use strict";

function copied(button) {
  const line = document.getElementById(`${button.dataset.copy}-kopiert`);
  line.textContent = button.dataset.copied;
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
    copied(button);
  } catch {
    // Not over https, or not allowed: select it, so that one keystroke copies.
    field.focus();
    field.select();
    if (document.execCommand("copy")) copied(button);
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
