"""Cards from elsewhere, in columns (CSV, TSV, Anki's notes as text): each becomes a draft for a person to complete."""

import csv
import hashlib
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO

from studybot.core.phrase import Phrase
from studybot.deck.draft.drafts import LONGEST_QUOTE, TODO, Draft, Undrafted
from studybot.deck.draft.topics import INBOX
from studybot.deck.exchange.collection import NotOurs
from studybot.deck.exchange.rich_text import to_markdown

LONGEST_TEXT = 1500
NAMES = {
    "question": {"question", "front", "prompt", "앞면", "질문", "문제"},
    "answer": {"answer", "back", "뒷면", "답", "정답"},
    "explanation": {"explanation", "extra", "note", "설명", "해설"},
    "tags": {"tags", "tag", "태그"},
    "guid": {"guid", "id"},
}
"""What a table's first line may call its columns."""

_HANGUL = re.compile(r"[가-힣]")
_HOLE = re.compile(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}", re.DOTALL)
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "colon": ":", "space": " "}


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    question: str
    answer: str
    explanation: str = ""
    tags: tuple[str, ...] = ()
    guid: str = ""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column holds what; from 0."""

    separator: str
    places: dict[str, int] = field(default_factory=dict)
    is_html: bool = False
    beside: frozenset[int] = frozenset()
    """Columns that hold neither question nor answer: a note's type, its deck."""


def rows_of(text: str, *, tabs: bool = False) -> list[Row]:
    """Read a table. Anki's own first lines (`#separator:tab` ...) are obeyed. Raises NotOurs if it is no table."""
    marks, body = _anki_lines(text)
    layout = _of_anki(marks) if marks else _Layout("\t" if tabs else _separator(body))
    above = text.count("\n", 0, len(text) - len(body))
    rows: list[Row] = []
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.reader(StringIO(body, newline=""), delimiter=layout.separator, strict=True)
    try:
        for place, cells in enumerate(reader):
            if not any(cell.strip() for cell in cells):
                continue
            if place == 0 and not marks and (named := _named(cells)):
                layout = _Layout(layout.separator, named)
                continue
            rows.append(_row(cells, layout, above + reader.line_num))
    except csv.Error as error:
        raise NotOurs(Phrase("line {line_num}: {reason}", line_num=above + reader.line_num, reason=error)) from None
    return rows


def drafts_of_rows(
    rows: Sequence[Row], *, log: str, path: str, topics: Collection[str], known: Collection[str]
) -> Iterator[Draft | Undrafted]:
    """Make a draft of each row whose fingerprint is not `known`: a recall card, with TODO for all it lacks."""
    for row in rows:
        passage = hashlib.sha256(f"{row.question}\n{row.answer}".encode()).hexdigest()[:12]
        if passage in known:
            continue
        if reason := _unfit(row):
            yield Undrafted(path, row.line, reason)
            continue
        topic = next((tag for tag in row.tags if tag in topics), INBOX)
        fields = {
            "id": f"{topic if topic != INBOX else 'draft'}-{passage[:8]}",
            "kind": "recall",
            "question": _both(row.question),
            "answer": _both(row.answer),
            "explanation": _both(row.explanation),
            "source": {"log": log, "date": TODO},
        }
        quote = " ".join(row.question.split())[:LONGEST_QUOTE]
        yield Draft("recall", topic, log, path, row.line, 0.5, quote, "nothing was run", passage, fields)


def _anki_lines(text: str) -> tuple[dict[str, str], str]:
    """Split off the lines with which Anki describes its columns."""
    marks: dict[str, str] = {}
    rest = text
    while match := re.match(r"#([a-z ]+):([^\r\n]*)\r?\n", rest):
        marks[match[1]] = match[2]
        rest = rest[match.end() :]
    return marks, rest


def _of_anki(marks: dict[str, str]) -> _Layout:
    said = marks.get("separator", "tab")
    columns = {name.removesuffix(" column"): int(place) - 1 for name, place in marks.items() if place.isdecimal()}
    beside = frozenset(columns.values())
    places = {name: place for name, place in columns.items() if name in {"guid", "tags"}}
    return _Layout(_SEPARATORS.get(said.lower(), said[:1] or "\t"), places, marks.get("html") == "true", beside)


def _separator(body: str) -> str:
    """Return what separates the columns: what is found most often in the first line."""
    first = body.partition("\n")[0]
    return max(",;\t", key=first.count)


def _named(cells: Sequence[str]) -> dict[str, int]:
    """Return which column is which by the names in the first line; nothing where they are no names."""
    found = {
        name: place
        for place, cell in reversed(list(enumerate(cells)))
        for name, names in NAMES.items()
        if cell.strip().lower() in names
    }
    return found if "question" in found and "answer" in found else {}


def _row(cells: Sequence[str], layout: _Layout, line: int) -> Row:
    def cell(name: str) -> str:
        place = layout.places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    texts = [text for place, text in enumerate(cells) if place not in layout.beside]
    if "question" in layout.places:
        texts = [cell("question"), cell("answer"), cell("explanation")]
    read = [to_markdown(text) if layout.is_html else text.strip() for text in texts]
    question, answer, explanation, *_ = [*read, "", "", ""]
    if holes := _HOLE.findall(question):
        question, answer, explanation = _HOLE.sub("____", question), " / ".join(holes), answer
    return Row(line, question, answer, explanation, tuple(cell("tags").lower().split()), cell("guid"))


def _unfit(row: Row) -> str:
    if not row.question or not row.answer:
        return "question or answer is empty"
    if max(map(len, (row.question, row.answer, row.explanation))) > LONGEST_TEXT:
        return f"longer than {LONGEST_TEXT} characters"
    return ""


def _both(text: str) -> dict[str, str]:
    if not text:
        return {"ko": TODO, "en": TODO}
    return {"ko": text, "en": TODO} if _HANGUL.search(text) else {"ko": TODO, "en": text}
