// The list on the left: who is played, their chats, and the word that all of it is local.

import { avatar, h, icon } from "./dom.js";
import { clockView } from "./settings.js";
import { act } from "./net.js";
import { botName, chatsOf, isTyping, lastMessage, me, now, openChat, playAs, store, titleOf, topicsOf, unread } from "./store.js";
import { openDialog } from "./toasts.js";
import { dayOf, say, spoken, timeOf } from "./words.js";

const root = document.getElementById("sidebar");
const SERVICE_WORDS = { left_chat_member: "left", forum_topic_created: "topic_opened" };

export function drawSidebar() {
  if (!store.ready) return;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  root.replaceChildren(
    h("header.brand", {}, h("img", { src: "/page/icon.svg", alt: "", width: "30", height: "30" }), h("strong", {}, "studybot"), h("span.local", {}, say("local"))),
    people(),
    h("nav.chats", { "aria-label": say("chats") }, ...chatsOf(store.me).map(chatRow)),
    h("footer.foot-note", {}, clockView() ?? "", h("p", {}, icon("shield"), h("span", {}, say("local_long")))),
  );
  const waiting = chatsOf(store.me).reduce((sum, chat) => sum + unread(store.me, chat.id), 0);
  document.title = waiting ? `(${waiting}) studybot` : "studybot";
  if (focused) root.querySelector(`[data-key="${focused}"]`)?.focus();
}

function people() {
  const faces = [...store.people.values()].map((person) => {
    const waiting = chatsOf(person.id).reduce((sum, chat) => sum + unread(person.id, chat.id), 0);
    const chosen = person.id === store.me;
    const label = waiting && !chosen ? `${person.name}, ${say("unread", waiting)}` : person.name;
    return h(
      "button.person",
      { type: "button", "aria-pressed": String(chosen), "aria-label": label, "data-key": `person-${person.id}`, onclick: () => playAs(person.id) },
      h("span.face-box", {}, avatar(person.name, person.id), waiting && !chosen ? h("span.badge", {}, String(Math.min(waiting, 99))) : ""),
      h("span.person-name", {}, person.name),
      h("span.person-language", {}, person.language.startsWith("ko") ? "한국어" : "English"),
    );
  });
  const add = h("button.person.add", { type: "button", "data-key": "add", "aria-label": say("add_person"), onclick: newPerson }, h("span.avatar.plain", {}, icon("plus")), h("span.person-name", {}, say("add")));
  return h("div.people", { role: "group", "aria-label": say("play_as") }, ...faces, add);
}

function chatRow(chat) {
  const last = lastMessage(chat.id);
  const count = chat.id === store.chat ? 0 : unread(store.me, chat.id);
  const typing = isTyping(chat.id);
  const isPrivate = chat.type === "private";
  return h(
    "button.chat",
    { type: "button", class: chat.id === store.chat ? "open" : "", "aria-current": chat.id === store.chat ? "true" : null, "data-key": `chat-${chat.id}`, onclick: () => openChat(chat.id) },
    avatar(titleOf(chat), chat.id, { bot: isPrivate, group: !isPrivate }),
    h(
      "span.chat-words",
      {},
      h("span.chat-top", {}, h("span.chat-title", {}, titleOf(chat)), last && h("time", {}, when(last.date))),
      h("span.chat-bottom", {}, h("span.preview", { class: typing ? "typing" : "" }, typing ? say("typing") : preview(chat, last)), count ? h("span.badge", { "aria-label": say("unread", count) }, String(count)) : ""),
    ),
  );
}

function when(seconds) {
  const day = dayOf(seconds, now());
  if (day === say("today")) return timeOf(seconds);
  if (day === say("yesterday")) return day;
  return new Intl.DateTimeFormat(spoken(), { month: "short", day: "numeric" }).format(seconds * 1000);
}

function preview(chat, last) {
  if (!last) return chat.type === "private" ? store.bot[spoken()].short || say("no_messages") : say("no_messages");
  if (last.service) return last.service.names.length ? say(SERVICE_WORDS[last.service.kind] ?? "joined", last.service.names.map((name) => (name === store.bot.own_name ? botName() : name)).join(", ")) : say("upgraded");
  const who = last.from.id === store.me ? `${say("you")}: ` : chat.type === "private" ? "" : `${last.from.bot ? botName() : last.from.name}: `;
  const what = last.photo ? `🖼 ${last.text || say("photo")}` : last.document ? `📎 ${last.document.file_name}` : last.poll ? `📊 ${last.poll.question}` : covered(last);
  const topic = last.topic ? `${topicsOf(chat).find((each) => each.id === last.topic)?.name ?? ""} › ` : "";
  return topic + who + what.slice(0, 90);
}

/** What a spoiler hides stays hidden in the list too. */
function covered(message) {
  let text = message.text;
  for (const entity of message.entities) {
    if (entity.type === "spoiler") text = text.slice(0, entity.offset) + "▒".repeat(entity.length) + text.slice(entity.offset + entity.length);
  }
  return text.replace(/\s+/g, " ");
}

function newPerson() {
  const name = h("input.line", { type: "text", placeholder: say("name"), "aria-label": say("name"), maxlength: "40" });
  const language = h("select.line", { "aria-label": say("language") }, h("option", { value: "ko" }, "한국어"), h("option", { value: "en" }, "English"));
  language.value = me()?.language.startsWith("en") ? "en" : "ko";
  const create = async (event) => {
    event.preventDefault();
    if (!name.value.trim()) return name.focus();
    const made = await act("person", { name: name.value, language: language.value });
    dialog.close();
    if (made) whenKnown(made.id, () => playAs(made.id));
    return null;
  };
  const form = h("form", { onsubmit: create }, h("h2", {}, say("add_person")), name, language, formButtons(() => dialog.close(), groupButton()));
  const dialog = openDialog("new", form);
  name.focus();
}

function groupButton() {
  return h("button.quiet", { type: "button", onclick: (event) => (event.currentTarget.closest("dialog").close(), newGroup()) }, icon("people"), say("add_group"));
}

function newGroup() {
  const title = h("input.line", { type: "text", placeholder: say("group_name"), "aria-label": say("group_name"), maxlength: "64" });
  const boxes = [...store.people.values()].map((person) => h("label.choice", {}, h("input", { type: "checkbox", value: String(person.id), checked: true }), avatar(person.name, person.id), h("span", {}, person.name)));
  const create = async (event) => {
    event.preventDefault();
    const members = [...form.querySelectorAll("input:checked")].map((box) => Number(box.value)).sort((one) => (one === store.me ? -1 : 1));
    const made = await act("group", { title: title.value, members });
    if (!made) return;
    dialog.close();
    whenKnown(made.id, () => openChat(made.id));
  };
  const form = h("form", { onsubmit: create }, h("h2", {}, say("add_group")), title, h("fieldset", {}, h("legend", {}, say("members")), ...boxes), formButtons(() => dialog.close()));
  const dialog = openDialog("new", form);
  title.focus();
}

function formButtons(cancel, ...more) {
  return h("div.dialog-buttons", {}, ...more, h("button", { type: "button", onclick: cancel }, say("cancel")), h("button.primary", { type: "submit" }, say("create")));
}

/** The answer to a deed may come before the stream has told of the new person or chat. */
function whenKnown(id, deed, tries = 40) {
  if (store.people.has(id) || store.chats.has(id)) deed();
  else if (tries) setTimeout(() => whenKnown(id, deed, tries - 1), 25);
}
