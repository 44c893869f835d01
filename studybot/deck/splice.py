"""Changing a deck file by lines: what is not meant stays as it is, to the byte.

A YAML library that writes the whole file anew keeps comments and order, and still folds lines or drops an explicit
null where it would have written otherwise. So lines are put in and taken out; then the file is read back, and must
say what it said before, with the one change.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studybot.core.phrase import Phrase, said
from studybot.deck.marked import Malformed, Marked, line_at, node_at, parse, plain

_COMMENT = re.compile(r"\s*#")
_DRAFTED = re.compile(r"\s*# confidence \d\.\d\d;")
_PASSAGE = re.compile(r"\s*# passage [0-9a-f]{12}$")


_BLOCKS = Phrase("line {line}: write each card as a block of its own that begins with '- id: ...'")


class CannotSplice(ValueError):
    """The file is written in a form that cannot be changed by lines: the message says what to do by hand."""


@dataclass(frozen=True, slots=True)
class Block:
    """A card's lines in a file, its comments among them; the card's own first line is indented by `column`."""

    lines: tuple[str, ...]
    column: int
    card_id: str = ""


def blocks_of(text: str) -> list[Block]:
    """Return the lines of each card of a deck file, a list of cards, or a single card. Raises CannotSplice."""
    node, lines = _read(text), _lines(text)
    cards = _cards(node)
    if cards is None:  # a single card
        return [Block(tuple(_as_item(lines)), 0, _id_of(node))]
    items = cards.content if isinstance(cards.content, list) else []
    begins = [_begin(lines, item.line - 1) for item in items]
    ends = [*begins[1:], _end_of_list(node, lines)]
    blocks = []
    for item, begin, end in zip(items, begins, ends, strict=True):
        first = lines[item.line - 1]
        column = len(first) - len(first.lstrip())
        if not first[column:].startswith("-"):
            raise CannotSplice(_BLOCKS.filled(line=item.line))
        blocks.append(Block(tuple(_without_drafting(_trimmed(lines[begin:end]))), column, _id_of(item)))
    return blocks


def with_cards(text: str, blocks: Sequence[Block]) -> str:
    """Return a deck file with more cards at its end. Raises CannotSplice."""
    node, lines = _read(text), _lines(text)
    cards = _cards(node)
    if cards is None or not isinstance(node.content, dict):
        raise CannotSplice(Phrase("not a deck file: it has no list of cards"))
    items = cards.content if isinstance(cards.content, list) else []
    column = 2
    if items:
        first = lines[items[0].line - 1]
        column = len(first) - len(first.lstrip())
        if not first[column:].startswith("-"):
            raise CannotSplice(_BLOCKS.filled(line=items[0].line))
    else:
        place = line_at(node, ["cards"]) - 1
        lines[place] = re.sub(r"^(cards\s*:)\s*(\[\s*\]|~|null)?", r"\1", lines[place]).rstrip()
    end = _end_of_list(node, lines)
    before, after = lines[:end], lines[end:]
    while before and not before[-1].strip():
        before.pop()
    for place, block in enumerate(blocks):
        before += [] if not items and place == 0 else [""]
        before += _shifted(block, column)
    changed = _joined(text, [*before, *([""] if after and after[0].strip() else []), *after], ends=True)
    _must_say(changed, plain(node) | {"cards": [*(plain(cards) or []), *_said(blocks)]})
    return changed


def with_field(text: str, place: int, name: str, value: str) -> str:
    """Return a deck file whose card number `place` has another field under its kind, in double quotes."""
    node, lines = _read(text), _lines(text)
    card = node_at(node, ["cards", place])
    line = line_at(card, ["kind"]) - 1
    key = re.match(r"(\s*(?:- +)?)kind\s*:", lines[line])
    if key is None:
        told = Phrase("line {line}: the card is written in one line: add {name}: {value} to it by hand")
        raise CannotSplice(told.filled(line=line + 1, name=name, value=value))
    lines.insert(line + 1, f"{' ' * len(key[1])}{name}: {value}")
    changed = _joined(text, lines)
    wanted = plain(node)
    wanted["cards"][place][name] = plain(_read(value))
    _must_say(changed, wanted)
    return changed


def without_field(text: str, place: int, name: str) -> str:
    """Return a deck file whose card number `place` has no such field any more."""
    node, lines = _read(text), _lines(text)
    card = node_at(node, ["cards", place])
    begin = line_at(card, [name]) - 1
    later = [line - 1 for line in card.key_lines.values() if line - 1 > begin]
    end = min(later, default=begin + 1)
    while end > begin + 1 and (not lines[end - 1].strip() or _COMMENT.match(lines[end - 1])):
        end -= 1
    if re.match(rf"\s*{name}\s*:", lines[begin]) is None:
        told = Phrase("line {line}: the card is written in one line: take {name} out of it by hand")
        raise CannotSplice(told.filled(line=begin + 1, name=name))
    changed = _joined(text, [*lines[:begin], *lines[end:]])
    wanted = plain(node)
    wanted["cards"][place].pop(name, None)
    _must_say(changed, wanted)
    return changed


def _read(text: str) -> Marked:
    try:
        node = parse(text)
    except Malformed as error:
        raise CannotSplice(Phrase("line {line}: {what}", line=error.line, what=said(error))) from error
    if node is None:
        raise CannotSplice(Phrase("the file is empty"))
    return node


def _cards(node: Marked) -> Marked | None:
    if isinstance(node.content, list):
        return node
    return node.content.get("cards") if isinstance(node.content, dict) else None


def _id_of(card: Marked) -> str:
    found = card.content.get("id") if isinstance(card.content, dict) else None
    return str(found.content) if found is not None else ""


def _begin(lines: Sequence[str], line: int) -> int:
    """Return the line where a card's block begins: its comments stand right above it."""
    while line > 0 and _COMMENT.match(lines[line - 1]):
        line -= 1
    return line


def _end_of_list(node: Marked, lines: Sequence[str]) -> int:
    """Return the line after the last of the cards: the end of the file, or the next field's line."""
    if not isinstance(node.content, dict) or "cards" not in node.content:
        return len(lines)
    cards = line_at(node, ["cards"])
    following = [line for line in node.key_lines.values() if line > cards]
    return _begin(lines, min(following) - 1) if following else len(lines)


def _trimmed(lines: Sequence[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return list(lines[:end])


def _as_item(lines: Sequence[str]) -> list[str]:
    """Return a single card's lines as an item of a list, without the topic that it may name."""
    lines = [line for line in _trimmed(lines) if not line.startswith(("topic:", "---"))]
    first = next(place for place, line in enumerate(lines) if line.strip() and not _COMMENT.match(line))
    return [
        line if place < first else f"- {line}" if place == first else f"  {line}".rstrip()
        for place, line in enumerate(lines)
    ]


def _without_drafting(lines: Sequence[str]) -> list[str]:
    """Leave out what a draft says of itself, but for the passage it was made of: the quotation was for the author."""
    drafted = [place for place, line in enumerate(lines) if _DRAFTED.match(line)]
    left_out = {place for mark in drafted for place in (mark - 1, mark)}
    return [line for place, line in enumerate(lines) if place not in left_out]


def _shifted(block: Block, column: int) -> list[str]:
    by = column - block.column
    if by >= 0:
        return [" " * by + line if line.strip() else line for line in block.lines]
    return [line[-by:] if not line[:-by].strip() else line.lstrip() for line in block.lines]


def _said(blocks: Sequence[Block]) -> list[Any]:
    return [plain(_read("\n".join(_shifted(block, 0)) + "\n"))[0] for block in blocks]


def _lines(text: str) -> list[str]:
    """Split at line feeds alone: a carriage return before one stays with its line, other odd ends with their text."""
    return text.removesuffix("\n").split("\n")


def _joined(text: str, lines: Sequence[str], *, ends: bool | None = None) -> str:
    """Join lines, those that are new with the file's own line ends; `ends` says whether the last one has one."""
    last = text.endswith("\n") if ends is None else ends
    if "\r\n" not in text:
        return "\n".join(lines) + ("\n" if last else "")
    return "\r\n".join(line.removesuffix("\r") for line in lines) + ("\r\n" if last else "")


def _must_say(text: str, wanted: Any) -> None:
    # As JSON: NaN is not equal to itself, and 1 is equal to true.
    if json.dumps(plain(_read(text)), sort_keys=True) != json.dumps(wanted, sort_keys=True):
        told = Phrase("the file is written in a way that cannot be changed by lines: change it by hand")
        raise CannotSplice(told)
