"""A deck file is changed where it is meant to be, and nowhere else."""

import difflib
from pathlib import Path

import pytest

from studybot.core.card import Text
from studybot.deck.house import card_text, fields_of, header
from studybot.deck.marked import parse, plain
from studybot.deck.splice import CannotSplice, blocks_of, with_cards, with_field, without_field
from tests.deck.deck_files import CARD, CHOICE, CLAIM, HEADER

ROOT = Path(__file__).parents[2]
DECK_FILES = sorted((ROOT / "cards").rglob("*.yaml"))

ODD = """\
# a deck with opinions
format: 1
topic:    shapes   # the folder
title: {ko: "모양", en: "Shapes"}
cards:
    # the first one

    - id: one   # keep
      kind: predict

      question: {ko: "shape은?",
                 en: "Which shape?"}
      snippet: |
        # of zeros
        torch.zeros(2, 3).shape
      expect: null
      explanation: >-
        folded
        text
    # why this one is here
    - {kind: recall, id: two}
# the end
"""


def lines_added_and_removed(before: str, after: str) -> tuple[list[str], list[str]]:
    told = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in told if line.startswith("+ ")], [line[2:] for line in told if line.startswith("- ")]


def test_a_card_joins_a_file_at_its_end_and_nothing_else_changes() -> None:
    before = ODD.replace("# the end\n", "")

    after = with_cards(before, blocks_of(HEADER + CARD))

    assert after.startswith(before)
    added, removed = lines_added_and_removed(before, after)
    assert removed == []
    assert added == ["", *(f"  {line}" for line in CARD.splitlines())], "as deep as the cards that are there"


def test_a_field_is_one_line_and_goes_again_without_a_trace() -> None:
    after = with_field(ODD, 0, "retired", '"too easy: #1"')

    assert lines_added_and_removed(ODD, after) == (['      retired: "too easy: #1"'], [])
    assert without_field(after, 0, "retired") == ODD


def test_a_card_on_one_line_is_left_to_its_author() -> None:
    with pytest.raises(CannotSplice, match="line 21: the card is written in one line: add retired"):
        with_field(ODD, 1, "retired", '"x"')


def test_line_ends_and_a_missing_last_one_stay_as_they_are() -> None:
    windows = (HEADER + CARD).replace("\n", "\r\n").removesuffix("\r\n")

    retired = with_field(windows, 0, "retired", '"x"')
    grown = with_cards(windows, blocks_of(HEADER + CHOICE))

    assert retired.replace('    retired: "x"\r\n', "") == windows
    assert grown.startswith(windows)
    assert "\n" not in grown.replace("\r\n", "")


def test_cards_join_before_what_stands_behind_the_list() -> None:
    before = HEADER.replace("cards:\n", "") + "cards:\n" + CARD
    before = before.replace("title:", "cards: []\ntitle:").replace("cards:\n" + CARD, "")

    after = with_cards(before, blocks_of(HEADER + CARD))

    assert plain(parse(after))["cards"] == plain(parse(HEADER + CARD))["cards"]  # type: ignore[arg-type]
    assert after.rstrip().endswith('en: "Shapes"}')


def test_the_comments_of_a_card_go_with_it_but_not_what_a_draft_says_of_itself() -> None:
    drafted = (
        HEADER
        + "  # 2022-01-24, line 32: what the log said\n  # confidence 0.90; torch says 2; they agree\n"
        + "  # passage fe0ac53021ad\n  # my own words\n"
        + CARD
    )

    (block,) = blocks_of(drafted)

    assert block.lines[:2] == ("  # passage fe0ac53021ad", "  # my own words")


@pytest.mark.parametrize("text", [CARD.replace("\n    ", "\n  ").replace("  - id", "- id"), CLAIM])
def test_a_list_of_cards_is_enough(text: str) -> None:
    (block,) = blocks_of(text)

    assert plain(parse(with_cards(HEADER + CHOICE, [block])))["cards"][1] == plain(parse(text))[0]  # type: ignore[arg-type]


def test_a_single_card_is_enough_and_leaves_its_topic_behind() -> None:
    single = "\n".join(line[4:] for line in CARD.splitlines()) + "\ntopic: shapes\n"

    grown = with_cards(HEADER, blocks_of(single))

    assert plain(parse(grown)) == plain(parse(HEADER + CARD))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", DECK_FILES, ids=lambda path: path.stem)
def test_every_card_of_the_deck_can_be_marked_moved_and_written_anew(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    cards = plain(parse(text))["cards"]  # type: ignore[arg-type]

    assert without_field(with_field(text, len(cards) - 1, "retired", '"x"'), len(cards) - 1, "retired") == text
    moved = with_cards(header("a", Text("ㄱ", "a")), blocks_of(text))
    assert plain(parse(moved))["cards"] == cards  # type: ignore[arg-type]
    assert [fields_of(card_text(card)) for card in cards] == [[card] for card in cards]
