"""The formatted pieces of a text: offsets in UTF-16 units, what may nest in what, and what Telegram finds itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from studybot.local_chat.limits import ENTITIES, index_of_unit, units

MONOSPACE = frozenset(["code", "pre"])
QUOTES = frozenset(["blockquote", "expandable_blockquote"])
FOUND_BY_TELEGRAM = re.compile(
    r"(?P<url>(?:https?://|(?<![\w@.])www\.)[^\s<>\"]+[^\s<>\".,;:!?)\]}'])"
    r"|(?P<email>[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+)"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{3,31})(?!\w)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?)(?![\w/])"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])\w{1,256})"
)
FENCE = re.compile(r"```(?:(?P<language>[\w+#.\-]+)\n|\n?)(?P<block>.+?)\n?```|`(?P<inline>[^`\n]+)`", re.DOTALL)


@dataclass(frozen=True)
class Entity:
    """One formatted piece. `extra` holds its url, language, unix_time and the like."""

    type: str
    offset: int
    length: int
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def span(self) -> tuple[int, int]:
        return self.offset, self.length

    @property
    def end(self) -> int:
        return self.offset + self.length

    def plain(self) -> dict[str, Any]:
        return {"type": self.type, "offset": self.offset, "length": self.length, **self.extra}

    @classmethod
    def from_plain(cls, record: dict[str, Any]) -> "Entity":
        extra = {key: value for key, value in record.items() if key not in ("type", "offset", "length")}
        return cls(str(record["type"]), int(record["offset"]), int(record["length"]), extra)

    def cut_to(self, start: int, end: int) -> "Entity | None":
        """Return the part of this entity inside a span, or nothing."""
        offset, stop = max(self.offset, start), min(self.end, end)
        return Entity(self.type, offset, stop - offset, self.extra) if stop > offset else None

    def moved(self, by: int) -> "Entity":
        return Entity(self.type, self.offset + by, self.length, self.extra)


def tidy(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """Trim the text as Telegram does, keep the entities that may stand together, and put them in order."""
    found = list(entities)
    trimmed = text.rstrip()
    lead = units(trimmed) - units(trimmed.lstrip())
    # White space before the first entity goes; inside it (an indented code block) it stays.
    lead = min([lead, *(entity.offset for entity in found)])
    trimmed = trimmed[index_of_unit(trimmed, lead) :]
    kept = [part.moved(-lead) for entity in found if (part := entity.cut_to(lead, lead + units(trimmed))) is not None]
    return trimmed, in_order(_without_forbidden_nesting(kept))


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length, entity.type))


def _without_forbidden_nesting(entities: list[Entity]) -> list[Entity]:
    """Cut styles out of code, and drop a quote inside a quote: Telegram allows neither."""
    code: list[Entity] = []
    for entity in in_order(each for each in entities if each.type in MONOSPACE):
        if not any(entity.offset < other.end and other.offset < entity.end for other in code):
            code.append(entity)
    kept = list(code)
    quotes: list[Entity] = []
    for entity in in_order(each for each in entities if each.type not in MONOSPACE):
        if entity.type in QUOTES:
            if not any(entity.offset < other.end and other.offset < entity.end for other in quotes):
                quotes.append(entity)
                kept.append(entity)
        else:
            kept.extend(_pieces_outside(entity, code))
    return kept


def _pieces_outside(entity: Entity, holes: list[Entity]) -> list[Entity]:
    pieces, start = [], entity.offset
    for hole in sorted(holes, key=lambda each: each.offset):
        if hole.end <= start or hole.offset >= entity.end:
            continue
        if (piece := entity.cut_to(start, hole.offset)) is not None:
            pieces.append(piece)
        start = hole.end
    last = entity.cut_to(start, entity.end)
    return [*pieces, last] if last is not None else pieces


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Add what Telegram finds by itself outside code and links: commands, mentions, hashtags, addresses.

    At most 100 entities remain; Telegram drops the rest without a word.
    """
    taken = [entity for entity in entities if entity.type in MONOSPACE or entity.type == "text_link"]
    found = []
    for match in FOUND_BY_TELEGRAM.finditer(text):
        offset, length = units(text[: match.start()]), units(match[0])
        free = all(offset + length <= entity.offset or offset >= entity.end for entity in taken)
        if free and match.lastgroup is not None:
            found.append(Entity(match.lastgroup, offset, length))
    return in_order([*entities, *found])[:ENTITIES]


def typed(source: str) -> tuple[str, list[Entity]]:
    """Read what a person typed: Telegram's apps turn ``` fences and `ticks` into code before they send."""
    parts: list[str] = []
    entities: list[Entity] = []
    at = 0
    for match in FENCE.finditer(source):
        parts.append(source[at : match.start()])
        code = match["block"] if match["block"] is not None else match["inline"]
        extra = {"language": match["language"]} if match["language"] else {}
        offset = units("".join(parts))
        kind = "pre" if match["block"] is not None else "code"
        entities.append(Entity(kind, offset, units(code), extra))
        parts.append(code)
        at = match.end()
    parts.append(source[at:])
    text, kept = tidy("".join(parts), entities)
    return text, with_found(text, kept)
