"""What comes in: a file's text, checked cards, and deck files that nothing was overwritten for."""

import codecs
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from studybot.core.card import CardId, Revision
from studybot.core.phrase import Phrase
from studybot.deck.draft.log_files import Written, write_new
from studybot.deck.exchange.collection import Collection, NotOurs, deck_files
from studybot.deck.files import shown_path
from studybot.deck.loader import LoadedCard, load_deck
from studybot.errors import DeckError, Problem

LARGEST_MIB = 32

_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True, slots=True)
class Arrived:
    """`written` names each new deck file with its cards; `known` are in the deck already, word for word.

    `differing` are in the deck with other words: what came in stands in the new files, the deck is as it was.
    """

    written: tuple[tuple[Written, int], ...]
    known: tuple[CardId, ...]
    differing: tuple[CardId, ...]


def read_file(path: Path) -> str:
    """Return a file's text, as Excel, Anki and editors write it. Raises NotOurs or OSError."""
    if path.is_dir():
        raise NotOurs(Phrase("a folder: name a file in it"))
    if path.exists() and not path.is_file():  # a pipe or a device would never end
        raise NotOurs(Phrase("not a regular file"))
    with path.open("rb") as stream:
        data = stream.read(LARGEST_MIB * 2**20 + 1)
    if len(data) > LARGEST_MIB * 2**20:
        raise NotOurs(Phrase("larger than {largest_mib} MiB: split it", largest_mib=LARGEST_MIB))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # Excel's "Unicode text"
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise NotOurs(Phrase("begins as UTF-16 and is not: save it as UTF-8")) from error
    else:
        text = _decoded(data)
    if "\0" in text:
        raise NotOurs(Phrase("not a text file"))
    if not text.strip():
        raise NotOurs(Phrase("the file is empty"))
    return text


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        try:
            text = data.decode("cp949")  # what a Korean Excel writes as plain CSV
        except UnicodeDecodeError:
            text = ""
        if _HANGUL.search(text):
            return text
        raise NotOurs(
            Phrase(
                "byte 0x{code} on line {line} is not UTF-8: save it as UTF-8",
                code=f"{data[error.start]:02x}",
                line=line,
            )
        ) from None


def settle(collection: Collection, to: Path, deck: Sequence[LoadedCard], *, source: str) -> Arrived:
    """Write the cards that the deck does not have as deck files under `to`.

    All are checked first, as `cards check` does: raises DeckError with everything that is wrong, and writes nothing.
    """
    sound = {one.card.card_id: one.card.revision for one in _checked(collection, source)}
    here: Mapping[CardId, Revision] = {one.card.card_id: one.card.revision for one in deck}
    known = tuple(card_id for card_id, revision in sound.items() if here.get(card_id) == revision)
    new = replace(collection, entries=tuple(one for one in collection.entries if one.body["id"] not in known))
    differing = tuple(card_id for card_id in sound if card_id in here and card_id not in known)
    written = []
    for topic, file, text in deck_files(new):
        count = sum((entry.topic, entry.file) == (topic, file) for entry in new.entries)
        written.append((write_new(to / topic, Path(file).stem, text), count))
    return Arrived(tuple(written), known, differing)


def _checked(collection: Collection, source: str) -> Sequence[LoadedCard]:
    """Read the cards as the deck's loader would."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for topic, file, text in deck_files(collection):
            (root / topic).mkdir(exist_ok=True)
            (root / topic / file).write_text(text, encoding="utf-8")
        try:
            return load_deck(root).cards if collection.entries else ()
        except DeckError as error:
            inside = f"{shown_path(root)}/"
            raise DeckError([_of_source(problem, source, inside) for problem in error.problems]) from None


def _of_source(problem: Problem, source: str, inside: str) -> Problem:
    """Say a problem of the files that were made here as one of the file that came in."""
    where = f"{problem.file}:{problem.line}".replace(inside, "")
    return Problem(source, 1, Phrase("{name}: {told}", name=where, told=problem.message))
