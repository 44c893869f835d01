"""A group of two hundred and their storm of presses: over HTTP, torch in the jail, Telegram's strict limits."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from studybot.config import load_config
from studybot.local_chat import LocalChat
from studybot.telegram_bot.pace import TELEGRAMS_LIMITS
from studybot.wiring import open_outside
from tests.fakes import FrozenClock
from tests.telegram_bot.conftest import account_of, serving

pytestmark = [pytest.mark.jail]

DECK = """
format: 1
topic: party
title: {ko: "모양", en: "Shapes"}
cards:
  - id: party-weight
    kind: choice
    question: {ko: "`weight`의 shape은?", en: "What is the shape of `weight`?"}
    snippet: |
      layer = torch.nn.Linear(3, 5)
      layer.weight.shape
    options:
      - {text: {ko: "(5, 3)", en: "(5, 3)"}, holds: "layer.weight.shape == (5, 3)", right: true}
      - {text: {ko: "(3, 5)", en: "(3, 5)"}, holds: "layer.weight.shape == (3, 5)"}
      - {text: {ko: "(15,)", en: "(15,)"}, holds: "layer.weight.shape == (15,)"}
    explanation: {ko: "`x @ weight.T`를 계산해요.", en: "It computes `x @ weight.T`."}
    source: {log: "2023-11-16-week2-day9", date: 2023-11-14}
"""


@pytest.fixture
def party(home: Path) -> Path:
    """A home with one card, to vote on."""
    for file in (home / "cards").rglob("*.yaml"):
        file.unlink()
    folder = home / "cards" / "party"
    folder.mkdir()
    (folder / "party.yaml").write_text(DECK)
    return home


def rows(home: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{home / 'var' / 'studybot.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


async def test_two_hundred_people_vote_at_once_and_no_vote_is_lost_or_doubled(party: Path) -> None:
    clock = FrozenClock()
    async with LocalChat(clock=clock.now) as chat:
        people = [chat.person(f"Person {number}") for number in range(200)]
        group = chat.group("Everybody", people)
        config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
        async with (
            open_outside(config, clock) as outside,
            serving(account_of(chat), outside, limits=TELEGRAMS_LIMITS) as bot,
        ):
            await people[0].send("/challenge 1", to=group)
            lobby = await people[0].next_message(group, timeout=60)
            await people[0].press(lobby, "▶ Start")
            question = await people[0].next_message(group, timeout=60)
            keys = [question.data_of(label)["callback_data"] for label in ("(5, 3)", "(3, 5)")]
            taps = []
            for number, person in enumerate(people):
                first = keys[number % 4 == 0]
                taps += [(person, person.tap(question, first))]
                if number % 10 == 5:  # a double tap
                    taps += [(person, person.tap(question, first))]
                if number % 20 == 0:  # who changes their mind
                    taps += [(person, person.tap(question, keys[0]))]
            toasts = [await person.answer_to(query, timeout=30) for person, query in taps]
            clock.move(timedelta(seconds=70))
            await bot.tick()
            await chat.wait_for(lambda: "✅" in question.text, timeout=20)

            assert all("have voted" in (toast.text or "") for toast in toasts)
            votes = rows(party, "SELECT person_id, count(*) FROM votes GROUP BY 1")
            assert sorted(person for person, _ in votes) == sorted(person.id for person in people)
            assert {count for _, count in votes} == {1}
            assert "160" in question.text, "three in four were right, and ten changed their minds"
        assert not chat.refusals
