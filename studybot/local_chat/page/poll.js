// A poll or quiz: options to choose from, then bars; a quiz shows at once what was right.

import { h, icon } from "./dom.js";
import { act } from "./net.js";
import { richText } from "./richtext.js";
import { store } from "./store.js";
import { say } from "./words.js";

export function pollView(message, deeds) {
  const poll = message.poll;
  const own = poll.votes[store.me] ?? [];
  const done = poll.is_closed || (own.length > 0 && !poll.allows_revoting);
  const shown = poll.is_closed || (own.length > 0 && !poll.hidden);
  const box = h("div.poll", { class: done ? "done" : "" });
  box.append(h("div.poll-question", {}, ...richText(poll.question, poll.question_entities, deeds)));
  if (poll.description) box.append(h("div.poll-description", {}, poll.description));
  box.append(h("div.poll-kind", {}, kind(poll)));
  const chosen = new Set(own);
  const send = (options) => act("vote", { person: store.me, chat: message.chat, message_id: message.id, options });
  const confirm = h("button.poll-vote", { type: "button", disabled: true, onclick: () => send([...chosen]) }, say("vote"));
  poll.options.forEach((option, number) => {
    const choose = (button) => {
      if (!poll.allows_multiple_answers) return send(own.includes(number) ? [] : [number]);
      if (chosen.has(number)) chosen.delete(number);
      else chosen.add(number);
      button.setAttribute("aria-checked", String(chosen.has(number)));
      confirm.disabled = !chosen.size;
      return null;
    };
    box.append(optionRow(poll, option, number, { own, done, shown, choose }));
  });
  if (poll.allows_multiple_answers && !done && !own.length) box.append(confirm);
  if (poll.explanation && shown) box.append(h("div.poll-explanation", {}, icon("lamp"), h("div", {}, ...richText(poll.explanation, poll.explanation_entities, deeds))));
  box.append(h("div.poll-total", {}, say("votes", poll.total)));
  return box;
}

function kind(poll) {
  if (poll.is_closed) return say("closed");
  return say(`${poll.is_anonymous ? "anonymous_" : ""}${poll.type === "quiz" ? "quiz" : "poll"}`);
}

function optionRow(poll, option, number, { own, done, shown, choose }) {
  const share = poll.total ? Math.round((100 * option.votes) / poll.total) : 0;
  const right = poll.type === "quiz" && shown ? poll.correct.includes(number) : null;
  const mine = own.includes(number);
  const verdict = right ? "right" : mine && right === false ? "wrong" : "";
  const button = h("button.poll-option", {
    type: "button",
    class: `${verdict} ${mine ? "mine" : ""}`,
    disabled: done,
    role: poll.allows_multiple_answers ? "checkbox" : "radio",
    "aria-checked": String(mine),
  });
  button.addEventListener("click", () => choose(button));
  const mark = shown ? h("span.share", {}, `${share}%`) : h("span.ring", { class: poll.allows_multiple_answers ? "square" : "" });
  const bar = h("span.bar");
  if (shown) bar.style.width = share ? `${share}%` : "4px";
  button.append(mark, h("span.option-text", {}, option.text), mine || right ? h("span.badge", {}, icon(verdict === "wrong" ? "close" : "check")) : "", bar);
  return button;
}
