"""Whatever an author gets wrong in a deck file is told with its line, what is wrong, and what to do."""

from pathlib import Path

import pytest

from tests.deck.broken_cards import CARDS
from tests.deck.broken_files import FILES
from tests.deck.deck_files import CARD, CLAIM, DECK, HEADER, problems_of, write


@pytest.mark.parametrize(("content", "told"), FILES.values(), ids=FILES.keys())
def test_a_broken_file_is_told_by_its_line(deck_folder: Path, content: str | bytes, told: list[str]) -> None:
    write(deck_folder, a=content)

    assert problems_of(deck_folder) == [f"cards/shapes/a.yaml:{one}" for one in told]


@pytest.mark.parametrize(("card", "old", "new", "told"), CARDS.values(), ids=CARDS.keys())
def test_a_broken_card_is_told_by_its_line(deck_folder: Path, card: str, old: str, new: str, told: list[str]) -> None:
    assert old in card
    write(deck_folder, a=HEADER + card.replace(old, new))

    assert problems_of(deck_folder) == [f"cards/shapes/a.yaml:{one}" for one in told]


@pytest.mark.parametrize("card", ["just text", "7", "[a, b]", "~"])
def test_a_card_is_fields(deck_folder: Path, card: str) -> None:
    write(deck_folder, a=HEADER + CARD + f"  - {card}\n")

    assert problems_of(deck_folder) == [
        "cards/shapes/a.yaml:14: card 2: not a card: a card is fields, beginning with 'id: ...'"
    ]


def test_the_line_of_broken_code_is_the_line_in_the_file(deck_folder: Path) -> None:
    code = "      def f():\n      return 1\n"
    write(deck_folder, a=HEADER + CARD.replace("      x.shape\n", code))

    reason = "expected an indented block after function definition on line 2"
    assert problems_of(deck_folder) == [
        f'cards/shapes/a.yaml:11: card "shape-of-zeros": the code in "snippet" is broken: {reason}'
    ]


def test_all_problems_of_all_files_are_told_at_once(deck_folder: Path) -> None:
    broken_twice = CARD.replace("expect: [2, 3]", "expected: [2, 3]\n    seed: x")
    write(deck_folder, a=HEADER + broken_twice, b="", c=HEADER + CLAIM.replace("true", "maybe"))
    (deck_folder / "notes.txt").write_text("remember the milk")

    assert problems_of(deck_folder) == [
        "cards/notes.txt:1: not a deck file: move it out of the deck",
        'cards/shapes/a.yaml:11: card "shape-of-zeros": unknown field "expected": did you mean "expect"?',
        'cards/shapes/a.yaml:12: card "shape-of-zeros": "seed" must be a whole number',
        "cards/shapes/b.yaml:1: the file is empty: begin it with 'format: 1' (see cards/README.md)",
        'cards/shapes/c.yaml:11: card "shapes-are-tuples": "holds": write true, false, or depends',
    ]


def test_an_id_taken_twice_names_both_places_even_where_a_card_is_broken(deck_folder: Path) -> None:
    write(deck_folder, a=DECK, b=HEADER + CLAIM + CARD.replace("expect: [2, 3]", "seed: x"))
    taken = "this id is taken by cards/shapes/a.yaml:5: give one of them another"

    assert problems_of(deck_folder) == [
        'cards/shapes/b.yaml:14: card "shape-of-zeros": "expect" is missing',
        f'cards/shapes/b.yaml:14: card "shape-of-zeros": {taken}',
        'cards/shapes/b.yaml:20: card "shape-of-zeros": "seed" must be a whole number',
    ]


def test_a_topic_has_one_title(deck_folder: Path) -> None:
    write(deck_folder, a=DECK, b=HEADER.replace("Shapes", "Forms") + CLAIM)

    assert problems_of(deck_folder) == [
        "cards/shapes/b.yaml:3: the title differs from cards/shapes/a.yaml:3: a topic has one"
    ]
