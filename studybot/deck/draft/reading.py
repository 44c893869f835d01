"""A study log as people write it to passages: its texts and code blocks, each with its line, section and day."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from studybot.deck.draft.days import day_in, day_of_heading
from studybot.deck.marked import Malformed, parse, plain

LONGEST_HEADING = 80
"""A longer one is a paragraph above a line of hyphens that was meant as a rule."""

LONGEST_PASSAGE = 20_000
"""A longer one is no prose: data that was pasted, or a page on one line."""

BREAK = "\u2028"
"""Ends a line that was meant to end there; a plain newline is only where the writer's editor wrapped."""

BREAK_IN_LINE = "\u2029"
"""A `<br>`: a break that is no new line of the file."""

_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_HTML_HEADING = re.compile(r"\s*<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL | re.IGNORECASE)
_BR = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ADDRESS = re.compile(r"\w+://|www\.")
_NOT_TEXT = re.compile(r"\s*<(script|style|pre|svg|iframe|img)\b", re.IGNORECASE)
_END = re.compile(
    rf"""[{BREAK}{BREAK_IN_LINE}]\s*
      | (?<![\d])(?<!\bex)(?<!\bvs)(?<!\betc)(?<!\be\.g)(?<!\bi\.e)(?<!\.)(?:\.|[!?。？]+)["')\]*]*\s+
        (?!하는|하고|라며|라고|라는|이라|인지|였다|했다)""",
    re.VERBOSE,
)
_CODE_SPAN = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: its line (from 1), the headings above it, the outermost first, and the entry's day."""

    line: int
    sections: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, a list item or a heading. Code stays in backticks and bold in `**`; links have lost their targets.

    `under` is the list item it belongs to, empty where there is none.
    """

    text: str
    place: Place
    under: str = ""
    in_list: bool = False
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced or indented block; the place's line is that of its first line of code."""

    code: str
    language: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    passage: Passage
    line: int


@dataclass(frozen=True, slots=True)
class Log:
    """One log: its name without the ending, the path as a person would type it, and what stands in it, in order."""

    name: str
    path: str
    parts: tuple[Passage | CodeBlock, ...]


def read_log(text: str, *, name: str, path: str) -> Log:
    """Read a log. Whatever is written can be read; what is no text and no code is passed over."""
    tokens, about = _parsed(text)
    reader = _Reader(day_in(str(about.get("date", ""))) or day_in(name))
    for token in tokens:
        reader.take(token)
    return Log(name, path, tuple(reader.parts))


def sentences(passage: Passage) -> Iterator[Sentence]:
    """Split a passage into sentences, each with its own line."""
    covered = _CODE_SPAN.sub(lambda span: "`" * len(span[0]), passage.text)
    start = 0
    for end in [*(match.end() for match in _END.finditer(covered)), len(covered)]:
        text = passage.text[start:end]
        if text.strip():
            skipped = len(text) - len(text.lstrip())
            line = passage.place.line + sum(mark in "\n" + BREAK for mark in passage.text[: start + skipped])
            yield Sentence(" ".join(text.split()), passage, line)
        start = end


def _parsed(text: str) -> tuple[list[Token], dict[str, object]]:
    """Parse Markdown, and its front matter where it has one: a log may begin with a rule as well."""
    tokens = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).parse(text)
    if not tokens or tokens[0].type != "front_matter":
        return tokens, {}
    try:
        node = parse(tokens[0].content)
        about = plain(node) if node else None
    except Malformed:
        about = None
    if isinstance(about, dict):
        return tokens, about
    return MarkdownIt("commonmark").enable("table").parse(text), {}


@dataclass(slots=True)
class _Reader:
    """Walks through the tokens and remembers where it is."""

    day_of_log: date | None
    parts: list[Passage | CodeBlock] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    """The first text of each list item around here, the outermost first; empty while it has none."""
    day: date | None = None
    heading_level: int = 0
    tables: int = 0

    def take(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self.heading_level = 0 if token.level else int(token.tag[1])
            case "heading_close":
                self.heading_level = 0
            case "list_item_open":
                self.items.append("")
            case "list_item_close":
                self.items.pop()
            case "table_open" | "table_close":
                self.tables += 1 if token.nesting > 0 else -1
            case "fence" | "code_block":
                first = _line(token) + (token.type == "fence")
                self.parts.append(CodeBlock(token.content, token.info.strip().lower(), self._place(first)))
            case "html_block":
                self._take_html(token.content, _line(token))
            case "inline" if not self.tables:  # what stands in cells is no sentence
                self._take_text(_text(token.children or []), _line(token), self.heading_level)

    def _take_html(self, html: str, line: int) -> None:
        if heading := _HTML_HEADING.match(html):
            self._take_text(_TAG.sub("", heading[2]).strip(), line, int(heading[1]))
            line += html[: heading.end()].count("\n")
            html = html[heading.end() :]
        if not _NOT_TEXT.match(html):
            for place, text in enumerate(_TAG.sub("", html).split("\n")):
                self._take_text(text.strip(), line + place, 0)

    def _take_text(self, text: str, line: int, heading_level: int) -> None:
        if not text.strip() or len(text) > LONGEST_PASSAGE:
            return
        is_heading = heading_level > 0 and len(text) <= LONGEST_HEADING and "\n" not in text
        if is_heading:
            self.headings = [one for one in self.headings if one[0] < heading_level]
            self.day = day_of_heading(text, self.day_of_log) or (self.day if self.headings else None)
        under = next((item for item in reversed(self.items) if item), "")
        self.parts.append(Passage(text, self._place(line), under, bool(self.items), is_heading))
        if is_heading:
            self.headings.append((heading_level, text.replace("**", "")))
        if self.items and not self.items[-1]:
            self.items[-1] = text

    def _place(self, line: int) -> Place:
        return Place(line, tuple(text for _, text in self.headings), self.day or self.day_of_log)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _text(children: Sequence[Token]) -> str:
    """Return inline Markdown as text: pictures and the targets of links are gone, and links that show their target."""
    parts: list[str] = []
    links: list[int] = []
    for child in children:
        match child.type:
            case "text":
                parts.append(child.content)
            case "code_inline":
                parts.append(f"`{child.content}`")
            case "strong_open" | "strong_close":
                parts.append("**")
            case "softbreak":
                parts.append("\n")
            case "hardbreak":
                parts.append(BREAK)
            case "html_inline" if _BR.fullmatch(child.content):
                parts.append(BREAK_IN_LINE)
            case "link_open":
                links.append(len(parts))
            case "link_close":
                shown = "".join(parts[links[-1] :])
                if _ADDRESS.search(shown):
                    del parts[links[-1] :]
                links.pop()
    return "".join(parts).strip(" ")
