// Puts the page together: what the server tells goes to the store, and what changed there is drawn.

import { answerForcedReply, composer, drawComposer, focusField, offer } from "./composer.js";
import { drawConversation, drawMessage, drawStatus, dropMessage } from "./conversation.js";
import { takeAnswer } from "./keyboard.js";
import { closeMenu, composing } from "./menu.js";
import { listen } from "./net.js";
import { drawSidebar } from "./sidebar.js";
import { drawTopics } from "./topics.js";
import { changed, markRead, onChange, store, take } from "./store.js";

const WIDE = matchMedia("(min-width: 800px)");
const CLOCK_MS = 20_000;

let shown = "";

onChange((changes) => {
  if (changes.all) {
    // On a wide screen an empty right half helps nobody: the private chat opens by itself.
    if (WIDE.matches && store.chat === null && store.me) store.chat = store.me;
    const where = `${store.me}/${store.chat}/${store.topic}`;
    if (shown !== where) Object.assign(composing, { reply: null, edit: null });
    shown = where;
    closeMenu();
    drawConversation(composer);
    drawComposer();
    if (store.chat !== null) focusField();
  }
  if (changes.message) {
    const first = store.messages.get(changes.message.chat).size === 1;
    drawMessage(changes.message, changes.isNew);
    if (changes.message.chat === store.chat && (first || changes.message.markup)) drawComposer();
    if (changes.isNew) answerForcedReply(changes.message);
    drawStatus();
  }
  if (changes.gone) dropMessage(changes.gone);
  if (changes.directory) redrawForDirectory();
  if (changes.composer) drawComposer();
  if (changes.focus) focusField();
  if (changes.typing !== undefined || changes.status) drawStatus();
  document.documentElement.dataset.ready = String(store.ready && store.connected);
  drawSidebar();
  drawTopics();
});

let lastDirectory = "";

/** A changed name, language or menu redraws what shows it; scrolled positions and drafts stay. */
function redrawForDirectory() {
  const chat = store.chats.get(store.chat);
  const looks = JSON.stringify([store.people.get(store.me), chat, store.bot.ko, store.bot.en]);
  if (looks === lastDirectory) return;
  lastDirectory = looks;
  drawConversation(composer);
  drawComposer();
}

listen(
  (kind, data) => (kind === "answer" ? takeAnswer(data) : take(kind, data)),
  (connected) => {
    if (store.connected === connected) return;
    store.connected = connected;
    if (store.ready) changed({ status: true });
  },
);

setInterval(() => store.ready && drawSidebar(), CLOCK_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && store.chat !== null) {
    markRead(store.me, store.chat);
    drawSidebar();
  }
});
WIDE.addEventListener("change", () => store.ready && changed({ all: true }));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file && store.chat !== null) offer(file);
});
