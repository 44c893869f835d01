"""Deck files to cards, or every problem of all files at once, each with its file and line."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from studybot.core.card import Text
from studybot.core.phrase import Phrase, said
from studybot.deck.complaints import Complaint, complaints, did_you_mean, named
from studybot.deck.deck_file import FORMAT, DeckHeader
from studybot.deck.files import CannotRead, find, read_text, shown_path
from studybot.deck.marked import Malformed, Marked, line_at, node_at, parse, plain, repeated_keys
from studybot.deck.todo import todo_in
from studybot.errors import DeckError, Problem
from studybot.kinds import KINDS, Card, card_from


@dataclass(frozen=True, slots=True)
class LoadedCard:
    """A card, and where it stands: the path as a person here would type it, and the line from 1."""

    card: Card
    file: str
    line: int

    @property
    def phrase(self) -> Phrase:
        return Phrase('{file}:{line}: card "{id}"', file=self.file, line=self.line, id=self.card.id)

    def __str__(self) -> str:
        return str(self.phrase)


@dataclass(frozen=True, slots=True)
class LoadedDeck:
    """The cards in the deck's order (files by path, cards by position), and the titles of their topics."""

    cards: tuple[LoadedCard, ...]
    titles: Mapping[str, Text]
    files: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a deck, and everything that is wrong with it."""

    deck: LoadedDeck
    problems: tuple[Problem, ...]


def load_deck(path: Path) -> LoadedDeck:
    """Load the deck in a folder (or one topic of it, or one file). Raises DeckError with every problem there is."""
    return DeckReader(path).load()


class DeckReader:
    """Reads a deck again and again: of its files only those whose text changed are taken apart anew.

    What is so of the deck as a whole (each id once, one title for a topic) is looked at each time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: dict[Path, _Read] = {}

    def load(self) -> LoadedDeck:
        """Read the deck as it is now. Raises DeckError with every problem there is."""
        reading = self.read()
        if reading.problems:
            raise DeckError(reading.problems)
        return reading.deck

    def read(self) -> Reading:
        """Read what can be read of the deck as it is now."""
        found = find(self._path)
        self._read = {path: _read(path, self._read.get(path)) for path in found.files}
        problems = [*found.problems, *(problem for one in self._read.values() for problem in one.problems)]
        files = [one.file for one in self._read.values() if one.file is not None]
        problems += _same_ids(files)
        problems += _different_titles(files)
        cards = tuple(card for file in files for card in file.cards)
        titles = {file.topic: file.title for file in files if file.title}
        return Reading(LoadedDeck(cards, titles, len(files)), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Read:
    """A file's text, None where it could not be read, and what came of it."""

    text: str | None
    file: "_File | None"
    problems: tuple[Problem, ...]


def load_text(
    text: str,
    *,
    name: str,
    topic: str | None = None,
    titles: Mapping[str, Text] | None = None,
    only: Collection[str] = (),
) -> LoadedDeck:
    """Load cards that lie in no deck yet: a whole deck file, a list of cards, or a single card.

    `name` stands for the file in messages. Where the text names no topic, it is `topic`; a topic that `titles` knows
    needs no title of its own. With `only`, all other cards are left aside, whatever is wrong with them.
    Raises DeckError with every problem there is.
    """
    problems: list[Problem] = []
    file = None
    if (node := _parsed(text, name, problems)) is not None:
        file = _whole(node, name, topic, titles or {}, problems)
    if file is not None:
        problems += _leave_aside(file, only) if only else ()
        problems += (Problem(name, line, message) for line, message in _checked(file))
        problems += _same_ids([file])
    if problems or file is None:
        raise DeckError(problems)
    return LoadedDeck(tuple(file.cards), {file.topic: file.title} if file.title else {}, 1)


def _leave_aside(file: "_File", only: Collection[str]) -> Iterator[Problem]:
    """Leave all cards aside but these; yield those that are not there."""
    cards = node_at(file.node, ["cards"])
    items = cards.content if isinstance(cards.content, list) else []
    ids = [str(node_at(item, ["id"]).content) for item in items]
    missing = Phrase('no card "{card_id}": {near}')
    for one in only:
        if one not in ids:
            yield Problem(file.name, 1, missing.filled(card_id=one, near=did_you_mean(one, ids)))
    cards.content = [item for item, card_id in zip(items, ids, strict=True) if card_id in only]


def _whole(
    node: Marked, name: str, topic: str | None, titles: Mapping[str, Text], problems: list[Problem]
) -> "_File | None":
    """Take a text for a deck file, whatever part of one it is: its lines stay as they are."""
    content = node.content
    if isinstance(content, list):
        cards = node
    elif isinstance(content, dict) and "cards" not in content and {"id", "kind"} & content.keys():
        own = content.pop("topic", None)
        topic = str(own.content) if own is not None else topic
        cards = Marked(node.line, [node])
    elif isinstance(content, dict):
        own = content.get("topic")
        named = str(own.content) if own is not None else topic or ""
        _add_missing(content, named, titles)
        if named and "title" not in content:
            line = own.line if own is not None else node.line
            problems.append(Problem(name, line, _WANTS_A_TITLE.filled(topic=named, near=_near(named, titles))))
            _add_missing(content, named, {named: Text(named, named)})  # what else is wrong is told as well
        return _File(name, node, named, None, [])
    else:
        problems.append(Problem(name, node.line, _NO_CARD))
        return None
    if topic is None:
        problems.append(Problem(name, node.line, _WHICH_TOPIC))
        return None
    if topic not in titles:
        told = Phrase('no topic "{topic}": {near} A new one wants a whole deck file')
        problems.append(Problem(name, node.line, told.filled(topic=topic, near=_near(topic, titles))))
        return None
    fields = {"cards": cards}
    _add_missing(fields, topic, titles)
    return _File(name, Marked(node.line, fields), topic, None, [])


_NO_CARD = Phrase("not a card: a card is fields, beginning with 'id: ...'")
_WHICH_TOPIC = Phrase("which topic? write a whole deck file (see cards/README.md), or name the topic beside it")


_WANTS_A_TITLE = Phrase('no topic "{topic}": {near} A new one wants a title: {{ko: ..., en: ...}}')


def _near(topic: str, titles: Mapping[str, Text]) -> Phrase:
    return did_you_mean(topic, list(titles))


def _add_missing(fields: dict[str, Marked], topic: str, titles: Mapping[str, Text]) -> None:
    """Add the fields at the top of a deck file that follow from its topic."""
    fields.setdefault("format", Marked(1, FORMAT))
    fields.setdefault("topic", Marked(1, topic))
    if (title := titles.get(topic)) is not None:
        fields.setdefault("title", Marked(1, {"ko": Marked(1, title.ko), "en": Marked(1, title.en)}))


@dataclass(slots=True)
class _File:
    name: str
    node: Marked
    topic: str
    title: Text | None
    cards: list[LoadedCard]

    def ids(self) -> Iterator[tuple[str, int]]:
        """Yield what stands as `id` in this file, in sound cards and broken ones, and the lines."""
        listed = plain(self.node).get("cards")
        for place, body in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(body, dict) and isinstance(body.get("id"), str):
                yield body["id"], line_at(self.node, ["cards", place, "id"])


def _read(path: Path, before: _Read | None) -> _Read:
    """Read one file; where its text is what it was before, nothing is done."""
    name = shown_path(path)
    try:
        text = read_text(path)
    except CannotRead as error:
        return _Read(None, None, (Problem(name, error.line, said(error)),))
    if before is not None and before.text == text:
        return before
    problems: list[Problem] = []
    node = _parsed(text, name, problems)
    if node is None:
        return _Read(text, None, tuple(problems))
    if not isinstance(node.content, dict):
        told = Phrase("not a deck: a deck file begins with 'format: {format}'", format=FORMAT)
        return _Read(text, None, (Problem(name, node.line, told),))
    file = _File(name, node, path.absolute().parent.name, None, [])
    problems += (Problem(name, line, message) for line, message in _checked(file))
    return _Read(text, file, tuple(problems))


def _parsed(text: str, name: str, problems: list[Problem]) -> Marked | None:
    """Parse a file's text; what is wrong with all of it joins `problems`."""
    try:
        node = parse(text)
    except Malformed as error:
        problems.append(Problem(name, error.line, said(error)))
        return None
    if node is None:
        empty = Phrase("the file is empty: begin it with 'format: {format}' (see cards/README.md)", format=FORMAT)
        problems.append(Problem(name, 1, empty))
        return None
    version = plain(node_at(node, ["format"])) if isinstance(node.content, dict) else None
    if type(version) is int and version > FORMAT:
        line = line_at(node, ["format"])
        newer = Phrase("format {format} is newer than this studybot knows ({known}): update studybot")
        problems.append(Problem(name, line, newer.filled(format=version, known=FORMAT)))
        return None
    return node


_STILL_TODO = Phrase("{name} still says TODO: write it")


def _checked(file: _File) -> Iterator[Complaint]:
    """Make the file's cards; yield what is wrong."""
    for key, line, first in repeated_keys(file.node):
        told = Phrase('"{field}" stands twice here, first on line {first}: remove one', field=key, first=first)
        yield Complaint(line, told)
    data = plain(file.node)
    try:
        file.title = DeckHeader.model_validate(data).title.text
    except ValidationError as error:
        yield from complaints(error, DeckHeader, file.node)
    for path in todo_in({"title": data.get("title")}):
        yield Complaint(line_at(file.node, path), _STILL_TODO.filled(name=named(path)))
    topic = data.get("topic")
    if isinstance(topic, str) and topic != file.topic:
        told = Phrase(
            'the topic "{topic}" lies in the folder {folder}: move the file to {topic}/, or write "topic: {folder}"',
            topic=topic,
            folder=file.topic,
        )
        yield Complaint(line_at(file.node, ["topic"]), told)
    bodies = data.get("cards")
    for place, body in enumerate(bodies if isinstance(bodies, list) else []):
        node = node_at(file.node, ["cards", place])
        name = body.get("id") if isinstance(body, dict) else None
        card = Phrase('card "{id}"', id=name) if isinstance(name, str) and name else Phrase("card {n}", n=place + 1)
        for line, message in _card(file, node, body, str(topic)):
            yield Complaint(line, Phrase("{card}: {what}", card=card, what=message))


def _card(file: _File, node: Marked, body: Any, topic: str) -> Iterator[Complaint]:
    """Make one card; yield what is wrong."""
    if not isinstance(body, dict):
        yield Complaint(node.line, _NO_CARD)
        return
    if "topic" in body:
        told = Phrase('"topic" stands once, at the top of the file: remove it here')
        yield Complaint(line_at(node, ["topic"]), told)
        return
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        message = Phrase('unknown kind "{kind}": {near}', kind=kind, near=did_you_mean(str(kind), list(KINDS)))
        if kind is None:
            message = Phrase('"kind" is missing: it is one of {kinds}', kinds=", ".join(KINDS))
        yield Complaint(line_at(node, ["kind"]), message)
        return
    todo = set(todo_in(body))
    yield from (Complaint(line_at(node, path), _STILL_TODO.filled(name=named(path))) for path in todo)
    try:
        card = card_from({**body, "topic": topic})
    except ValidationError as error:
        yield from complaints(error, KINDS[kind], node, besides=todo)
    else:
        file.cards.append(LoadedCard(card, file.name, node.line))


def _same_ids(files: Iterable[_File]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for file in files:
        for card_id, line in file.ids():
            here = f"{file.name}:{line}"
            if first.setdefault(card_id, here) != here:
                told = Phrase('card "{id}": this id is taken by {place}: give one of them another')
                yield Problem(file.name, line, told.filled(id=card_id, place=first[card_id]))


def _different_titles(files: Iterable[_File]) -> Iterator[Problem]:
    first: dict[str, _File] = {}
    for file in files:
        other = first.setdefault(file.topic, file)
        if file.title and other.title and file.title != other.title:
            line = line_at(file.node, ["title"])
            place = f"{other.name}:{line_at(other.node, ['title'])}"
            yield Problem(file.name, line, Phrase("the title differs from {place}: a topic has one", place=place))
