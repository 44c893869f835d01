// The buttons under a message: pressed, waiting for the bot, answered.

import { h, icon } from "./dom.js";
import { followLink } from "./deeds.js";
import { act } from "./net.js";
import { botName, store } from "./store.js";
import { alertBox, toast } from "./toasts.js";
import { say } from "./words.js";

const PATIENCE_MS = 15_000;
const waiting = new Map(); // query id -> what to call with the bot's answer
const early = new Map(); // answers that came before the press's own reply

/** Take the bot's answer to a press. Only the tab that pressed shows it, as only that app does in Telegram. */
export function takeAnswer(answer) {
  const done = waiting.get(answer.query);
  if (done) done(answer);
  else if (answer.person === store.me) early.set(answer.query, answer);
}

function show(answer) {
  if (answer.text && answer.alert) alertBox(botName(), answer.text);
  else if (answer.text) toast(answer.text);
  if (answer.url) followLink(new URL(answer.url));
}

export function keyboard(message) {
  if (!message.keyboard.length) return null;
  const rows = message.keyboard.map((row) => h("div.keyboard-row", {}, ...row.map((button) => drawn(message, button))));
  return h("div.keyboard", { role: "group" }, ...rows);
}

function drawn(message, button) {
  const style = button.style ?? "";
  if (button.url) {
    const open = (event) => followLink(new URL(button.url)) && event.preventDefault();
    return h("a.key", { href: button.url, target: "_blank", rel: "noopener noreferrer", class: style, onclick: open }, h("span", {}, button.text), icon("link"));
  }
  const key = h("button.key", { type: "button", class: style }, h("span", {}, button.text));
  if (button.callback_data) key.addEventListener("click", () => press(message, button, key));
  else if (button.copy_text) key.addEventListener("click", () => navigator.clipboard.writeText(button.copy_text.text).then(() => toast(say("copied"))));
  else key.addEventListener("click", () => toast(say("unsupported")));
  return key;
}

async function press(message, button, key) {
  key.classList.add("waiting");
  key.setAttribute("aria-busy", "true");
  const done = (answer) => {
    key.classList.remove("waiting");
    key.removeAttribute("aria-busy");
    if (answer) show(answer);
  };
  const pressed = await act("press", { person: store.me, chat: message.chat, message_id: message.id, data: button.callback_data });
  if (!pressed || early.has(pressed.query)) {
    done(early.get(pressed?.query));
    early.clear();
    return;
  }
  const patience = setTimeout(() => {
    waiting.delete(pressed.query);
    done();
    toast(say("no_answer"));
  }, PATIENCE_MS);
  waiting.set(pressed.query, (answer) => {
    clearTimeout(patience);
    waiting.delete(pressed.query);
    done(answer);
  });
}
