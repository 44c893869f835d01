"""What an edit changed, and whether a learner must know something else."""

import pytest

from studybot.deck.meaning import changes, means_the_same
from studybot.kinds import Card
from tests.fakes import choice_card, claim_card, code_card, cube_card, predict_card, recall_card


def words(text: str) -> dict[str, str]:
    return {"ko": text, "en": text}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (predict_card(), predict_card(explanation=words("Put better."), hint=words("Look."), tags=("contrast-x",))),
        (predict_card(), predict_card(snippet="total  = 2  # two\ntotal*2")),
        (predict_card(question=words("What is the vlaue?")), predict_card(question=words("What is the value?"))),
        (predict_card(), predict_card(typical_seconds=9, timeout_seconds=3)),
        (
            choice_card(),
            choice_card(options=[
                {"text": words("six"), "holds": "x == 6"},
                {"text": words("it is four"), "holds": "x==4", "right": True},
                {"text": words("five"), "holds": "x == 5"},
            ]),
        ),
        (code_card(), code_card(starter="def normalise(x):\n    return 2 * x", mistakes=[])),
        (cube_card(), cube_card(few_variants="enough")),
    ],
    ids=["help", "form of the code", "a slip", "times", "options put better", "starter", "variants"],
)  # fmt: skip
def test_what_explains_helps_or_is_only_put_better_means_the_same(before: Card, after: Card) -> None:
    assert changes(before.body(), after.body())
    assert means_the_same(before.body(), after.body())


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (predict_card(), predict_card(expect=5), "expect"),
        (predict_card(), predict_card(snippet="x = 3\nx * 2"), "snippet"),
        (predict_card(), predict_card(asks="output"), "asks"),
        (predict_card(), predict_card(question=words("How many dimensions has y?")), "question"),
        (claim_card(), claim_card(holds=True), "holds"),
        (recall_card(), recall_card(answer=words("Something else altogether, and longer.")), "answer"),
        (
            choice_card(),
            choice_card(options=[
                {"text": words("four"), "holds": "x == 4", "right": True},
                {"text": words("seven"), "holds": "x == 7"},
            ]),
            "options",
        ),
        (cube_card(), cube_card(params={"k": {"integer": [2, 8]}, "a": {"integer": [-5, 5]}}), "params"),
    ],
    ids=["key", "code", "what is asked", "question", "claim's key", "answer", "options", "params"],
)  # fmt: skip
def test_another_key_code_or_question_means_something_else(before: Card, after: Card, field: str) -> None:
    assert [change.field for change in changes(before.body(), after.body()) if change.is_meaning] == [field]


def test_the_same_card_has_no_changes() -> None:
    assert changes(predict_card().body(), predict_card().body()) == ()
