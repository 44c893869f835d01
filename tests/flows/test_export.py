"""What a learner takes away is all there is, and nothing of it is lost on the way."""

import csv
from dataclasses import fields, replace
from datetime import UTC, datetime, time
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.card import CardId, Language, Revision
from studybot.core.challenge import ChallengeId, GroupId
from studybot.core.export import (
    Attempt,
    BoardName,
    GroupName,
    GroupPoints,
    GroupVote,
    InGroups,
    Kept,
    KeptReview,
    Reported,
)
from studybot.core.hold import Hold
from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.quiz import ShowingId
from studybot.core.review import Review
from studybot.flows.export import export, from_json, to_json, to_tables
from tests.fakes import predict_card
from tests.flows.conftest import MakeWorld
from tests.pictures.progresses import a_past, a_review

NOW = datetime(2026, 11, 18, 3, 4, 5, 678901, tzinfo=UTC)
ANN = Learner(LearnerId(2**40), ChatId(-5_000_000_000), Settings(Language.EN, "America/New_York", time(21, 30), 7, 20))


def kept(text: str = "[36, 81]") -> Kept:
    reviews, memories = a_past(200)
    first = replace(reviews[0], seed=2**63 - 1, latency_ms=2**40, at=NOW)
    return Kept(
        ANN,
        NOW,
        (KeptReview(first, text, NOW), *(KeptReview(review, text) for review in reviews[1:])),
        (Attempt(ShowingId(7), CardId("views"), text, False, NOW),),
        memories,
        {CardId("views"): Hold(suspended=True), CardId("leaf"): Hold(buried_on=NOW.date(), resumed_lapses=8)},
        (Reported(CardId("views"), Revision("r1"), 2**63 - 1, text, "is it C order?", NOW),),
        in_groups=InGroups(
            votes=(GroupVote(ChallengeId(1), CardId("views"), 1, text, None, NOW),),
            names=(GroupName(ChallengeId(1), "Ann", named=True),),
            points=(GroupPoints(ChallengeId(1), NOW.date(), 3),),
            boards=(BoardName(GroupId(1), "Ann", "pseudonym", 7),),
        ),
    )


def rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(table.decode("utf-8-sig"), newline="")))


def test_the_json_gives_back_exactly_what_went_in() -> None:
    assert from_json(to_json(kept())) == kept()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_was_written_survives_the_json_and_the_tables(text: str) -> None:
    small = Kept(ANN, NOW, (KeptReview(a_review(), text),), (), {})

    assert from_json(to_json(small)) == small
    assert rows(to_tables(small)["reviews.csv"])[0]["text"] == text


def test_korean_stands_in_the_json_as_it_was_written() -> None:
    assert "한글 답" in to_json(kept("한글 답")).decode()


def test_there_is_a_table_for_each_kind_of_data_that_spreadsheets_read_as_korean() -> None:
    tables = to_tables(kept("한글,\n답"))

    assert {name: len(rows(table)) for name, table in tables.items()} == {
        "settings.csv": 17,
        "reviews.csv": len(kept().reviews),
        "attempts.csv": 1,
        "memories.csv": len(kept().memories),
        "held-cards.csv": 2,
        "reports.csv": 1,
        "changed-cards.csv": 0,
        "group-votes.csv": 1,
        "group-takes.csv": 0,
        "group-names.csv": 1,
        "group-points.csv": 1,
        "group-boards.csv": 1,
    }
    assert all(table.startswith("\ufeff".encode()) for table in tables.values())
    assert rows(tables["attempts.csv"])[0]["text"] == "한글,\n답"


def test_a_table_of_reviews_has_every_field_of_a_review() -> None:
    first, *_ = rows(to_tables(kept())["reviews.csv"])

    assert {field.name for field in fields(Review)} - first.keys() == {"learner_id", "before", "after"}
    assert first["seed"] == str(2**63 - 1)
    assert first["undone_at"] == "2026-11-18T03:04:05.678901Z"
    assert first["before_due_on"] == ""
    assert first["after_due_on"] == str(kept().reviews[0].review.after.due_on)


def test_settings_stand_one_in_a_line() -> None:
    found = {row["setting"]: row["value"] for row in rows(to_tables(kept())["settings.csv"])}

    assert found["zone"] == "America/New_York"
    assert found["remind_at"] == "21:30:00"
    assert found["chat_id"] == "-5000000000"


async def test_attempts_and_undone_answers_are_taken_along(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await world.answer("5")
    await world.answer("4")

    json, _tables = await export(world.learner, outside=world.outside)

    found = from_json(json.content)
    assert json.name == "studybot-2026-11-16.json"
    assert [(one.text, one.right) for one in found.attempts] == [("5", False)]
    assert [one.text for one in found.reviews] == ["4"]
    assert found == await world.store.kept_of(world.learner.id)


def test_what_is_no_export_is_refused() -> None:
    with pytest.raises(ValueError, match="learner"):
        from_json(b"{}")
