"""Peer-session notes within a log: what the session settled gives no drafts, what it left open gives some.

The bot writes such notes (flows/session_notes.py), and people write them by hand with the same headings.
"""

import re
from dataclasses import replace

from studybot.deck.draft.reading import Passage, Place

_SETTLED = re.compile("함께 푼 카드|cards we took", re.IGNORECASE)
"""Cards of the deck: their questions, code and explanations are there already."""

_DISCUSSED = re.compile("토론 카드|discussion cards", re.IGNORECASE)
"""Their questions are in the deck, and what members wrote on them, item by item, is not."""

_OPEN = re.compile("남은 질문|열린 질문|open questions|left open", re.IGNORECASE)

_SPEAKER = re.compile(r"^\*\*.+?\*\*: ")


def is_of_the_deck(passage: Passage) -> bool:
    """Return whether a text stands on a card already."""
    return is_code_of_the_deck(passage.place) and not (_stands_under(_DISCUSSED, passage.place) and passage.in_list)


def is_code_of_the_deck(place: Place) -> bool:
    return _stands_under(_SETTLED, place) or _stands_under(_DISCUSSED, place)


def is_left_open(passage: Passage) -> bool:
    """Return whether a text is one of the questions that a session left open: an item of their list."""
    return passage.in_list and not passage.under and _stands_under(_OPEN, passage.place)


def without_speaker(passage: Passage) -> Passage:
    """Return an item of a discussion without the name before it."""
    if not (_stands_under(_DISCUSSED, passage.place) and passage.in_list):
        return passage
    return replace(passage, text=_SPEAKER.sub("", passage.text))


def _stands_under(heading: re.Pattern[str], place: Place) -> bool:
    return any(heading.search(section) for section in place.sections)
