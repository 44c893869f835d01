"""Near duplicates are found by text and by code, and cards that only look alike are left in peace."""

from pathlib import Path

import pytest

from studybot.deck.loader import load_deck
from studybot.deck.near import near_to, normalised
from tests.deck.fakes_deck import loaded
from tests.fakes import predict_card, recall_card

ROOT = Path(__file__).parents[2]


def words(text: str) -> dict[str, str]:
    return {"ko": text, "en": text}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1\nx + 2", "total   =  1  # one\ntotal+2"),
        ("def f(a):\n    return a", "def g(b):\n    return (b)"),
        ("for i in range(3):\n    print(i)", "for n in range(3):\n  print(n)"),
    ],
)
def test_names_comments_and_form_make_no_difference(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize("other", ["x = 1\nx + 3", "x = 1\ny + 2", "x = torch.ones(1)\nx + 2"])
def test_other_numbers_and_other_functions_do(other: str) -> None:
    assert normalised("x = 1\nx + 2") != normalised(other)


def test_code_that_python_cannot_read_is_compared_as_text() -> None:
    assert normalised("x = (1\n  + ") == "x = (1 +"


def test_the_same_code_under_other_names_is_found() -> None:
    mine = loaded(predict_card("mine", snippet="total = 2  # two\ntotal * 2", question=words("What comes out of it?")))
    theirs = loaded(predict_card("theirs", snippet="x = 2\nx * 2", question=words("What comes out here?")))

    (near,) = near_to([mine], [theirs])

    assert near.code == 100
    assert "nearly the same as" in str(near)
    assert '"theirs"' in str(near)


def test_the_same_question_in_other_words_is_found() -> None:
    mine = loaded(recall_card("mine", question=words("What is a leaf tensor of the graph?")))
    theirs = loaded(recall_card("theirs", question=words("What is a leaf tensor in the graph?")))

    (near,) = near_to([mine], [theirs])

    assert near.code is None
    assert near.text > 90


def test_the_same_short_question_about_other_code_is_another_card() -> None:
    mine = loaded(predict_card("mine", snippet="torch.ones(2, 3).sum(dim=0).shape"))
    theirs = loaded(predict_card("theirs", snippet="x = 2\nx * 2"))

    assert near_to([mine], [theirs]) == []


def test_a_card_is_not_near_to_itself() -> None:
    card = loaded(predict_card("mine"))

    assert near_to([card], [card]) == []


def test_the_projects_own_deck_holds_no_two_cards_that_are_nearly_the_same() -> None:
    assert [str(near) for near in near_to(load_deck(ROOT / "cards").cards, ())] == []
