"""A daily: open all day, answered in private, revealed at the close."""

from dataclasses import replace
from datetime import time

import pytest

from studybot.core.challenge import Mode, Rules, Stage, Step
from studybot.core.learner import ChatId, Settings
from studybot.core.weekly import EVERY_DAY, Weekly
from studybot.flows.challenge_lobby import open_due_lobbies
from studybot.flows.modes.daily import next_for
from tests.fakes import choice_card, predict_card
from tests.fakes_store import MemoryStore
from tests.flows.challenge_table import ANN, BOB, EVE, Table, a_table

CARDS = (choice_card("one"), choice_card("two"), predict_card("three"))
HOUR = 3600


async def a_daily(wanted: int = 3) -> Table:
    table = await a_table(Mode.DAILY, *CARDS, wanted=wanted, members=(ANN, BOB))
    await table.begin()
    return table


async def test_all_cards_are_open_by_one_message() -> None:
    table = await a_daily()

    (shown,) = table.chat.ballots
    assert shown.in_private
    rounds = (await table.played()).rounds
    assert [(one.step, one.shown, one.message_id) for one in rounds] == [(Step.VOTE, 1, 1)] * 3


async def test_a_member_is_led_from_card_to_card() -> None:
    table = await a_daily()
    met = []

    while one := await next_for(await table.challenge(), BOB, outside=table.outside):
        met.append(one.position)
        await (table.write(BOB, "4", one) if one.card_id == "three" else table.choose(BOB, "0", one))

    assert met == [0, 1, 2]


async def test_nothing_is_revealed_before_the_evening_whoever_has_answered() -> None:
    table = await a_daily()
    for one in (await table.played()).rounds:
        for member in (ANN, BOB):
            await (table.write(member, "4", one) if one.card_id == "three" else table.choose(member, "0", one))

    await table.go_on(after=HOUR)

    assert table.chat.evidence == []


async def test_at_the_close_everything_is_revealed_card_by_card() -> None:
    table = await a_daily()
    late = (await table.played()).rounds
    for one in late[:2]:
        await table.choose(ANN, "0", one)
        await table.choose(EVE, "1", one)

    for _ in range(20):
        await table.go_on(after=2 * HOUR)

    assert [len(evidence.votes) for evidence in table.chat.evidence] == [2, 2, 0]
    (ending,) = table.chat.endings
    assert [(one.score.member, one.score.points) for one in ending.standings] == [(ANN.person, 4), (EVE.person, 0)]
    assert table.chat.messages == 1 + 3 + 1
    assert await next_for(await table.challenge(), BOB, outside=table.outside) is None


async def test_an_answer_may_be_changed_until_the_close() -> None:
    table = await a_daily()
    first = (await table.played()).rounds[0]

    await table.choose(ANN, "1", first)
    await table.choose(ANN, "0", first)

    (vote,) = (await table.played()).votes[first.id]
    assert vote.right


async def test_with_fewer_cards_than_wished_for_those_are_asked() -> None:
    table = await a_daily(wanted=10)

    assert len((await table.played()).rounds) == 3
    assert len(table.chat.ballots) == 1


async def test_a_restart_while_it_opens_loses_no_card() -> None:
    table = await a_daily()
    store = table.outside.store
    one = (await table.played()).rounds[1]
    assert isinstance(store, MemoryStore)
    store.kept_rounds[one.id] = replace(one, shown=0, shown_at=None)

    for _ in range(20):
        await table.go_on(after=2 * HOUR)

    assert len(table.chat.evidence) == 3


async def test_the_first_answer_counts_for_the_schedule_of_who_is_a_learner() -> None:
    table = await a_daily(wanted=1)
    store = table.outside.store
    learner = await store.add_learner(ChatId(int(ANN.person)), Settings(), next_reminder_at=table.clock.now())
    await table.choose(ANN, "0")

    for _ in range(20):
        await table.go_on(after=2 * HOUR)

    assert len(await store.study_days(learner.id)) == 1


async def test_a_daily_opens_by_itself_with_nobody_in_a_lobby() -> None:
    table = await a_table(Mode.LIVE, *CARDS)
    store, now = table.outside.store, table.clock.now()
    await store.end_challenge(table.challenge_id, Stage.CALLED_OFF, at=now)
    weekly = Weekly(EVERY_DAY, time(9))
    next_at = weekly.next(now, table.group.tz)
    await store.save_weekly(table.group.id, 0, weekly, Rules(cards=2, mode=Mode.DAILY), next_at=next_at)

    table.clock.move(next_at - now)
    (opened,) = await open_due_lobbies(outside=table.outside)
    table.challenge_id = opened.id
    await table.go_on()

    (shown,) = table.chat.ballots
    assert shown.in_private
    assert table.chat.lobbies == []


@pytest.mark.parametrize("step", ["open_challenge", "start_challenge", "claim_weekly"])
async def test_a_bot_that_is_killed_while_a_daily_opens_by_itself_does_not_cost_the_day(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    table = await a_table(Mode.LIVE, *CARDS)
    store, now = table.outside.store, table.clock.now()
    await store.end_challenge(table.challenge_id, Stage.CALLED_OFF, at=now)
    next_at = Weekly(EVERY_DAY, time(9)).next(now, table.group.tz)
    rules = Rules(cards=2, mode=Mode.DAILY)
    await store.save_weekly(table.group.id, 0, Weekly(EVERY_DAY, time(9)), rules, next_at=next_at)
    table.clock.move(next_at - now)

    async def killed(*_: object, **__: object) -> None:
        raise ConnectionAbortedError

    with monkeypatch.context() as patched:
        patched.setattr(store, step, killed)
        with pytest.raises(ConnectionAbortedError):
            await open_due_lobbies(outside=table.outside)
    await open_due_lobbies(outside=table.outside)

    (challenge,) = await store.open_challenges(table.group.id)
    assert challenge.stage is Stage.PLAYING
    assert challenge.id in dict(await store.waking())
    assert await open_due_lobbies(outside=table.outside) == []


async def test_a_daily_may_be_closed_before_the_evening() -> None:
    table = await a_daily()
    await table.choose(ANN, "0", (await table.played()).rounds[0])

    await table.outside.store.hurry(table.challenge_id, at=table.clock.now())
    for _ in range(4):
        await table.go_on(after=16)

    assert len(table.chat.evidence) == 3
    assert await table.is_over()
