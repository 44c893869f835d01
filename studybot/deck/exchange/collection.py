"""A deck as data: everything that its cards say, and in which file they stand."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml  # type: ignore[import-untyped]

from studybot.core.card import Text
from studybot.deck.deck_file import FORMAT
from studybot.deck.draft.writing import SCHEMA_LINE
from studybot.deck.loader import LoadedCard

SHORT = 80
"""Fields and lists of up to so many characters stand on one line."""

_FIRST = ("id", "kind")
_NUMBER = re.compile(r"[-+.]?\d.*|[-+]?\.(inf|nan)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One card. `file` is the name of its deck file in its topic's folder; `body` as `Card.body` gives it."""

    file: str
    body: Mapping[str, Any]

    @property
    def topic(self) -> str:
        return str(self.body["topic"])


@dataclass(frozen=True, slots=True)
class Collection:
    """Cards in the deck's order, and the titles of their topics. Comments in the files are not part of it."""

    titles: Mapping[str, Text]
    entries: tuple[Entry, ...]


class NotOurs(ValueError):
    """What was read was not exported by studybot, or is damaged: says what is wrong."""


def collection_of(cards: Iterable[LoadedCard], titles: Mapping[str, Text]) -> Collection:
    """Return cards as data, with the titles of the topics they belong to."""
    entries = tuple(Entry(PurePosixPath(Path(one.file).name).name, one.card.body()) for one in cards)
    topics = dict.fromkeys(entry.topic for entry in entries)
    return Collection({topic: titles[topic] for topic in topics}, entries)


def deck_files(collection: Collection) -> Iterator[tuple[str, str, str]]:
    """Yield topic, file name and text of the deck files that hold a collection."""
    for topic, file in dict.fromkeys((entry.topic, entry.file) for entry in collection.entries):
        title = collection.titles[topic]
        head = _Block(format=FORMAT, topic=topic, title={"ko": title.ko, "en": title.en})
        bodies = [_ordered(entry.body) for entry in collection.entries if (entry.topic, entry.file) == (topic, file)]
        cards = "\n".join(_indented(_dumped(body)) for body in bodies)
        yield topic, file, f"{SCHEMA_LINE}\n{_dumped(head)}cards:\n{cards}"


class _Block(dict[str, Any]):
    """Fields that stand on a line each, however short."""


def _ordered(body: Mapping[str, Any]) -> _Block:
    rest = (name for name in body if name not in {*_FIRST, "topic"})
    return _Block({name: body[name] for name in (*_FIRST, *rest)})


def _indented(text: str) -> str:
    first, *rest = text.splitlines(keepends=True)
    return "".join([f"  - {first}", *(f"    {line}" if line.strip() else line for line in rest)])


def _dumped(data: Any) -> str:
    dumped: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return dumped


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Writes as a person would: code in blocks, what is short on one line, what looks like a number in quotes."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if text.endswith("\n\n") or text == "\n":
        style: str | None = '"'  # a block that keeps its empty lines at the end would be the end of the file
    else:
        style = "|" if "\n" in text else '"' if _NUMBER.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _fields(dumper: yaml.SafeDumper, fields: dict[str, Any]) -> yaml.MappingNode:
    return dumper.represent_mapping(
        "tag:yaml.org,2002:map", fields, flow_style=not isinstance(fields, _Block) and _is_short(fields)
    )


def _items(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=_is_short(items))


def _is_short(node: dict[str, Any] | list[Any]) -> bool:
    written = json.dumps(node, ensure_ascii=False)
    return len(written) <= SHORT and "\\n" not in written


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _fields)
_Dumper.add_representer(_Block, _fields)
_Dumper.add_representer(list, _items)
