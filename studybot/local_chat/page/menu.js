// The menu of one message: react, reply, edit, copy, delete.

import { h, icon } from "./dom.js";
import { act } from "./net.js";
import { changed, store } from "./store.js";
import { toast } from "./toasts.js";
import { say } from "./words.js";

const QUICK = ["👍", "❤", "🔥", "🎉", "🤔", "😢", "💯"];
let open = null;

/** What is being answered or edited, and how far the edit has come. */
export const composing = { reply: null, edit: null, typed: null };

export function closeMenu() {
  open?.remove();
  open = null;
}

/** Open the menu beside an element, or where the pointer is. */
export function openMenu(message, anchor, event = null) {
  closeMenu();
  const back = document.activeElement;
  const own = message.from.id === store.me;
  const item = (name, label, deed, kind = "") =>
    h("button.menu-item", { type: "button", role: "menuitem", class: kind, onclick: () => (closeMenu(), deed()) }, icon(name), h("span", {}, label));
  const chosen = message.reactions[store.me];
  const react = (emoji) => act("react", { person: store.me, chat: message.chat, message_id: message.id, emoji: emoji === chosen ? "" : emoji });
  const faces = QUICK.map((emoji) =>
    h("button.face", { type: "button", role: "menuitem", "aria-label": `${say("react")} ${emoji}`, class: emoji === chosen ? "own" : "", onclick: () => (closeMenu(), react(emoji)) }, emoji),
  );
  const items = [
    item("reply", say("reply"), () => compose({ reply: message, edit: null })),
    own && message.text && !message.document && !message.photo && item("edit", say("edit"), () => compose({ reply: null, edit: message })),
    message.text && item("copy", say("copy"), () => navigator.clipboard.writeText(message.text).then(() => toast(say("copied")))),
    (own || message.chat > 0) && item("trash", say("delete"), () => act("delete", { person: store.me, chat: message.chat, message_id: message.id }), "danger"),
  ];
  open = h("div.menu", { role: "menu", "aria-label": say("actions") }, h("div.faces", {}, ...faces), ...items);
  open.addEventListener("keydown", (key) => steer(key, back));
  document.body.append(open);
  place(open, anchor, event);
  open.querySelector("button").focus({ preventScroll: true });
}

export function compose(what) {
  Object.assign(composing, { typed: null }, what);
  changed({ composer: true, focus: true });
}

function steer(event, back) {
  const buttons = [...open.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (event.key === "Escape") {
    closeMenu();
    back?.focus();
  } else if (["ArrowDown", "ArrowRight"].includes(event.key)) buttons[(at + 1) % buttons.length].focus();
  else if (["ArrowUp", "ArrowLeft"].includes(event.key)) buttons.at(at - 1).focus();
  else return;
  event.preventDefault();
}

function place(menu, anchor, event) {
  const box = (anchor.querySelector?.(".bubble") ?? anchor).getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = event?.clientX ?? (box.left + box.right) / 2 - width / 2;
  const top = event?.clientY ?? Math.min(box.top + 24, box.bottom - 8);
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
}

addEventListener("pointerdown", (event) => open && !open.contains(event.target) && closeMenu());
addEventListener("resize", closeMenu);
