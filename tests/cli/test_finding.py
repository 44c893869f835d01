"""studybot cards find: by words of any field, best first, and what is nearly the same."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from studybot.cli import cards
from studybot.errors import StudybotError
from tests.deck.deck_files import CARD, HEADER, write


def find(*words: str) -> Result:
    return CliRunner().invoke(cards.app, ["find", *words])


def test_every_word_must_be_in_the_card_and_marks_come_first(desk: Path) -> None:
    assert find("shape").stdout.startswith("cards/shapes/a.yaml:7: shape-of-zeros (predict): ")
    assert find("tuple", "튜플").stdout.splitlines() == [
        "cards/shapes/b.yaml:5: shapes-are-tuples (claim): A `shape` is a tuple."
    ]


@pytest.mark.parametrize(
    ("words", "count"), [(["--kind", "choice"], 1), (["--topic", "shapes"], 3), (["zeros", "--kind", "claim"], 1)]
)
def test_kind_and_topic_narrow_it(desk: Path, words: list[str], count: int) -> None:
    assert len(find(*words).stdout.splitlines()) == count


def test_as_json(desk: Path) -> None:
    assert json.loads(find("tuple", "--json").stdout.splitlines()[0])["id"] == "shapes-are-tuples"


def test_what_is_nearly_the_same_is_found(desk: Path) -> None:
    assert isinstance(find("tuple", "--alike").exception, StudybotError)
    write(desk, c=HEADER + CARD.replace("shape-of-zeros", "twin"))

    assert 'nearly the same as "twin"' in find("--alike").stdout


def test_nothing_found_is_told(desk: Path) -> None:
    assert str(find("quantum").exception).startswith("no card found: try fewer or shorter words")
    assert find().exit_code == 2
