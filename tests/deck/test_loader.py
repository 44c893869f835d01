"""Sound deck files are read as their authors meant them."""

from pathlib import Path

import pytest

from studybot.core.card import Text
from studybot.deck.loader import load_deck
from tests.deck.deck_files import CARD, CHOICE, CLAIM, DECK, HEADER, write


def test_cards_come_in_the_order_of_files_and_lines(deck_folder: Path) -> None:
    write(deck_folder, b=HEADER + CARD, a=HEADER + CHOICE + CLAIM)

    deck = load_deck(deck_folder)

    assert [(str(loaded), loaded.card.kind) for loaded in deck.cards] == [
        ('cards/shapes/a.yaml:5: card "which-shape"', "choice"),
        ('cards/shapes/a.yaml:16: card "shapes-are-tuples"', "claim"),
        ('cards/shapes/b.yaml:5: card "shape-of-zeros"', "predict"),
    ]
    assert deck.cards[0].card.topic == "shapes"
    assert deck.titles == {"shapes": Text("모양", "Shapes")}
    assert deck.files == 2


@pytest.mark.parametrize("path", ["cards", "cards/shapes", "cards/shapes/a.yaml"])
def test_a_deck_a_topic_and_a_file_load_alike(deck_folder: Path, path: str) -> None:
    write(deck_folder, a=DECK)

    deck = load_deck(Path(path))

    assert [loaded.card.id for loaded in deck.cards] == ["shape-of-zeros"]


SOUND = {
    "with a byte order mark": b"\xef\xbb\xbf" + DECK.encode(),
    "with Windows line ends": DECK.replace("\n", "\r\n").encode(),
    "with anchors": DECK.replace('{ko: "shape은?", en: "Which shape?"}', '&q {ko: "a", en: "b"}')
    .replace('{ko: "두 행, 세 열.", en: "Two rows, three columns."}', "*q")
    .encode(),
    "with comments and a document mark": b"# hello\n---\n" + DECK.encode() + b"# the end\n",
    "with odd Python that is what a card may be about": DECK.replace(
        "x.shape\n", 'x.shape is (2, 3), "\\d"\n'
    ).encode(),
    "with an empty hint": (DECK + "    hint:\n").encode(),
}


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND.keys())
def test_sound_files_load(deck_folder: Path, content: bytes) -> None:
    write(deck_folder, a=content)

    assert len(load_deck(deck_folder).cards) == 1


def test_unquoted_words_are_read_as_editors_read_them(deck_folder: Path) -> None:
    values = "[yes, no, on, 2022-01-24, 1e3, .5, 0x1F, 0o17, 010, 1_000, -3, ~, null, True, '1', 1:30, -, +x]"
    write(deck_folder, a=DECK.replace("expect: [2, 3]", f"expect: {values}"))

    card = load_deck(deck_folder).cards[0].card

    assert card.body()["expect"] == [
        *(
            "yes",
            "no",
            "on",
            "2022-01-24",
            1000.0,
            0.5,
            31,
            15,
            10,
            "1_000",
            -3,
            None,
            None,
            True,
            "1",
            "1:30",
            "-",
            "+x",
        ),
    ]
