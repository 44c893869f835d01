// What tapping a command or a link does: deep links to this bot stay inside the chat.

import { act } from "./net.js";
import { changed, chatsOf, openChat, store } from "./store.js";
import { openDialog } from "./toasts.js";
import { h } from "./dom.js";
import { say } from "./words.js";

export function sendCommand(command) {
  return act("send", { person: store.me, chat: store.chat, topic: store.topic, text: command });
}

/** Follow a link. True if it was one of this bot's own and has been followed here. */
export function followLink(target) {
  const own = /^(www\.)?(t|telegram)\.me$/.test(target.hostname) && target.pathname.slice(1).toLowerCase() === store.bot.username.toLowerCase();
  if (own && target.searchParams.has("startgroup")) {
    bringIntoGroup(target.searchParams.get("startgroup"));
    return true;
  }
  if (own) {
    store.payload = target.searchParams.get("start");
    openChat(store.me);
    return true;
  }
  if (!["http:", "https:"].includes(target.protocol)) return true;
  return false;
}

export async function start() {
  const payload = store.payload;
  store.payload = null;
  await act("send", { person: store.me, chat: store.me, text: payload ? `/start ${payload}` : "/start" });
  changed({ composer: true });
}

function bringIntoGroup(payload) {
  const groups = chatsOf(store.me).filter((chat) => chat.type !== "private");
  const choose = async (chat) => {
    dialog.close();
    openChat(chat.id);
    await act("send", { person: store.me, chat: chat.id, text: `/start@${store.bot.username}${payload ? ` ${payload}` : ""}` });
  };
  const buttons = groups.map((chat) => h("button.choice", { type: "button", onclick: () => choose(chat) }, chat.title));
  const dialog = openDialog("choose", h("h2", {}, say("chats")), ...buttons, h("div.dialog-buttons", {}, h("button", { type: "button", onclick: () => dialog.close() }, say("cancel"))));
}
