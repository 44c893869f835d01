// One message: its bubble, what is in it, its buttons and its reactions.

import { avatar, h, icon } from "./dom.js";
import { act, fileUrl } from "./net.js";
import { openMenu } from "./menu.js";
import { pollView } from "./poll.js";
import { keyboard } from "./keyboard.js";
import { richText } from "./richtext.js";
import { followLink, sendCommand } from "./deeds.js";
import { botName, store } from "./store.js";
import { openDialog, toast } from "./toasts.js";
import { say, sizeOf, timeOf } from "./words.js";

const LARGE_EMOJI = /^(?:\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}\uFE0F]?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*){1,3}$/u;

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("copied"));
  } catch {
    toast(text);
  }
}

const deeds = { copy, command: sendCommand, link: followLink };

/** Draw a message. Whether it joins its neighbours is decided by the conversation, which sees them. */
export function bubble(message) {
  if (message.service) return h("li.service", { "data-id": message.id }, h("span", {}, serviceWords(message)));
  const own = message.from.id === store.me;
  const group = message.chat < 0;
  const row = h("li.row", { class: own ? "own" : "theirs", "data-id": message.id, "data-from": message.from.id, "data-date": message.date });
  const column = h("div.column", {}, body(message, { own, group }), keyboard(message));
  if (Object.keys(message.reactions).length) column.append(reactions(message));
  if (group && !own) row.append(avatar(message.from.name, message.from.id, { bot: message.from.bot }));
  row.append(column);
  row.append(h("button.row-menu", { type: "button", "aria-label": say("actions"), onclick: (event) => openMenu(message, event.currentTarget) }, icon("more")));
  row.addEventListener("contextmenu", (event) => {
    if (getSelection()?.toString()) return;
    event.preventDefault();
    openMenu(message, row, event);
  });
  longPress(row, () => openMenu(message, row));
  return row;
}

function body(message, { own, group }) {
  const emoji = LARGE_EMOJI.test(message.text) && !message.photo && !message.document && !message.reply;
  const box = h("div.bubble", { class: emoji ? "emoji" : message.photo ? "with-photo" : "" });
  if (group && !own) box.append(h("div.sender", { class: message.from.bot ? "bot" : `hue-${Math.abs(message.from.id) % 8}` }, nameOf(message.from)));
  if (message.reply) box.append(quoted(message.reply));
  if (message.photo) box.append(photo(message.photo, message.text));
  if (message.document) box.append(documentCard(message.document));
  if (message.poll) box.append(pollView(message, deeds));
  const time = foot(message, own);
  // The time stands at the end of the last line where there is room, else on a line of its own.
  if (message.text) box.append(h("div.text", {}, ...richText(message.text, message.entities, deeds), emoji ? null : time));
  if (!message.text || emoji) box.append(time);
  return box;
}

function foot(message, own) {
  return h(
    "span.foot",
    {},
    message.edited && h("span", {}, say("edited")),
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, timeOf(message.date)),
    own && icon("check2"),
  );
}

function nameOf(sender) {
  return sender.bot ? botName() : sender.name;
}

function quoted(reply) {
  const words = reply.text || say(reply.kind);
  const name = reply.from === store.me ? say("you") : reply.from === store.bot.id ? botName() : reply.name;
  return h("button.quoted", { type: "button", onclick: () => showMessage(reply.id) }, h("span.quoted-name", {}, name), h("span.quoted-text", {}, words.slice(0, 140)));
}

export function showMessage(id) {
  const row = document.querySelector(`.messages [data-id="${id}"]`);
  if (!row) return;
  row.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  row.classList.add("found");
  setTimeout(() => row.classList.remove("found"), 1600);
}

function photo(picture, caption) {
  const address = fileUrl(picture.file_id);
  const image = () => h("img", { src: address, width: picture.width, height: picture.height, alt: caption || say("photo"), decoding: "async" });
  const frame = h("button.photo", { type: "button", "aria-label": picture.hidden ? say("spoiler") : say("open_picture"), class: picture.hidden ? "hidden" : "" }, image());
  frame.addEventListener("click", () => {
    if (frame.classList.contains("hidden")) {
      frame.classList.remove("hidden");
      frame.setAttribute("aria-label", say("open_picture"));
      return;
    }
    const dialog = openDialog("lightbox", image(), h("button.round", { type: "button", "aria-label": say("close"), onclick: () => dialog.close() }, icon("close")));
  });
  return frame;
}

function documentCard(file) {
  const suffix = file.file_name.includes(".") ? file.file_name.split(".").at(-1).slice(0, 4) : "";
  return h(
    "a.document",
    { href: fileUrl(file.file_id, { save: true }), download: file.file_name },
    h("span.document-icon", {}, suffix ? h("span", {}, suffix) : icon("file")),
    h("span.document-words", {}, h("span.document-name", {}, file.file_name), h("span.document-size", {}, sizeOf(file.file_size))),
    icon("save"),
  );
}

function reactions(message) {
  const counts = new Map();
  for (const [who, emoji] of Object.entries(message.reactions)) counts.set(emoji, [...(counts.get(emoji) ?? []), Number(who)]);
  const chips = [...counts].map(([emoji, who]) => {
    const own = who.includes(store.me);
    const flip = () => act("react", { person: store.me, chat: message.chat, message_id: message.id, emoji: own ? "" : emoji });
    return h("button.reaction", { type: "button", class: own ? "own" : "", "aria-pressed": String(own), onclick: flip }, h("span", {}, emoji), who.length > 1 && h("span.count", {}, String(who.length)));
  });
  return h("div.reactions", {}, ...chips);
}

function serviceWords(message) {
  const names = message.service.names.map((name) => (name === store.bot.own_name ? botName() : name)).join(", ");
  switch (message.service.kind) {
    case "forum_topic_created":
      return say("topic_opened", names);
    case "new_chat_members":
      return say("joined", names);
    case "left_chat_member":
      return say("left", names);
    case "pinned_message":
      return `${nameOf(message.from)} ${say("pinned")}`;
    default:
      return say("upgraded");
  }
}

const LONG_PRESS_MS = 450;

function longPress(element, deed) {
  let timer;
  const stop = () => clearTimeout(timer);
  element.addEventListener("touchstart", () => (timer = setTimeout(deed, LONG_PRESS_MS)), { passive: true });
  for (const kind of ["touchend", "touchmove", "touchcancel"]) element.addEventListener(kind, stop, { passive: true });
}
