// The buttons under a message: pressed, waiting for the bot, answered.

import { h, icon } from "./dom.js";
import { followLink } from "./deeds.js";
import { act } from "./net.js";
import { botName, store } from "./store.js";
import { alertBox, toast } from "./toasts.js";
import { say } from "./words.js";

const PATIENCE_MS = 15_000;
const waiting = new Map(); // query id -> what to call when the bot has answered

/** Take the bot's answer to a press. Answers may come before the press's own reply: they wait a moment. */
export function takeAnswer(answer) {
  if (answer.person === store.me && answer.text) {
    if (answer.alert) alertBox(botName(), answer.text);
    else toast(answer.text);
  }
  if (answer.person === store.me && answer.url) followLink(new URL(answer.url));
  const done = waiting.get(answer.query);
  if (done) done();
  else waiting.set(answer.query, null);
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
  const done = () => {
    key.classList.remove("waiting");
    key.removeAttribute("aria-busy");
  };
  const pressed = await act("press", { person: store.me, chat: message.chat, message_id: message.id, data: button.callback_data });
  if (!pressed || waiting.has(pressed.query)) {
    waiting.delete(pressed?.query);
    done();
    return;
  }
  const patience = setTimeout(() => {
    waiting.delete(pressed.query);
    done();
    toast(say("no_answer"));
  }, PATIENCE_MS);
  waiting.set(pressed.query, () => {
    clearTimeout(patience);
    waiting.delete(pressed.query);
    done();
  });
}
