"""Retiring and restoring a card: one line of its file. Its id and what learners know of it stay."""

import json
from pathlib import Path

from studybot.core.phrase import Phrase, said
from studybot.deck.files import CannotRead, read_text, shown_path
from studybot.deck.folder import only_writer, write_whole
from studybot.deck.loader import LoadedCard, load_deck
from studybot.deck.splice import CannotSplice, with_field, without_field
from studybot.errors import StudybotError

FIELD = "retired"


def set_retired(card_id: str, folder: Path, *, why: str | None) -> LoadedCard:
    """Say in a card's file why it is not asked any more, or, with None, that it is asked again; return it.

    Raises StudybotError; LookupError where there is no such card.
    """
    with only_writer(folder):
        loaded = _card(card_id, folder)
        if loaded.card.retired == why:
            return loaded
        file = Path(loaded.file)
        place = [one.card.id for one in load_deck(file).cards].index(card_id)
        try:
            text = read_text(file)
            if loaded.card.retired is not None:
                text = without_field(text, place, FIELD)
            if why is not None:
                text = with_field(text, place, FIELD, json.dumps(why, ensure_ascii=False))
        except (CannotRead, CannotSplice) as error:
            raise StudybotError(Phrase("{name}: {told}", name=shown_path(file), told=said(error))) from error
        write_whole(file, text)
        return _card(card_id, folder)


def _card(card_id: str, folder: Path) -> LoadedCard:
    found = next((one for one in load_deck(folder).cards if one.card.id == card_id), None)
    if found is None:
        raise LookupError(card_id)
    return found
