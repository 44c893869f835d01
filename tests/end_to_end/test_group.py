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
from tests.end_to_end.conftest import only_topic
from tests.fakes import FrozenClock
from tests.sandbox.marks import IN_THE_JAIL
from tests.telegram_bot.conftest import account_of, serving

pytestmark = [*IN_THE_JAIL, pytest.mark.usefixtures("lent_sandbox")]

CROWD = Path(__file__).parent / "party_decks" / "crowd"


@pytest.fixture
def party(home: Path) -> Path:
    """A home with one card, to vote on."""
    deck = only_topic(home, CROWD)
    deck.write_text(deck.read_text(encoding="utf-8").partition("  - id: crowd-sum")[0], encoding="utf-8")
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
            keys = [question.data_of(label)["callback_data"] for label in ("(4, 2, 3)", "(2, 4, 3)")]
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
