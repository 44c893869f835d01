"""News reach whoever wants to hear them, once, and wake nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from studybot.core.announcing import when
from studybot.core.card import Language, Text
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.letter import NotNow
from studybot.core.reminding import Quiet
from studybot.flows.announcements import announce, plan
from studybot.flows.learners import change_settings, welcome
from studybot.flows.outside import Outside
from studybot.schedulers import SCHEDULERS
from tests.fakes import FakeDeck, FakeMessenger, FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore
from tests.letters import post_all

TEXT = Text("새 카드가 왔어요.", "New cards are here.")
NOON = datetime(2026, 3, 10, 3, tzinfo=UTC)  # in Seoul


@dataclass
class Office:
    outside: Outside
    store: MemoryStore
    clock: FrozenClock
    messenger: FakeMessenger

    async def learner(self, number: int, settings: Settings | None = None) -> Learner:
        learner, _ = await welcome(ChatId(number), settings or Settings(), outside=self.outside)
        return learner

    async def announce(self, text: Text = TEXT) -> int:
        return await announce(await plan(text, store=self.store, clock=self.clock), store=self.store, clock=self.clock)

    async def post(self, *, after: timedelta = timedelta()) -> Sequence[tuple[int, str]]:
        self.clock.move(after)
        await post_all(self.messenger, self.outside)
        return self.messenger.announced


@pytest.fixture
def office() -> Office:
    store, clock = MemoryStore(), FrozenClock(NOON)
    outside = Outside(store, FakeDeck([predict_card()]), FakeRunner(), clock, SCHEDULERS)
    return Office(outside, store, clock, FakeMessenger())


async def test_each_reads_it_in_their_language_once(office: Office) -> None:
    ann = await office.learner(1)
    ben = await office.learner(2, replace(Settings(), language=Language.EN))

    assert await office.announce() == 2

    assert await office.post() == [(ann.id, TEXT.ko), (ben.id, TEXT.en)]
    assert await office.post(after=timedelta(hours=1)) == [(ann.id, TEXT.ko), (ben.id, TEXT.en)]


async def test_who_has_turned_news_off_or_left_gets_none(office: Office) -> None:
    await office.learner(1, replace(Settings(), announcements=False))
    gone = await office.learner(2)
    await office.store.mark_reachable(gone.id, reachable=False)

    assert await office.announce() == 0


async def test_turning_news_off_stops_what_is_on_its_way(office: Office) -> None:
    ann = await office.learner(1, replace(Settings(), quiet=Quiet(time(8), time(14))))
    await office.announce()

    await change_settings(ann, replace(ann.settings, announcements=False), outside=office.outside)

    assert await office.post(after=timedelta(hours=3)) == []
    assert not office.store.outbox


async def test_nobody_is_woken(office: Office) -> None:
    ann = await office.learner(1, replace(Settings(), quiet=Quiet(time(8), time(14))))
    await office.announce()

    assert await office.post() == []
    assert await office.post(after=timedelta(hours=2)) == [(ann.id, TEXT.ko)]


async def test_a_letter_that_was_held_up_until_the_night_waits_for_the_morning(office: Office) -> None:
    ann = await office.learner(1)
    await office.announce()
    office.messenger.answers = [NotNow("the network is down", seconds=11 * 3600)]

    assert await office.post() == []
    assert await office.post(after=timedelta(hours=11, minutes=1)) == []  # 23:01
    assert await office.post(after=timedelta(hours=9)) == [(ann.id, TEXT.ko)]  # 08:01


async def test_who_is_away_reads_it_when_they_are_back_and_not_too_late(office: Office) -> None:
    ann = await office.learner(1, replace(Settings(), away_until=date(2026, 3, 12)))
    await office.learner(2, replace(Settings(), away_until=date(2026, 3, 20)))

    found = await plan(TEXT, store=office.store, clock=office.clock)

    assert (len(found.letters), found.later, found.away) == (1, 1, 1)
    await office.announce()
    assert await office.post(after=timedelta(days=1)) == []
    assert await office.post(after=timedelta(days=1)) == [(ann.id, TEXT.ko)]


async def test_there_is_one_a_day_and_three_a_week(office: Office) -> None:
    await office.learner(1)
    objections = []
    for number in range(5):
        text = Text(f"{number}번", f"No. {number}")
        objections.append((await plan(text, store=office.store, clock=office.clock)).objection)
        await office.announce(text)
        office.clock.move(timedelta(hours=1 if number == 0 else 25))

    assert objections == [None, "day", None, "week", "week"]
    assert (await plan(Text("4번", "No. 4"), store=office.store, clock=office.clock)).objection == "same"


@pytest.mark.parametrize(
    ("now", "settings", "expected"),
    [
        ("2026-03-10T03:00", Settings(), "2026-03-10T03:00"),
        ("2026-03-10T14:00", Settings(), "2026-03-10T23:00"),  # 23:00 in Seoul: at 08:00 of the next day
        ("2026-03-10T21:00", Settings(), "2026-03-10T23:00"),  # 06:00: at 08:00
        ("2026-03-10T14:00", replace(Settings(), quiet=None), "2026-03-10T14:00"),
        ("2026-03-10T03:00", replace(Settings(), away_until=date(2026, 3, 12)), "2026-03-11T23:00"),
    ],
)
def test_the_first_moment_is_outside_the_night_and_the_holidays(now: str, settings: Settings, expected: str) -> None:
    assert when(datetime.fromisoformat(f"{now}+00:00"), settings) == datetime.fromisoformat(f"{expected}+00:00")
