// Where one writes: text, commands, files, replies and edits; or the Start button where nothing was said yet.

import { h, icon } from "./dom.js";
import { start } from "./deeds.js";
import { act } from "./net.js";
import { compose, composing } from "./menu.js";
import { lastOwnMessage } from "./conversation.js";
import { botName, isInOpenTopic, me, menuOf, openMessages, store } from "./store.js";
import { openDialog } from "./toasts.js";
import { say } from "./words.js";

const MOBILE = matchMedia("(pointer: coarse)");
const TALLEST = 200;
const LONG_TEXT = 4000;

export const composer = h("footer.composer", {});
let field;
let suggestions;
let replyKeyboard;
let drawnFor = "";

/** Draw it from nothing; what was being written in this chat comes back. */
export function drawComposer() {
  const chat = store.chats.get(store.chat);
  const person = me();
  if (!chat || !person) return composer.replaceChildren();
  const isPrivate = chat.type === "private";
  if (isPrivate && person.blocked) return big(say("unblock"), () => act("block", { person: person.id, blocked: false }).then(start));
  if (isPrivate && (!store.messages.get(chat.id)?.size || store.payload)) return big(say("start"), start);
  const before = field?.isConnected && field === document.activeElement ? [field.selectionStart, field.selectionEnd] : null;
  const same = drawnFor === `${store.me}/${store.chat}/${store.topic}`;
  drawnFor = `${store.me}/${store.chat}/${store.topic}`;
  field = h("textarea.field", { rows: "1", placeholder: say(composing.reply ? "write_reply" : "write"), "aria-label": say("write"), autocomplete: "off", oninput: onInput, onkeydown: onKey, onpaste: onPaste });
  field.value = composing.edit ? (composing.typed ?? asTyped(composing.edit)) : (store.drafts.get(drawnFor) ?? "");
  suggestions = h("div.suggestions", { role: "listbox", "aria-label": say("commands"), hidden: true });
  const commands = menuOf(chat).length ? h("button.round", { type: "button", "aria-label": say("commands"), onclick: () => (suggestions.hidden ? suggest("/") : hideSuggestions()) }, icon("menu")) : null;
  const attach = h("button.round", { type: "button", "aria-label": say("attach"), onclick: chooseFile }, icon("clip"));
  const send = h("button.round.send", { type: "button", "aria-label": say("send"), onclick: submit }, icon(composing.edit ? "check" : "send"));
  composer.replaceChildren(suggestions, context() ?? "", h("div.writing", {}, commands ?? "", h("div.well", {}, field, attach), send), keyboardOf(chat) ?? "");
  grow();
  if (before && same) {
    field.focus({ preventScroll: true });
    const end = field.value.length;
    field.setSelectionRange(...(composing.edit && composing.typed === null ? [end, end] : before));
  }
  return null;
}

/** A message as it was typed: code gets its ticks and fences back, so that an edit keeps it code. */
function asTyped(message) {
  let text = message.text;
  for (const entity of [...message.entities].sort((one, other) => other.offset - one.offset)) {
    const end = entity.offset + entity.length;
    const code = text.slice(entity.offset, end);
    if (entity.type === "code") text = `${text.slice(0, entity.offset)}\`${code}\`${text.slice(end)}`;
    if (entity.type === "pre") text = `${text.slice(0, entity.offset)}\`\`\`${entity.language ?? ""}\n${code}\n\`\`\`${text.slice(end)}`;
  }
  return text;
}

function big(words, deed) {
  composer.replaceChildren(h("button.big", { type: "button", onclick: deed }, words));
}

/** The bar over the field: what is being answered or edited. */
function context() {
  const message = composing.edit ?? composing.reply;
  if (!message || message.chat !== store.chat) return null;
  const title = composing.edit ? say("edit_title") : message.from.bot ? botName() : message.from.name;
  return h(
    "div.context",
    {},
    icon(composing.edit ? "edit" : "reply"),
    h("div.context-words", {}, h("strong", {}, title), h("span", {}, message.text.slice(0, 120) || say("photo"))),
    h("button.round", { type: "button", "aria-label": say("cancel"), onclick: () => compose({ reply: null, edit: null }) }, icon("close")),
  );
}

/** A reply keyboard of the bot's, if its newest message that says anything about keyboards shows one. */
function keyboardOf(chat) {
  const marked = openMessages().filter((each) => each.markup).at(-1)?.markup;
  replyKeyboard = marked?.keyboard ?? null;
  if (!replyKeyboard) return null;
  const rows = replyKeyboard.map((row) => h("div.keyboard-row", {}, ...row.map((button) => h("button.key", { type: "button", onclick: () => sendText(button.text) }, button.text))));
  return h("div.reply-keyboard", {}, ...rows);
}

/** A message that asks for a reply is answered by default. */
export function answerForcedReply(message) {
  const forced = message.markup?.force_reply && message.chat === store.chat && isInOpenTopic(message) && message.from.bot;
  const toMe = !message.markup?.selective || message.chat > 0 || !message.reply || message.reply.from === store.me;
  if (forced && toMe) compose({ reply: message, edit: null });
}

export function focusField() {
  if (!MOBILE.matches) field?.focus({ preventScroll: true });
}

function onInput() {
  if (composing.edit) composing.typed = field.value;
  else store.drafts.set(drawnFor, field.value);
  grow();
  if (/^\/\w*$/.test(field.value)) suggest(field.value);
  else hideSuggestions();
}

function grow() {
  // Measuring a long text takes seconds; that it fills the field is known without.
  field.style.height = field.value.length > LONG_TEXT ? `${TALLEST}px` : "auto";
  if (field.value.length <= LONG_TEXT) field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
  composer.classList.toggle("filled", Boolean(field.value.trim()));
}

function onKey(event) {
  // Enter that only ends the composition of a Hangul syllable sends nothing.
  if (event.isComposing || event.keyCode === 229) return;
  const choices = suggestions.hidden ? [] : [...suggestions.querySelectorAll("button")];
  if (choices.length && ["ArrowDown", "ArrowUp", "Tab"].includes(event.key)) {
    const at = choices.findIndex((each) => each.getAttribute("aria-selected") === "true");
    mark(choices, (at + (event.key === "ArrowUp" ? -1 : 1) + choices.length) % choices.length);
    event.preventDefault();
  } else if (event.key === "Enter" && !event.shiftKey && !(MOBILE.matches && !event.ctrlKey)) {
    event.preventDefault();
    const marked = choices.find((each) => each.getAttribute("aria-selected") === "true");
    if (marked && marked.dataset.command !== field.value.slice(1)) marked.click();
    else submit();
  } else if (event.key === "Escape") {
    if (choices.length) hideSuggestions();
    else if (composing.edit || composing.reply) compose({ reply: null, edit: null });
  } else if (event.key === "ArrowUp" && !field.value && lastOwnMessage()) {
    event.preventDefault();
    compose({ reply: null, edit: lastOwnMessage() });
  }
}

function suggest(typed) {
  const all = menuOf(store.chats.get(store.chat)).filter((each) => each.command.startsWith(typed.slice(1)));
  if (!all.length) return hideSuggestions();
  const choices = all.map((each, number) =>
    h(
      "button.suggestion",
      { type: "button", role: "option", "aria-selected": String(number === 0), "data-command": each.command, onclick: () => sendText(`/${each.command}`) },
      h("span.command", {}, `/${each.command}`),
      h("span.description", {}, each.description),
    ),
  );
  suggestions.replaceChildren(...choices);
  suggestions.hidden = false;
  return null;
}

function mark(choices, chosen) {
  choices.forEach((each, number) => each.setAttribute("aria-selected", String(number === chosen)));
  choices[chosen].scrollIntoView({ block: "nearest" });
}

function hideSuggestions() {
  suggestions.hidden = true;
}

async function submit() {
  const text = field.value;
  if (!text.trim()) return;
  if (composing.edit) {
    const { chat, id } = composing.edit;
    compose({ reply: null, edit: null });
    await act("edit", { person: store.me, chat, message_id: id, text });
    return;
  }
  if (await sendText(text)) return;
  field.value = text;
}

async function sendText(text) {
  const reply = composing.reply;
  store.drafts.delete(drawnFor);
  field.value = "";
  hideSuggestions();
  grow();
  if (reply) compose({ reply: null, edit: null });
  focusField();
  return act("send", { person: store.me, chat: store.chat, topic: store.topic, text, reply_to: reply?.id });
}

function chooseFile() {
  const input = h("input", { type: "file" });
  input.addEventListener("change", () => input.files[0] && offer(input.files[0]));
  input.click();
}

function onPaste(event) {
  const file = event.clipboardData?.files[0];
  if (!file) return;
  event.preventDefault();
  offer(file);
}

/** Ask how a file should go: a picture as a photo or as a file, with a caption. */
export function offer(file) {
  const picture = /^image\/(png|jpeg|gif|webp)$/.test(file.type);
  const caption = h("input.line", { type: "text", placeholder: say("write"), "aria-label": say("write"), maxlength: "1024" });
  const preview = picture ? h("img.preview", { src: URL.createObjectURL(file), alt: file.name }) : h("div.document", {}, h("span.document-icon", {}, icon("file")), h("span.document-name", {}, file.name));
  const go = async (asPhoto) => {
    dialog.close();
    const form = new FormData();
    const fields = { person: store.me, chat: store.chat, topic: store.topic, caption: caption.value, as_photo: asPhoto, reply_to: composing.reply?.id ?? "" };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file, file.name);
    if (composing.reply) compose({ reply: null, edit: null });
    await act("upload", form);
  };
  caption.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && go(picture));
  const buttons = [
    h("button", { type: "button", onclick: () => dialog.close() }, say("cancel")),
    picture && h("button", { type: "button", onclick: () => go(false) }, say("send_as_file")),
    h("button.primary", { type: "button", onclick: () => go(picture) }, picture ? say("send_as_photo") : say("send")),
  ];
  const dialog = openDialog("upload", h("h2", {}, say("attach")), preview, caption, h("div.dialog-buttons", {}, ...buttons.filter(Boolean)));
  caption.focus();
}
