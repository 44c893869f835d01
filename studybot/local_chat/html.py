"""Reads a message in Telegram's HTML: exactly its tags, its nesting, its character references, its errors.

Telegram refuses a whole message over one stray `<`, so a bot that works here works there. Positions in error
texts are byte offsets and entity offsets are UTF-16 units, as Telegram counts them.

Source: the Bot API documentation, "HTML style", and the parser of Telegram's open-source library (TDLib).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from studybot.local_chat.entities import Entity, tidy
from studybot.local_chat.limits import units

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
TAGS = frozenset([*STYLES, "a", "code", "pre", "blockquote", "tg-emoji", "tg-time"])
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<decimal>[0-9]*)|(?P<name>[a-zA-Z]*));?")
_PLAIN = re.compile(r"[^<&]+")
_NAME_TOKEN = re.compile(r"[0-9a-zA-Z.\-]*")
_SPACE = " \t\r\n\0\v"
_LONGEST_REFERENCE = 10
_LAST_CHARACTER = 0x10FFFF


class CannotParse(ValueError):
    """Says in Telegram's words why a text is not its HTML."""


@dataclass
class _Open:
    """A start tag that waits for its end tag."""

    tag: str
    offset: int
    position: int
    attributes: dict[str, str]


@dataclass
class _Parser:
    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    offset: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            if (plain := _PLAIN.match(self.source, self.at)) is not None:
                self.at = plain.end()
                self.emit(plain[0])
            elif self.source[self.at] == "&":
                self.emit(self.character())
            elif self.source.startswith("</", self.at):
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise CannotParse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.text), self.entities

    def emit(self, text: str) -> None:
        self.text.append(text)
        self.offset += units(text)

    def character(self) -> str:
        """Take one character, decoding the few references that Telegram knows; all others stay as they are."""
        reference = _REFERENCE.match(self.source, self.at) if self.source[self.at] == "&" else None
        if reference is not None and (decoded := _decoded(reference)):
            self.at = reference.end()
            return decoded
        self.at += 1
        return self.source[self.at - 1]

    def byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode())

    def skip_space(self) -> None:
        while self.peek() and self.peek() in _SPACE:
            self.at += 1

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def word(self, stops: str) -> str:
        start = self.at
        while self.peek() and self.peek() not in stops:
            self.at += 1
        return self.source[start : self.at]

    def start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self.word(_SPACE + ">").lower()
        if not self.peek():
            raise CannotParse(f"Unclosed start tag at byte offset {self.byte_offset(begin)}")
        if tag not in TAGS:
            raise CannotParse(f'Unsupported start tag "{tag}" at byte offset {self.byte_offset(begin)}')
        attributes = self.attributes(tag, begin)
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise CannotParse(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte_offset(begin)}')
        self.open.append(_Open(tag, self.offset, len(self.text), attributes))

    def attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self.skip_space()
            if self.peek() == ">":
                return found
            if not self.peek():
                raise CannotParse(f"Unclosed start tag at byte offset {self.byte_offset(begin)}")
            name = self.word(_SPACE + "=>")
            if not name:
                where = self.byte_offset(begin)
                raise CannotParse(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            self.skip_space()
            if self.peek() != "=":
                found[name] = ""
                continue
            self.at += 1
            self.skip_space()
            found[name] = self.value(begin)

    def value(self, begin: int) -> str:
        quote = self.peek()
        if quote not in ("'", '"'):
            start = self.at
            token = _NAME_TOKEN.match(self.source, self.at)
            self.at = token.end() if token else self.at
            if self.peek() and self.peek() not in _SPACE + ">":
                raise CannotParse(f"Unexpected end of name token at byte offset {self.byte_offset(start)}")
            return self.source[start : self.at].lower()
        self.at += 1
        characters: list[str] = []
        while self.peek() and self.peek() != quote:
            characters.append(self.character())
        self.at += 1
        if not self.peek():
            raise CannotParse(f"Unclosed start tag at byte offset {self.byte_offset(begin)}")
        return "".join(characters)

    def end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise CannotParse(f"Unexpected end tag at byte offset {self.byte_offset(begin)}")
        self.at += 2
        tag = self.word(_SPACE + ">").lower()
        self.skip_space()
        if self.peek() != ">":
            raise CannotParse(f"Unclosed end tag at byte offset {self.byte_offset(begin)}")
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise CannotParse(
                f"Unmatched end tag at byte offset {self.byte_offset(begin)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.offset > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        inside = self.entities[-1] if self.entities else None
        span = (opened.offset, self.offset - opened.offset)
        language = opened.attributes.get("class", "").removeprefix("language-")
        has_language = opened.attributes.get("class", "").startswith("language-") and bool(language)
        if opened.tag == "pre" and inside and inside.type == "code" and inside.span == span:
            # <pre><code class="language-python"> is one block, not a code inside a block.
            kept = {"language": inside.extra["language"]} if inside.extra.get("language") else {}
            self.entities[-1] = Entity("pre", *span, kept)
        elif opened.tag == "code" and inside and inside.type == "pre" and inside.span == span:
            self.entities[-1] = Entity("pre", *span, {"language": language} if has_language else {})
        elif opened.tag == "code":
            self.entities.append(Entity("code", *span, {"language": language} if has_language else {}))
        elif (entity := self.entity(opened, span)) is not None:
            self.entities.append(entity)

    def entity(self, opened: _Open, span: tuple[int, int]) -> Entity | None:
        attributes = opened.attributes
        match opened.tag:
            case "pre":
                return Entity("pre", *span)
            case "blockquote":
                return Entity("expandable_blockquote" if "expandable" in attributes else "blockquote", *span)
            case "a":
                return _link(attributes.get("href") or "".join(self.text[opened.position :]), span)
            case "tg-emoji":
                if not attributes.get("emoji-id", "").isdigit():
                    raise CannotParse("Invalid custom emoji identifier specified")
                return Entity("custom_emoji", *span, {"custom_emoji_id": attributes["emoji-id"]})
            case "tg-time":
                if not attributes.get("unix", "").isdigit():
                    raise CannotParse("Invalid date specified")
                extra: dict[str, Any] = {"unix_time": int(attributes["unix"])}
                if attributes.get("format"):
                    extra["date_time_format"] = attributes["format"]
                return Entity("date_time", *span, extra)
            case tag:
                return Entity(STYLES[tag], *span)


def _decoded(reference: re.Match[str]) -> str:
    if reference["name"] is not None:
        return NAMED.get(reference["name"], "")
    digits, base = (reference["hex"], 16) if reference["hex"] is not None else (reference["decimal"], 10)
    value = int(digits, base) if digits else 0
    too_long = len(reference[0].rstrip(";")) >= _LONGEST_REFERENCE
    if value == 0 or value >= _LAST_CHARACTER or too_long or 0xD800 <= value <= 0xDFFF:
        return ""
    return chr(value)


def _link(url: str, span: tuple[int, int]) -> Entity | None:
    if re.fullmatch(r"tg://user\?id=\d+", url):
        return Entity("text_link", *span, {"url": url})
    if re.match(r"(https?|tg|ton|mailto|tel):", url, re.IGNORECASE):
        return Entity("text_link", *span, {"url": url})
    if re.fullmatch(r"[\w\-]+(\.[\w\-]+)+([/?#].*)?", url):
        return Entity("text_link", *span, {"url": f"http://{url}"})
    return None  # Telegram shows the words and drops a link that is none.


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the text and its entities, trimmed and ordered as Telegram sends them back. Raises CannotParse."""
    parser = _Parser(source)
    text, entities = parser.parse()
    plain = [
        Entity(entity.type, entity.offset, entity.length) if entity.type == "code" else entity for entity in entities
    ]
    return tidy(text, plain)
