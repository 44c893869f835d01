// What the page knows: people, chats and messages as the server tells them, and what is being looked at.

import { say, speak } from "./words.js";

export const store = {
  ready: false,
  connected: true,
  now: 0,
  nowAt: 0,
  canAdvance: false,
  bot: null,
  people: new Map(),
  chats: new Map(),
  messages: new Map(), // chat id -> Map(message id -> message), oldest first
  me: null,
  chat: null, // null: the list, on a phone
  topic: 0, // of a forum; 0: its general topic, and all that is said elsewhere
  typing: new Map(), // chat id -> {action, until}
  payload: null, // what a deep link brings along with Start
  drafts: new Map(),
};

const listeners = new Set();

/** Call `listener(changes)` after every change; `changes` names what to draw again. */
export function onChange(listener) {
  listeners.add(listener);
}

export function changed(changes) {
  for (const listener of listeners) listener(changes);
}

const TYPING_MS = 5000;

export function take(kind, data) {
  if (data.now) setNow(data.now);
  if (kind === "snapshot") {
    takeDirectory(data);
    store.canAdvance = data.can_advance;
    store.messages = new Map(Object.entries(data.messages).map(([chat, list]) => [Number(chat), new Map(list.map((each) => [each.id, each]))]));
    store.ready = true;
    choosePerson();
    changed({ all: true });
  } else if (kind === "directory") {
    takeDirectory(data);
    changed({ directory: true });
  } else if (kind === "message") {
    takeMessage(data);
  } else if (kind === "deleted") {
    store.messages.get(data.chat)?.delete(data.id);
    changed({ gone: data });
  } else if (kind === "typing") {
    store.typing.set(data.chat, { action: data.action, until: Date.now() + TYPING_MS });
    setTimeout(() => changed({ typing: data.chat }), TYPING_MS + 50);
    changed({ typing: data.chat });
  } else if (kind === "bot") {
    store.bot.status = data.status;
    changed({ status: true });
  } else if (kind === "clock") {
    changed({ clock: true });
  }
}

function takeDirectory(data) {
  setNow(data.now);
  store.bot = data.bot;
  store.people = new Map(data.people.map((person) => [person.id, person]));
  store.chats = new Map(data.chats.map((chat) => [chat.id, chat]));
  if (store.me) speak(me()?.language);
  if (store.topic && !topicsOf(store.chats.get(store.chat)).some((each) => each.id === store.topic)) store.topic = 0;
}

function takeMessage(message) {
  if (!store.messages.has(message.chat)) store.messages.set(message.chat, new Map());
  const messages = store.messages.get(message.chat);
  const isNew = !messages.has(message.id);
  messages.set(message.id, message);
  if (isNew && message.from.bot) store.typing.delete(message.chat);
  if (message.date > now()) setNow(message.date);
  changed({ message, isNew });
}

function setNow(seconds) {
  store.now = seconds;
  store.nowAt = Date.now();
}

/** The chat's own clock, in seconds: it may have been moved far from the browser's. */
export function now() {
  return store.now + Math.floor((Date.now() - store.nowAt) / 1000);
}

// Who is looking at what. Both are in the address, so that two tabs can be two people.

function choosePerson() {
  const [person, chat, topic] = location.hash.slice(1).split("/").map(Number);
  if (!store.people.has(store.me)) store.me = null;
  if (store.people.has(person)) store.me = person;
  store.me ??= [...store.people.keys()][0] ?? null;
  speak(me()?.language);
  if (chat && chatsOf(store.me).some((each) => each.id === chat)) store.chat = chat;
  if (store.chat === chat) store.topic = topicsOf(store.chats.get(chat)).some((each) => each.id === topic) ? topic : 0;
  const start = new URLSearchParams(location.search).get("start");
  if (start) {
    store.payload = start;
    store.chat = store.me;
    history.replaceState(null, "", location.pathname + location.hash);
  }
  remember();
}

function remember({ push = false } = {}) {
  if (!store.me) return;
  const address = `${location.pathname}#${store.me}${store.chat ? `/${store.chat}` : ""}${store.topic ? `/${store.topic}` : ""}`;
  if (push) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

// The back gesture of a phone leads from a chat to the list.
addEventListener("popstate", () => {
  if (!store.ready) return;
  store.chat = null;
  store.topic = 0;
  choosePerson();
  changed({ all: true });
});

export function playAs(person) {
  const wasPrivate = store.chat !== null && store.chat > 0;
  store.me = person;
  if (wasPrivate) store.chat = person;
  if (store.chat !== null && !chatsOf(person).some((each) => each.id === store.chat)) [store.chat, store.topic] = [null, 0];
  speak(me()?.language);
  remember();
  changed({ all: true });
}

export function openChat(chat, topic = 0) {
  const push = store.chat === null && chat !== null;
  store.chat = chat;
  store.topic = topic;
  remember({ push });
  changed({ all: true });
}

export function me() {
  return store.people.get(store.me);
}

export function chatsOf(person) {
  const own = [...store.chats.values()].filter((chat) => chat.members.includes(person) && !chat.gone);
  return own.sort((one, other) => lastDate(other.id) - lastDate(one.id));
}

function lastDate(chat) {
  return lastMessage(chat)?.date ?? 0;
}

export function lastMessage(chat) {
  return [...(store.messages.get(chat)?.values() ?? [])].at(-1);
}

// A forum has a conversation for each topic, the general one first; every other chat has one conversation.

export function topicsOf(chat) {
  return chat?.topics?.length ? [{ id: 0, name: say("general") }, ...chat.topics] : [];
}

export function isInOpenTopic(message) {
  return !topicsOf(store.chats.get(message.chat)).length || message.topic === store.topic;
}

/** What was said in the conversation that is open, oldest first. */
export function openMessages() {
  return [...(store.messages.get(store.chat)?.values() ?? [])].filter(isInOpenTopic);
}

export function botName() {
  return store.bot?.[me()?.language.startsWith("ko") ? "ko" : "en"].name ?? "studybot";
}

export function titleOf(chat) {
  return chat.type === "private" ? botName() : chat.title;
}

export function menuOf(chat) {
  return chat.menus[`${me().language.startsWith("ko") ? "ko" : "en"}/${store.me}`] ?? [];
}

export function isTyping(chat) {
  const typing = store.typing.get(chat);
  return typing && typing.until > Date.now() ? typing.action : null;
}

// What each person has read, kept by the browser.

const READ = "studybot.read";
let read;
try {
  read = JSON.parse(localStorage.getItem(READ)) ?? {};
} catch {
  read = {};
}

/** Count what a person has not read of a chat, or of one topic of it. */
export function unread(person, chat, topic = null) {
  const isNew = (message) => message.id > lastRead(person, message) && message.from.id !== person && !message.service;
  return [...(store.messages.get(chat)?.values() ?? [])].filter((message) => (topic ?? message.topic) === message.topic && isNew(message)).length;
}

function lastRead(person, { chat, topic }) {
  return read[placeOf(person, chat, topic)] ?? 0;
}

function placeOf(person, chat, topic) {
  return topicsOf(store.chats.get(chat)).length && topic ? `${person}/${chat}/${topic}` : `${person}/${chat}`;
}

/** Note that a person sees the end of the conversation that is open. */
export function markRead(person, chat) {
  const last = openMessages().at(-1)?.id ?? 0;
  const place = placeOf(person, chat, store.topic);
  if ((read[place] ?? 0) === last) return;
  read[place] = last;
  try {
    localStorage.setItem(READ, JSON.stringify(read));
  } catch {
    // A browser that keeps nothing shows everything as unread after a reload; no harm.
  }
}
