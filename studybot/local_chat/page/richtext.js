// Formatted text: entities (offsets in UTF-16 units, as JavaScript counts) become nested elements.

import { h, icon } from "./dom.js";
import { momentOf, say } from "./words.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };

/** Render a text with its entities. `deeds` says what tapping a command or a link does. */
export function richText(text, entities, deeds = {}) {
  return pieces(text, 0, text.length, inOrder(entities), deeds);
}

function inOrder(entities) {
  return [...entities].sort((one, other) => one.offset - other.offset || other.length - one.length);
}

function pieces(text, start, end, entities, deeds) {
  const out = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    index += 1;
    if (from >= to) continue;
    const inside = [];
    while (index < entities.length && entities[index].offset < to) inside.push(entities[index++]);
    if (from > at) out.push(text.slice(at, from));
    out.push(formatted(text, from, to, entity, inside, deeds));
    // What reaches out of this piece goes on after it.
    entities = [...inside.filter((each) => each.offset + each.length > to), ...entities.slice(index)];
    index = 0;
    at = to;
  }
  if (at < end) out.push(text.slice(at, end));
  return afterBlocks(out);
}

/** A block stands on lines of its own, so the line feed that follows it would be an empty line. */
function afterBlocks(nodes) {
  return nodes.map((node, index) => {
    const before = nodes[index - 1];
    const after = nodes[index + 1];
    let words = node;
    if (typeof words === "string" && before instanceof Element && before.matches("figure, blockquote")) words = words.replace(/^\n/, "");
    if (typeof words === "string" && after instanceof Element && after.matches("figure, blockquote")) words = words.replace(/\n$/, "");
    return words;
  });
}

function formatted(text, from, to, entity, inside, deeds) {
  const words = text.slice(from, to);
  const children = () => pieces(text, from, to, inside, deeds);
  switch (entity.type) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
      return h(TAGS[entity.type], {}, ...children());
    case "code":
      return h("code", { title: say("copy"), onclick: () => deeds.copy?.(words) }, words);
    case "pre":
      return codeBlock(words, entity, deeds);
    case "spoiler":
      return spoiler(children());
    case "blockquote":
      return h("blockquote", {}, ...children());
    case "expandable_blockquote":
      return foldedQuote(children());
    case "text_link":
      return link(entity.url, children(), deeds);
    case "url":
      return link(/^\w+:/.test(words) ? words : `http://${words}`, children(), deeds);
    case "email":
      return h("span.link", {}, ...children());
    case "bot_command":
      return h("button.inline-link", { type: "button", onclick: () => deeds.command?.(words) }, words);
    case "date_time":
      return h("time", { title: momentOf(entity.unix_time), datetime: new Date(entity.unix_time * 1000).toISOString() }, ...children());
    case "mention":
    case "hashtag":
      return h("span.link", {}, ...children());
    default:
      return h("span", {}, ...children());
  }
}

function codeBlock(words, entity, deeds) {
  const coloured = (entity.words ?? [["", words]]).map(([kind, piece]) => (kind ? h("span", { class: kind }, piece) : piece));
  const copy = h("button.copy", { type: "button", "aria-label": say("copy"), onclick: () => deeds.copy?.(words) }, icon("copy"), h("span", {}, say("copy")));
  const label = h("span", {}, entity.language ?? "");
  return h("figure.code", {}, h("figcaption", {}, label, copy), h("pre", { tabindex: "0" }, h("code", {}, ...coloured)));
}

function spoiler(children) {
  const hidden = h("span.spoiler-text", { "aria-hidden": "true" }, ...children);
  const cover = h("span.spoiler", { role: "button", tabindex: "0", "aria-label": say("spoiler") }, hidden);
  const open = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (cover.classList.contains("open")) return;
    event.preventDefault();
    event.stopPropagation();
    cover.classList.add("open");
    cover.removeAttribute("role");
    cover.removeAttribute("tabindex");
    cover.removeAttribute("aria-label");
    hidden.removeAttribute("aria-hidden");
  };
  // A link under the cover must not open by the tap that only lifts it.
  cover.addEventListener("click", open, true);
  cover.addEventListener("keydown", open);
  return cover;
}

const FOLDED_LINES = 3;
const LONG_QUOTE = 160;

function foldedQuote(children) {
  const quote = h("blockquote.folds", {}, h("div.fold", {}, ...children));
  const isLong = quote.textContent.length > LONG_QUOTE || quote.textContent.split("\n").length > FOLDED_LINES;
  if (!isLong) return quote;
  quote.classList.add("folded");
  const toggle = h("button.unfold", { type: "button", "aria-expanded": "false", "aria-label": say("expand") }, icon("down"));
  const flip = () => {
    const folded = quote.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!folded));
    toggle.setAttribute("aria-label", say(folded ? "expand" : "collapse"));
  };
  toggle.addEventListener("click", (event) => {
    event.stopPropagation();
    flip();
  });
  quote.addEventListener("click", () => quote.classList.contains("folded") && flip());
  quote.append(toggle);
  return quote;
}

/** A link opens in a new tab; the server hears nothing of it. Only addresses that cannot run anything are links. */
function link(url, children, deeds) {
  let target;
  try {
    target = new URL(url);
  } catch {
    return h("span", {}, ...children);
  }
  if (!["http:", "https:"].includes(target.protocol)) return h("span.link", {}, ...children);
  const open = (event) => deeds.link?.(target) && event.preventDefault();
  return h("a", { href: target.href, target: "_blank", rel: "noopener noreferrer", onclick: open }, ...children);
}
