// The open chat: its head, its messages, and where they are scrolled to.

import { avatar, h, icon } from "./dom.js";
import { bubble } from "./bubble.js";
import { chatMenu } from "./settings.js";
import { olderMessages } from "./net.js";
import { isInOpenTopic, isTyping, markRead, now, openChat, openMessages, store, titleOf } from "./store.js";
import { topicBar } from "./topics.js";
import { dayOf, say } from "./words.js";
import { richText } from "./richtext.js";

const NEAR_END = 120;
const JOIN_SECONDS = 300;
const PAGE_SIZE = 200;

const root = document.getElementById("conversation");
let list;
let scroller;
let newest;
let subtitle;
let banner;
let missed = 0;
let atEnd = true;
let shown = "";

/** Draw the chat from nothing: another chat was opened, or the server was away. */
export function drawConversation(composer) {
  const chat = store.chats.get(store.chat);
  const where = `${store.me}/${store.chat}/${store.topic}`;
  const stay = where === shown && !atEnd && scroller ? scroller.scrollTop : null;
  shown = where;
  document.getElementById("app").classList.toggle("in-chat", Boolean(chat));
  if (!chat) {
    root.replaceChildren(h("div.nothing", {}, h("span.pill", {}, say("pick_chat"))));
    list = null;
    return;
  }
  missed = 0;
  list = h("ol.messages", { role: "log", "aria-live": "polite", "aria-label": titleOf(chat) });
  newest = h("button.newest.round", { type: "button", "aria-label": say("newest"), hidden: true, onclick: () => toEnd(true) }, icon("down"));
  scroller = h("div.scroller", { tabindex: "-1", onscroll: onScroll }, list);
  banner = h("div.banner", { role: "status" });
  root.replaceChildren(head(chat), topicBar(chat) ?? "", banner, h("div.room", {}, scroller, newest), composer);
  const messages = openMessages();
  if ((store.messages.get(chat.id)?.size ?? 0) >= PAGE_SIZE) list.append(olderButton(chat.id));
  list.append(...messages.map(bubble));
  if (!messages.length) list.append(emptyState(chat));
  arrange();
  drawStatus();
  if (stay === null) toEnd(false);
  else scroller.scrollTop = stay;
  watchSize();
}

let sizes;
/** Pictures and folded quotes change heights after they are drawn: whoever is at the end stays there. */
function watchSize() {
  sizes?.disconnect();
  sizes = new ResizeObserver(() => atEnd && toEnd(false));
  sizes.observe(list);
  sizes.observe(scroller);
}

function head(chat) {
  const isPrivate = chat.type === "private";
  subtitle = h("div.subtitle", {});
  return h(
    "header.head",
    {},
    h("button.round.back", { type: "button", "aria-label": say("back"), onclick: () => openChat(null) }, icon("back")),
    avatar(titleOf(chat), chat.id, { bot: isPrivate, group: !isPrivate }),
    h("div.titles", {}, h("h1", {}, titleOf(chat)), subtitle),
    h("button.round", { type: "button", "aria-label": say("more"), "aria-haspopup": "menu", onclick: (event) => chatMenu(event.currentTarget) }, icon("more")),
  );
}

/** Show what comes and goes: typing, a bot that is not there yet, a lost connection. */
export function drawStatus() {
  const chat = store.chats.get(store.chat);
  if (!chat || !list) return;
  const typing = isTyping(chat.id);
  subtitle.classList.toggle("typing", Boolean(typing));
  const members = chat.type === "private" ? say("bot") : say("members_count", chat.members.length);
  subtitle.textContent = typing ? say(typing.startsWith("upload") ? "uploading" : "typing") : members;
  const trouble = !store.connected ? "lost" : store.bot.status === "listening" ? null : store.bot.status;
  banner.replaceChildren(...(trouble ? [h("span.spinner", { "aria-hidden": "true" }), h("span", {}, say(trouble))] : []));
  banner.classList.toggle("shown", Boolean(trouble));
  drawTyping(typing);
}

function drawTyping(typing) {
  const before = list.querySelector(".typing-row");
  if (!typing) {
    before?.remove();
    return;
  }
  const row = before ?? h("li.row.theirs.typing-row", { "aria-hidden": "true" }, h("div.column", {}, h("div.bubble.dots", {}, h("i"), h("i"), h("i"))));
  list.append(row);
  if (atEnd) toEnd(false);
}

function emptyState(chat) {
  if (chat.type !== "private") return h("li.empty", {}, h("span.pill", {}, say("no_messages")));
  const words = store.bot[document.documentElement.lang];
  const card = h("div.about", {}, avatar(words.name, 0, { bot: true }), h("h2", {}, words.description ? say("about_bot") : words.name));
  card.append(h("p", {}, ...(words.description ? richText(words.description, []) : [say("local_long")])));
  return h("li.empty", {}, card);
}

function olderButton(chat) {
  const button = h("button.pill", { type: "button" }, say("older"));
  const item = h("li.service", {}, button);
  button.addEventListener("click", async () => {
    const first = [...store.messages.get(chat).keys()][0];
    const older = await olderMessages(chat, first);
    store.messages.set(chat, new Map([...older.map((each) => [each.id, each]), ...store.messages.get(chat)]));
    const height = scroller.scrollHeight;
    item.after(...older.filter(isInOpenTopic).map(bubble));
    if (older.length < PAGE_SIZE) item.remove();
    arrange();
    scroller.scrollTop += scroller.scrollHeight - height;
  });
  return item;
}

/** Draw one message that is new or changed, in its place. */
export function drawMessage(message, isNew) {
  if (message.chat !== store.chat || !list || !isInOpenTopic(message)) return;
  const before = list.querySelector(`[data-id="${message.id}"]`);
  const drawn = bubble(message);
  if (before) {
    keepOpen(before, drawn);
    const focused = before.contains(document.activeElement);
    before.replaceWith(drawn);
    if (focused) drawn.querySelector("button, a")?.focus({ preventScroll: true });
  } else {
    list.querySelector(".empty")?.remove();
    drawn.classList.add("arrives");
    const typing = list.querySelector(".typing-row");
    if (typing) typing.before(drawn);
    else list.append(drawn);
  }
  arrange();
  if (isNew && message.from.id === store.me) toEnd(true);
  else if (atEnd) toEnd(isNew);
  else if (isNew) {
    missed += 1;
    drawNewest();
  }
  if (document.visibilityState === "visible" && atEnd) markRead(store.me, store.chat);
}

/** An edit must not close what its reader has opened. */
function keepOpen(before, after) {
  const open = [...before.querySelectorAll(".spoiler")].map((each) => each.classList.contains("open"));
  [...after.querySelectorAll(".spoiler")].forEach((each, number) => open[number] && each.click());
  const unfolded = [...before.querySelectorAll(".folds")].map((each) => !each.classList.contains("folded"));
  [...after.querySelectorAll(".folds")].forEach((each, number) => unfolded[number] && each.querySelector(".unfold")?.click());
  const seen = [...before.querySelectorAll(".photo")].map((each) => !each.classList.contains("hidden"));
  [...after.querySelectorAll(".photo.hidden")].forEach((each, number) => seen[number] && each.classList.remove("hidden"));
}

export function dropMessage({ chat, id }) {
  if (chat !== store.chat || !list) return;
  list.querySelector(`[data-id="${id}"]`)?.remove();
  arrange();
}

/** Set the days between messages, and join those that one person sent in a row. */
function arrange() {
  for (const day of list.querySelectorAll(".day")) day.remove();
  let before = null;
  for (const row of [...list.querySelectorAll("[data-id]")]) {
    const message = store.messages.get(store.chat).get(Number(row.dataset.id));
    if (!message) continue;
    const newDay = !before || new Date(before.message.date * 1000).toDateString() !== new Date(message.date * 1000).toDateString();
    if (newDay) row.before(h("li.day", {}, h("span.pill", {}, dayOf(message.date, now()))));
    const joins = before && !newDay && !message.service && before.message.from.id === message.from.id && message.date - before.message.date < JOIN_SECONDS && !before.message.service;
    row.classList.toggle("joins", Boolean(joins));
    row.classList.add("last");
    if (joins) before.row.classList.remove("last");
    before = { row, message };
  }
}

export function toEnd(smoothly) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller.scrollTo({ top: scroller.scrollHeight, behavior: smoothly && !calm ? "smooth" : "auto" });
  atEnd = true;
  missed = 0;
  drawNewest();
  markRead(store.me, store.chat);
}

let lastTop = 0;
function onScroll() {
  const left = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  // On the way to the end by itself the scroller moves down: that is no wish to read further up.
  if (left < NEAR_END) atEnd = true;
  else if (scroller.scrollTop < lastTop) atEnd = false;
  lastTop = scroller.scrollTop;
  if (atEnd) missed = 0;
  drawNewest();
}

function drawNewest() {
  newest.hidden = atEnd;
  newest.replaceChildren(icon("down"), ...(missed ? [h("span.badge", {}, String(missed))] : []));
  newest.setAttribute("aria-label", missed ? say("new_messages", missed) : say("newest"));
}

export function lastOwnMessage() {
  const own = openMessages().filter((each) => each.from.id === store.me && each.text && !each.photo && !each.document);
  return own.at(-1);
}

