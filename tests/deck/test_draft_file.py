"""A file of drafts is a deck, but for what a person must write."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from studybot.core.value import Value
from studybot.deck.draft.drafts import Draft
from studybot.deck.draft.topics import topic_of
from studybot.deck.draft.writing import TITLE_OF_INBOX, deck_text, record
from studybot.deck.loader import load_deck
from studybot.errors import DeckError
from studybot.kinds import KINDS
from tests.deck.draft_logs import ENGLISH, KOREAN
from tests.deck.drafting import drafts


def written(folder: Path, made: list[Draft]) -> Path:
    (folder / "inbox").mkdir()
    path = folder / "inbox" / "day3.yaml"
    path.write_text(deck_text(made, topic="inbox", title=TITLE_OF_INBOX), encoding="utf-8")
    return path


async def test_a_draft_file_is_a_deck_but_for_what_says_todo(tmp_path: Path) -> None:
    path = written(tmp_path, [one for one in await drafts(KOREAN) if one.kind in KINDS])

    with pytest.raises(DeckError) as caught:
        load_deck(path)

    assert all(str(problem.message).endswith("still says TODO: write it") for problem in caught.value.problems)


async def test_a_draft_that_a_person_completed_is_a_card(tmp_path: Path) -> None:
    made = [one for one in await drafts(KOREAN + ENGLISH) if one.kind in KINDS]
    path = written(tmp_path, made)
    text = (
        path.read_text(encoding="utf-8")
        .replace("holds: TODO", "holds: true")
        .replace("snippet: TODO", 'snippet: "True"')
    )
    path.write_text(re.sub(r"\bTODO\b", '"written"', text), encoding="utf-8")

    deck = load_deck(path)

    assert [loaded.card.kind for loaded in deck.cards] == [one.kind for one in made]


async def test_the_learners_text_is_never_the_logs() -> None:
    for draft in [*await drafts(KOREAN), *await drafts(ENGLISH)]:
        texts = [text for field in draft.fields.values() if isinstance(field, dict) for text in field.values()]

        assert [text for text in texts if len(str(text)) > 40] == []
        assert draft.quote not in texts


def test_odd_values_are_written_as_yaml(tmp_path: Path) -> None:
    values: list[Value] = [float("nan"), float("-inf"), True, None, "a: b", 1e-7]
    fields = {
        "id": "odd-values",
        "kind": "predict",
        "question": {"ko": 'x "y"', "en": "it's"},
        "snippet": "x = 1\n\nx\n",
        "expect": values[2:],
        "explanation": {"ko": "글", "en": "text"},
        "source": {"log": "day: 3", "date": date(2031, 3, 5)},
    }
    draft = Draft("predict", "inbox", "day: 3", "day.md", 3, 0.9, "a\tquote", "ran", "0" * 12, fields)

    (loaded,) = load_deck(written(tmp_path, [draft])).cards

    assert loaded.card.model_dump()["expect"] == [True, None, "a: b", 1e-7]
    odd = Draft("predict", "inbox", "x", "x.md", 3, 0.9, "", "", "0" * 12, {**fields, "expect": values[:2]})
    assert "expect: [.nan, -.inf]" in deck_text([odd], topic="inbox", title=TITLE_OF_INBOX)
    assert json.loads(json.dumps(record(odd), allow_nan=False))["card"]["expect"] == ["nan", "-inf"]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("`optimizer.zero_grad()`를 부르지 않으면", "zero-grad"),
        ("a contiguous tensor", "contiguity"),
        ("forward hook", "hooks"),
        ("DataLoader(batch_size=2)", "dataloader"),
        ("a transpose", "inbox"),
        ("텐서", "inbox"),
    ],
)
def test_a_topic_is_found_by_the_words_of_its_name(text: str, topic: str) -> None:
    topics = ("optimizer", "zero-grad", "contiguity", "hooks", "dataloader", "transforms")

    assert topic_of([text], topics) == topic
