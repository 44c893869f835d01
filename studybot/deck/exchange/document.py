"""The collection as one JSON document."""

import json
from typing import Any

from studybot.core.card import Text
from studybot.core.phrase import Phrase
from studybot.deck.exchange.collection import Collection, Entry, NotOurs

FORMAT = 1


def to_json(collection: Collection) -> str:
    """Return everything as JSON; `from_json` makes the same of it again."""
    titles = {topic: {"ko": title.ko, "en": title.en} for topic, title in collection.titles.items()}
    cards = [{"file": entry.file, "card": dict(entry.body)} for entry in collection.entries]
    return json.dumps({"studybot": FORMAT, "topics": titles, "cards": cards}, ensure_ascii=False, indent=2) + "\n"


def from_json(text: str) -> Collection:
    """Read what `to_json` wrote. Raises NotOurs."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotOurs(Phrase("no JSON: {reason}", reason=error)) from None
    if not isinstance(data, dict) or "studybot" not in data:
        raise NotOurs(Phrase('JSON, but not an export of studybot: it begins with {{"studybot": 1, ...}}'))
    if data["studybot"] != FORMAT:
        raise NotOurs(
            Phrase(
                "export format {data} is not known here ({format} is): update studybot",
                data=data["studybot"],
                format=FORMAT,
            )
        )
    try:
        titles = {str(topic): Text(str(title["ko"]), str(title["en"])) for topic, title in data["topics"].items()}
        entries = tuple(entry_of(one["file"], one["card"]) for one in data["cards"])
    except (KeyError, TypeError, AttributeError) as error:
        raise NotOurs(Phrase("damaged: {reason} is missing or of another kind", reason=repr(error))) from None
    return checked(Collection(titles, entries))


def entry_of(file: object, body: object) -> Entry:
    """Return a card that was read. Raises NotOurs where it has no name, or its file's name leads elsewhere."""
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in ("id", "kind", "topic")):
        raise NotOurs(Phrase("damaged: a card needs id, kind and topic"))
    for name in (str(file), str(body["topic"])):
        if "/" in name or "\\" in name or name.startswith(".") or not name:
            raise NotOurs(Phrase("{name} is not the name of a file or topic", name=repr(name)))
    if not isinstance(file, str) or not file.endswith(".yaml"):
        raise NotOurs(Phrase("{file} is not the name of a deck file", file=repr(file)))
    return Entry(file, body)


def checked(collection: Collection) -> Collection:
    """Return a collection whose topics all have titles. Raises NotOurs."""
    if untitled := sorted({entry.topic for entry in collection.entries} - set(collection.titles)):
        raise NotOurs(Phrase("the topic {untitled} has no title", untitled=repr(untitled[0])))
    return collection
