"""Cuts Telegram HTML into messages that Telegram takes: tags are closed at a cut and opened again behind it.

    split(html)    # ["<b>first …</b>", "<b>… and the rest</b>"]

A cut stands between paragraphs where it can, else between lines, else between words; never inside a character
reference, a surrogate pair, or an emoji made of several characters.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise
from typing import NamedTuple

from studybot.telegram_bot.markup import LONGEST_MESSAGE

MOST_ENTITIES = 100
"""Telegram drops what is beyond, without a word: formatting, not text."""

LEAST_FILLED = 8
"""A cut must leave a message filled to at least this part, 1/8: rather a line is cut off than a message of one word."""

_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<name>[a-z\-]+)(?P<rest>[^>]*)>|(?P<letters>[^<&]+)|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|."
)
_TAG = re.compile(r"<[^>]*>")
_NOT_FIRST = re.compile("[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_CODE = frozenset(["code", "pre"])


@dataclass(frozen=True, slots=True, eq=False)
class _Tag:
    """A start tag. Two of them are the same only if they are one: `<b>a</b><b>b</b>` is not `<b>ab</b>`."""

    name: str
    written: str

    @property
    def names_language(self) -> bool:
        """Say whether it belongs to the `pre` around it, and is no piece of its own."""
        return self.name == "code" and self.written != "<code>"


class _Letter(NamedTuple):
    """A character as it is shown, and the tags around it."""

    shown: str
    tags: tuple[_Tag, ...]

    @property
    def is_code(self) -> bool:
        return any(tag.name == "pre" for tag in self.tags)


def split(html: str, *, most_units: int = LONGEST_MESSAGE, most_entities: int = MOST_ENTITIES) -> list[str]:
    """Return the messages that show this HTML: itself if it fits, none if there is nothing to show.

    White space at a cut is dropped, as Telegram would drop it. The HTML must be balanced.
    """
    if not _TAG.sub("", html).strip():
        return []
    if len(html) <= most_units // 2 and html.count("<") <= most_entities // 4:
        return [html]  # it fits without counting: n tags around each other are cut into n * n / 4 pieces at most
    letters = list(_letters(html))
    parts = []
    if _reach(letters, 0, most_units, most_entities) == len(letters):
        return [html]
    start = _next_shown(letters, 0)
    while start < len(letters):
        end = _reach(letters, start, most_units, most_entities)
        if end < len(letters):
            end = _best_cut(letters, start, end)
        if shown := _trimmed(letters[start:end]):
            parts.append(_written(shown))
        start = _next_shown(letters, end)
    return parts


def _letters(html: str) -> Iterator[_Letter]:
    tags: tuple[_Tag, ...] = ()
    for token in _TOKEN.finditer(html):
        if token["letters"]:
            yield from (_Letter(letter, tags) for letter in token["letters"])
        elif token["name"] is None:
            yield _Letter(unescape(token[0]), tags)
        elif token["end"]:
            tags = tags[:-1]
        else:
            tags = (*tags, _Tag(token["name"], token[0]))


def _next_shown(letters: Sequence[_Letter], start: int) -> int:
    """Pass over white space; the indentation of a line of code is shown."""
    at = start
    while at < len(letters) and letters[at].shown.isspace():
        at += 1
    if at < len(letters) and letters[at].is_code:
        while at > start and letters[at - 1].is_code and letters[at - 1].shown != "\n":
            at -= 1
    return at


def _trimmed(letters: Sequence[_Letter]) -> Sequence[_Letter]:
    end = len(letters)
    while end and letters[end - 1].shown.isspace():
        end -= 1
    return letters[:end]


def _reach(letters: Sequence[_Letter], start: int, most_units: int, most_entities: int) -> int:
    """Return the first place that does not fit into a message any more."""
    length = entities = 0
    seen: set[_Tag] = set()
    tags: tuple[_Tag, ...] = ()
    for at in range(start, len(letters)):
        letter = letters[at]
        length += 2 if letter.shown > "\uffff" else 1
        if letter.tags is not tags:
            tags = letter.tags
            new = [tag for tag in tags if tag not in seen]
            seen.update(new)
            entities += sum(not tag.names_language for tag in new)
            # Telegram cuts bold and its like around code: each of them may be one piece more behind it.
            entities += len(tags) - len(new) if new and new[-1].name in _CODE else 0
        if length > most_units or entities > most_entities:
            return max(at, start + 1)
    return len(letters)


def _best_cut(letters: Sequence[_Letter], start: int, end: int) -> int:
    """Return the last place of the best kind for a cut; the letter there is the first of the next message."""
    least = start + max(1, (end - start) // LEAST_FILLED)
    for is_cut in (_paragraph_ends, _line_ends, _code_line_ends, _word_ends):
        for at in range(end, least - 1, -1):
            if is_cut(letters, at):
                return at
    for at in range(end, start, -1):
        if not _holds_together(letters, start, at):
            return at
    return end


def _paragraph_ends(letters: Sequence[_Letter], at: int) -> bool:
    return at > 1 and letters[at - 2].shown == "\n" and _line_ends(letters, at)


def _line_ends(letters: Sequence[_Letter], at: int) -> bool:
    before, after = letters[at - 1], letters[at]
    return before.shown == "\n" and not (before.is_code and after.is_code)


def _code_line_ends(letters: Sequence[_Letter], at: int) -> bool:
    return letters[at - 1].shown == "\n"


def _word_ends(letters: Sequence[_Letter], at: int) -> bool:
    return letters[at - 1].shown.isspace() or letters[at].shown.isspace()


def _holds_together(letters: Sequence[_Letter], start: int, at: int) -> bool:
    """Say whether a cut here would fall into one character of several, such as a family or a flag."""
    before, after = letters[at - 1].shown, letters[at].shown
    if _NOT_FIRST.match(after) or before == "\u200d":
        return True
    if not (_FLAG.match(before) and _FLAG.match(after)):
        return False
    flags = 0
    while at - flags - 1 >= start and _FLAG.match(letters[at - flags - 1].shown):
        flags += 1
    return flags % 2 == 1


def _written(letters: Sequence[_Letter]) -> str:
    """Write letters as HTML again; a tag stands only around what it marks."""
    parts: list[str] = []
    for before, after in pairwise([_Letter("", ()), *letters, _Letter("", ())]):
        if before.tags is not after.tags:
            shared = sum(1 for _ in _same(before.tags, after.tags))
            parts += [f"</{tag.name}>" for tag in reversed(before.tags[shared:])]
            parts += [tag.written for tag in after.tags[shared:]]
        parts.append(escape(after.shown, quote=False))
    return "".join(parts)


def _same(before: Sequence[_Tag], after: Sequence[_Tag]) -> Iterator[_Tag]:
    for one, other in zip(before, after, strict=False):
        if one is not other:
            return
        yield one
