// Short notes at the bottom, and alerts that want an OK: what a button press brought.

import { h } from "./dom.js";
import { say } from "./words.js";

const SHOWN_MS = 3500;

export function toast(text) {
  const note = h("div.toast", {}, text);
  document.getElementById("toasts").replaceChildren(note);
  setTimeout(() => note.classList.add("going"), SHOWN_MS);
  setTimeout(() => note.remove(), SHOWN_MS + 300);
}

/** Show a dialog; it closes by its buttons, by Escape, and by a click beside it. */
export function openDialog(name, ...content) {
  const dialog = h(`dialog.dialog.${name}`, {}, ...content);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function alertBox(title, text) {
  const dialog = openDialog(
    "alert",
    h("h2", {}, title),
    h("p", {}, text),
    h("div.dialog-buttons", {}, h("button.primary", { type: "button", autofocus: true, onclick: () => dialog.close() }, say("ok"))),
  );
}
