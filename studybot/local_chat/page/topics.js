// The topics of a forum: a bar of conversations above the open one, and a way to open another.

import { h, icon } from "./dom.js";
import { act } from "./net.js";
import { openChat, store, topicsOf, unread } from "./store.js";
import { openDialog } from "./toasts.js";
import { say } from "./words.js";

/** Return the bar, or null where a chat has one conversation only. */
export function topicBar(chat) {
  const topics = topicsOf(chat);
  if (!topics.length) return null;
  return h("nav.topics", { "aria-label": say("topics") }, ...topics.map((topic) => tab(chat, topic)));
}

function tab(chat, topic) {
  const open = topic.id === store.topic;
  const count = open ? 0 : unread(store.me, chat.id, topic.id);
  return h(
    "button.topic",
    { type: "button", "aria-current": open ? "page" : "false", "data-key": `topic-${topic.id}`, onclick: () => openChat(chat.id, topic.id) },
    h("span", {}, topic.name),
    count ? h("span.badge", { "aria-label": say("unread", count) }, String(count)) : "",
  );
}

/** Draw the bar anew: something was said in a topic, or one was opened. */
export function drawTopics() {
  const before = document.querySelector(".topics");
  const after = before && topicBar(store.chats.get(store.chat));
  if (!after) return;
  const focused = before.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const scrolled = before.scrollLeft;
  before.replaceWith(after);
  after.scrollLeft = scrolled;
  if (focused) after.querySelector(`[data-key="${focused}"]`)?.focus();
}

export function newTopic() {
  const chat = store.chat;
  const name = h("input.line", { type: "text", placeholder: say("topic_name"), "aria-label": say("topic_name"), maxlength: "128" });
  const create = async (event) => {
    event.preventDefault();
    if (!name.value.trim()) return name.focus();
    const made = await act("topic", { person: store.me, chat, name: name.value });
    dialog.close();
    if (made) whenKnown(chat, made.id);
    return null;
  };
  const buttons = [h("button", { type: "button", onclick: () => dialog.close() }, say("cancel")), h("button.primary", { type: "submit" }, icon("plus"), say("create"))];
  const dialog = openDialog("new", h("form", { onsubmit: create }, h("h2", {}, say("add_topic")), name, h("div.dialog-buttons", {}, ...buttons)));
  name.focus();
}

/** The answer to a deed may come before the stream has told of the new topic. */
function whenKnown(chat, topic, tries = 40) {
  if (topicsOf(store.chats.get(chat)).some((each) => each.id === topic)) openChat(chat, topic);
  else if (tries) setTimeout(() => whenKnown(chat, topic, tries - 1), 25);
}
