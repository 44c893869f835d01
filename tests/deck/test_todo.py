"""A draft is no card yet: whatever still says TODO is named, field by field."""

from pathlib import Path

import pytest

from studybot.deck.loader import load_deck
from studybot.errors import DeckError
from tests.deck.deck_files import CARD, CLAIM, HEADER, write


def problems(folder: Path, deck: str) -> list[str]:
    write(folder, a=deck)
    with pytest.raises(DeckError) as caught:
        load_deck(folder)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("before", "after", "field", "line"),
    [
        ('en: "Which shape?"', "en: TODO", "question.en", 7),
        ('en: "Which shape?"', 'en: "TODO ask it"', "question.en", 7),
        ("date: 2022-01-24", "date: TODO", "source.date", 13),
        ("expect: [2, 3]", "expect: TODO", "expect", 11),
        ("      x = torch", "      # TODO: shorten it\n      x = torch", "snippet", 8),
    ],
)
def test_a_field_that_says_todo_is_named(deck_folder: Path, before: str, after: str, field: str, line: int) -> None:
    told = problems(deck_folder, HEADER + CARD.replace(before, after))

    assert told == [f'cards/shapes/a.yaml:{line}: card "shape-of-zeros": "{field}" still says TODO: write it']


def test_a_field_that_says_todo_is_complained_of_once(deck_folder: Path) -> None:
    told = problems(deck_folder, HEADER + CLAIM.replace("holds: true", "holds: TODO"))

    assert [line.partition(": card ")[2] for line in told] == ['"shapes-are-tuples": "holds" still says TODO: write it']


def test_a_word_that_merely_begins_like_it_is_a_text(deck_folder: Path) -> None:
    deck = write(deck_folder, a=HEADER + CARD.replace("Which shape?", "TODOs have which shape?"))

    assert len(load_deck(deck).cards) == 1
