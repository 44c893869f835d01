// The menu at the top of a chat: language, block, the clock.

import { h, icon } from "./dom.js";
import { act } from "./net.js";
import { me, now, store } from "./store.js";
import { newTopic } from "./topics.js";
import { momentOf, say } from "./words.js";

const HOUR = 3600;
const MORNING = 9;
let open = null;

export function chatMenu(anchor) {
  if (open) return close();
  const person = me();
  const item = (name, label, deed, kind = "") => h("button.menu-item", { type: "button", role: "menuitem", class: kind, onclick: () => (close(), deed()) }, icon(name), h("span", {}, label));
  const other = person.language.startsWith("ko") ? "en" : "ko";
  open = h(
    "div.menu",
    { role: "menu", "aria-label": say("more_options") },
    store.chat < 0 && item("plus", say("add_topic"), newTopic),
    item("face", say("change_language"), () => act("language", { person: person.id, language: other })),
    !person.blocked && item("stop", say("block"), () => act("block", { person: person.id, blocked: true }), "danger"),
  );
  document.body.append(open);
  const box = anchor.getBoundingClientRect();
  open.style.top = `${box.bottom + 4}px`;
  open.style.left = `${Math.max(8, box.right - open.offsetWidth)}px`;
  open.querySelector("button").focus({ preventScroll: true });
  open.addEventListener("keydown", (event) => event.key === "Escape" && (close(), anchor.focus()));
  setTimeout(() => addEventListener("pointerdown", closeOutside));
  return null;
}

function closeOutside(event) {
  if (open && !open.contains(event.target)) close();
}

function close() {
  open?.remove();
  open = null;
  removeEventListener("pointerdown", closeOutside);
}

/** The chat's own clock, and the buttons that move it, so that spacing can be watched in two minutes. */
export function clockView() {
  if (!store.canAdvance) return null;
  const move = (seconds) => act("advance", { seconds });
  return h(
    "div.clock",
    {},
    icon("clock"),
    h("time.clock-now", { "aria-label": say("clock") }, momentOf(now())),
    h("button.small", { type: "button", title: say("next_hour"), onclick: () => move(HOUR) }, "+1h"),
    h("button.small", { type: "button", onclick: () => move(untilMorning()) }, say("next_day")),
  );
}

/** Seconds to nine in the morning of the next day, by the browser's zone. */
function untilMorning() {
  const next = new Date(now() * 1000);
  next.setDate(next.getDate() + 1);
  next.setHours(MORNING, 0, 0, 0);
  return Math.round(next.getTime() / 1000) - now();
}
