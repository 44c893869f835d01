"""Drafts as deck files: YAML that a person completes, with everything known about each draft in comments."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from studybot.core.card import Text
from studybot.deck.draft.drafts import TODO, Draft

SCHEMA_LINE = "# yaml-language-server: $schema=../schema.json"
TITLE_OF_INBOX = Text("새 초안", "New drafts")

_PASSAGE = re.compile(r"^\s*# passage ([0-9a-f]{12})$", re.MULTILINE)
_ORDER = ("id", "kind", "question", "claim", "asks", "snippet", "expect", "holds", "answer", "explanation", "source")


def deck_text(drafts: Sequence[Draft], *, topic: str, title: Text) -> str:
    """Return a deck file that holds these drafts, all of one topic."""
    head = [
        SCHEMA_LINE,
        "# Drafts: write what says TODO, throw away what is not worth a card, then: studybot cards add FILE",
        "format: 1",
        f"topic: {topic}",
        f"title: {_flow({'ko': title.ko, 'en': title.en})}",
        "cards:",
    ]
    return "\n".join([*head, *(line for draft in drafts for line in _draft(draft))]) + "\n"


def passages_in(text: str) -> set[str]:
    """Return the fingerprints of the passages that a deck file's drafts were made of."""
    return set(_PASSAGE.findall(text))


def record(draft: Draft) -> dict[str, Any]:
    """Return a draft as JSON data."""
    return {
        "status": "draft",
        "log": draft.path,
        "line": draft.line,
        "kind": draft.kind,
        "topic": draft.topic,
        "confidence": draft.confidence,
        "quote": draft.quote,
        "execution": draft.ran,
        "passage": draft.passage,
        "card": {name: _plain(draft.fields[name]) for name in _ORDER if name in draft.fields},
    }


def _draft(draft: Draft) -> Iterable[str]:
    yield ""
    yield f"  # {draft.log}, line {draft.line}: {draft.quote}"
    yield f"  # confidence {draft.confidence:.2f}; {draft.ran}"
    yield f"  # passage {draft.passage}"
    mark = "- "
    for name in (name for name in _ORDER if name in draft.fields):
        value = draft.fields[name]
        if name == "asks" and value == "value":
            continue  # as it is without saying
        if name == "snippet" and "\n" in value:
            yield "    snippet: |"
            yield from (f"      {line}".rstrip() for line in value.rstrip("\n").split("\n"))
        else:
            yield f"  {mark}{name}: {value if name in {'id', 'kind', 'asks'} else _flow(value)}"
        mark = "  "


def _flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    match value:
        case dict():
            return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
        case list():
            return f"[{', '.join(map(_flow, value))}]"
        case float() if not math.isfinite(value):
            return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        case date():
            return value.isoformat()
        case str() if value == TODO:
            return TODO
        case _:
            return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Return a field as JSON data, which has no days and no numbers that are not finite."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case date():
            return value.isoformat()
        case float() if not math.isfinite(value):
            return str(value)
        case _:
            return value
