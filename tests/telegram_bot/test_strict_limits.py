"""Five people play under Telegram's strict limits, and none of them is left without an answer; time is virtual."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from studybot.core.challenge import LAST_SECONDS
from studybot.local_chat import Message, Person
from studybot.telegram_bot.group.clock import CHALLENGES
from tests.fakes import choice_card
from tests.telegram_bot.strict_table import LoopClock, StrictTable, strict_table
from tests.virtual_time import run_in_virtual_time

pytestmark = pytest.mark.faults

CARDS = [choice_card(f"card-{number}") for number in range(3)]
Story = Callable[[StrictTable], Coroutine[Any, Any, None]]


def played(monkeypatch: pytest.MonkeyPatch, story: Story, bots: int) -> StrictTable:
    async def whole() -> StrictTable:
        async with strict_table(monkeypatch, *CARDS, bots=bots) as at:
            await story(at)
            return at

    return run_in_virtual_time(whole())


async def five_people_play(at: StrictTable) -> None:
    """Play three cards that divide the group, each with two ballots, and talk with the bot meanwhile."""
    people = [at.chat.person(name) for name in ("Ida", "Ian", "Ivo", "Jiu", "Max")]
    host, group = people[0], at.chat.group("Study", people)
    await host.send("/challenge 3", to=group)
    lobby = await at.next("lobby", host, group)
    await asyncio.gather(*(at.press(one, lobby, "✋ Join", after=4 * place) for place, one in enumerate(people[1:])))
    for number in range(len(CARDS)):
        question = await at.next("question", host, group)
        asking = asyncio.gather(*(at.command(one, "/board", group, after=2 * n) for n, one in enumerate(people)))
        await vote(at, people, question, ["four", "five", "six", "five", "four"])
        await at.shows("discuss", question, "Convince")
        await vote(at, people, question, ["four", "four", "four", "five", "four"])
        evidence = await at.next("evidence", host, group)
        await asking
        await at.press(host, evidence, "Next card ▸ 👑" if number < len(CARDS) - 1 else "To the result ▸ 👑", after=3)
    end = await at.next("end", host, group)

    assert "🥇" in end.text
    (challenge,) = at.store.kept_challenges.values()
    whole = await at.store.played(challenge.id)
    assert whole is not None
    assert [len(votes) for votes in whole.votes.values()] == [10] * len(CARDS)


async def vote(at: StrictTable, people: list[Person], question: Message, labels: list[str]) -> None:
    """Let everybody vote in their own time, and some think again."""
    acts = [
        at.press(one, question, label, after=1 + 2 * n)
        for n, (one, label) in enumerate(zip(people, labels, strict=True))
    ]
    again = at.press(people[1], question, labels[1], after=6)
    await asyncio.gather(*acts, again)


@pytest.mark.parametrize("bots", [1, 2, 3])
def test_five_people_play_and_nobody_is_left_without_an_answer(monkeypatch: pytest.MonkeyPatch, bots: int) -> None:
    at = played(monkeypatch, five_people_play, bots)

    assert not at.chat.refusals, "no bot was told to wait"
    assert max(at.waits["press"]) < 1
    assert max(at.waits["/board"]) < 20, "they use up what a group may hear"
    steps = (wait for step in ("question", "discuss", "evidence", "end") for wait in at.waits[step])
    assert max(steps) < 30, "with the seconds in which a vote can be changed"


async def the_bot_that_took_the_last_vote_dies(at: StrictTable) -> None:
    """Play until all that is left of its work stands in the store: when the vote closes."""
    people = [at.chat.person(name) for name in ("Ida", "Ian")]
    group = at.chat.group("Study", people)
    await people[0].send("/challenge 1", to=group)
    lobby = await at.next("lobby", people[0], group)
    await at.press(people[1], lobby, "✋ Join")
    question = await at.next("question", people[0], group)
    await at.press(people[0], question, "four")
    (challenge,) = at.store.kept_challenges.values()
    await at.store.hurry(challenge.id, at=LoopClock().now() + LAST_SECONDS)
    await at.next("evidence", people[0], group)


def test_what_a_dead_bot_was_to_do_next_is_done_by_another_one_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    at = played(monkeypatch, the_bot_that_took_the_last_vote_dies, 2)

    assert at.waits["evidence"][0] < LAST_SECONDS.total_seconds() + 3


async def the_database_restarts_while_what_is_next_waits_for_its_minute(at: StrictTable) -> None:
    people = [at.chat.person(name) for name in ("Ida", "Ian", "Ivo", "Jiu", "Max")]
    group = at.chat.group("Study", people)
    await people[0].send("/challenge 1", to=group)
    lobby = await at.next("lobby", people[0], group)
    await asyncio.gather(*(at.press(one, lobby, "✋ Join") for one in people[1:]))
    question = await at.next("question", people[0], group)
    asking = asyncio.gather(*(at.command(one, "/board", group) for one in people for _ in range(4)))
    await vote(at, people, question, ["four"] * 5)
    await asyncio.sleep(6)
    (challenge,) = at.store.kept_challenges.values()
    turns = at.bots[0]._outside.store.turns  # type: ignore[attr-defined]
    assert CHALLENGES + challenge.id in turns, "one of the bots waits to show the evidence"
    turns.clear()  # with its connections the server loses all locks
    await asking
    evidence = await at.next("evidence", people[0], group)
    await at.press(people[0], evidence, "To the result ▸ 👑")
    await at.next("end", people[0], group)
    await asyncio.sleep(120)


def test_a_database_that_restarts_while_the_evidence_waits_does_not_double_it(monkeypatch: pytest.MonkeyPatch) -> None:
    at = played(monkeypatch, the_database_restarts_while_what_is_next_waits_for_its_minute, 2)

    said = [each.text for each in at.chat.rooms[-1].messages if each.from_bot]
    assert len([text for text in said if "Right: 5 of 5" in text]) == 1
    assert len([text for text in said if "🥇" in text]) == 1


async def everybody_talks_at_once(at: StrictTable) -> None:
    people = [at.chat.person(name) for name in ("Ida", "Ian", "Ivo", "Jiu", "Max")]
    group = at.chat.group("Study", people)
    await asyncio.gather(*(at.command(one, "/board", group, after=n) for one in people for n in range(10)))


@pytest.mark.parametrize("bots", [1, 2, 3])
def test_fifty_questions_at_once_are_all_answered_as_fast_as_a_group_may_hear(
    monkeypatch: pytest.MonkeyPatch, bots: int
) -> None:
    at = played(monkeypatch, everybody_talks_at_once, bots)

    assert not at.chat.refusals
    assert len(at.waits["/board"]) == 50
    assert max(at.waits["/board"]) < 140, "twenty a minute"
    answered = [message for message in at.chat.rooms[-1].messages if message.from_bot]
    assert len(answered) == 50, "each once"
