"""Groups over HTTP, torch in the jail, Telegram's strict limits: five people and a kill, two hundred and a storm.

The bot is killed as in test_kill.py; no call of it may be refused.
"""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from studybot.config import load_config
from studybot.local_chat import Group, LocalChat, Message, Person
from studybot.telegram_bot.pace import TELEGRAMS_LIMITS
from studybot.wiring import open_outside
from tests.end_to_end.test_kill import START_SECONDS, running
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
  - id: party-sum
    kind: predict
    params: {n: {integer: [3, 90]}}
    question: {ko: "`x.sum()`의 값은?", en: "What is the value of `x.sum()`?"}
    snippet: |
      x = torch.full((2,), {{ n }})
      x.sum()
    expect: "{{ 2 * n }}"
    explanation: {ko: "둘을 더해요.", en: "Both are added."}
    source: {log: "2023-11-16-week2-day9", date: 2023-11-14}
"""


@pytest.fixture
def party(home: Path) -> Path:
    """A home with a deck of two cards for groups: one to vote on, one to type."""
    for file in (home / "cards").rglob("*.yaml"):
        file.unlink()
    folder = home / "cards" / "party"
    folder.mkdir()
    (folder / "party.yaml").write_text(DECK)
    return home


def rows(home: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{home / 'var' / 'studybot.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


async def card_of(group: Group, ann: Person) -> Message:
    """Return the next question, past whatever else is said."""
    while True:
        message = await ann.next_message(group, timeout=START_SECONDS)
        if message.text.startswith(("1/", "2/")):
            return message


async def vote(people: Sequence[Person], question: Message, right: Sequence[bool], home: Path) -> None:
    """Let everybody vote by a press or a reply, right or wrong."""
    if "weight" in question.text:
        for person, is_right in zip(people, right, strict=True):
            await person.press(question, "(5, 3)" if is_right else "(3, 5)")
        return
    value = int(question.text.partition("torch.full((2,), ")[2].partition(")")[0])
    for person, is_right in zip(people, right, strict=True):
        await person.send(str(2 * value if is_right else value), reply_to=question)
    async with asyncio.timeout(10):
        while not {person.id for person in people} <= voted(home):  # noqa: ASYNC110 - the bot is another process
            await asyncio.sleep(0.02)


def voted(home: Path) -> set[int]:
    """Return who has voted in the ballot that is open."""
    ((number, afters),) = rows(home, "SELECT id, afters FROM rounds ORDER BY id DESC LIMIT 1")
    ballot = len(json.loads(afters)) - 1
    return {row[0] for row in rows(home, f"SELECT person_id FROM votes WHERE round_id={number} AND ballot={ballot}")}


async def test_five_people_play_a_challenge_and_a_kill_in_mid_vote_loses_nothing(party: Path) -> None:
    async with LocalChat(clock=lambda: datetime.now(UTC)) as chat:  # noqa: TID251
        people = [chat.person(name) for name in ("Ann", "Bob", "Eve", "Jiu", "Max <m>")]
        ann = people[0]
        group = chat.group("Study", people)
        async with running(chat, party):
            await ann.send("/challenge 2", to=group)
            lobby = await ann.next_message(group, timeout=START_SECONDS)
            await ann.press(lobby, "🖊 Name me in the notes")
            for person in people[1:]:
                await person.press(lobby, "✋ Join")
            question = await card_of(group, ann)
            await vote(people[:3], question, (True, False, True), party)
            before = rows(party, "SELECT ballot, person_id, text FROM votes ORDER BY 2")
            deadline = rows(party, "SELECT wakes_at FROM challenges")

        asked = len(group.messages)
        async with running(chat, party):
            await chat.until_bot_listens(timeout=START_SECONDS)
            assert rows(party, "SELECT ballot, person_id, text FROM votes ORDER BY 2") == before
            assert rows(party, "SELECT wakes_at FROM challenges") == deadline, "the time that is left is the same"
            assert len(group.messages) == asked, "the question is not asked twice"

            await vote(people[3:], question, (False, False), party)  # two of five are right: they discuss
            await chat.wait_for(lambda: "Convince your neighbour" in question.text, timeout=20)
            await vote(people, question, (True, True, True, True, False), party)
            evidence = await ann.next_message(group, timeout=20)
            assert "Right: 2 of 5 at first, 4 of 5 in the end." in evidence.text
            await ann.press(evidence, "Next card ▸ 👑")

            second = await card_of(group, ann)
            await vote(people, second, (True, True, True, True, False), party)
            evidence = await ann.next_message(group, timeout=20)
            await ann.press(evidence, "To the result ▸ 👑")
            end = await ann.next_message(group, timeout=20)
            await ann.send("/summary", to=group)
            notes = await ann.next_message(group)

        assert "Discussion: 2 of 5 right before, 4 after. Gain 0.67." in end.text
        assert "🥇" in end.text
        assert "Max <m>" in end.text
        assert notes.file is not None
        text = notes.file.decode()
        assert "Ann, and 4 more" in text
        assert "votes 3 → 1" in text
        assert "x @ weight.T" in text
        assert not chat.refusals
        assert all(person.private.messages == [] for person in people), "nobody has pressed Start"


async def test_two_hundred_people_vote_at_once_and_no_vote_is_lost_or_doubled(party: Path) -> None:
    clock = FrozenClock()
    (party / "cards" / "party" / "party.yaml").write_text(DECK.partition("  - id: party-sum")[0])
    async with LocalChat(clock=clock.now) as chat:
        people = [chat.person(f"Person {number}") for number in range(200)]
        group = chat.group("Everybody", people)
        config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
        async with (
            open_outside(config, clock) as outside,
            serving(account_of(chat), outside, limits=TELEGRAMS_LIMITS) as bot,
        ):
            await people[0].send("/challenge 1", to=group)
            lobby = await people[0].next_message(group, timeout=START_SECONDS)
            await people[0].press(lobby, "▶ Start")
            question = await people[0].next_message(group, timeout=START_SECONDS)
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
