"""The board of a group: opt-in, this week's, under the name that was chosen."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from studybot.core.ballot import MemberId
from studybot.core.board import Row
from studybot.core.card import CardId, Language
from studybot.core.challenge import Challenge, Group, Member, Rules, Stage, Vote
from studybot.core.learner import ChatId
from studybot.flows.group_board import WeeklyBoard, name_on_board, note_earnings, weekly_board
from studybot.flows.outside import Outside
from studybot.schedulers import SCHEDULERS
from tests.fakes import FakeDeck, FrozenClock
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore
from tests.store.given import ASKED

ANN, BOB, EVE = (Member(MemberId(number), name) for number, name in ((1, "Ann"), (2, "Bob"), (3, "Eve")))


@dataclass
class Table:
    outside: Outside
    clock: FrozenClock
    group: Group

    async def board(self) -> WeeklyBoard:
        return await weekly_board(self.group, outside=self.outside)

    async def play(self, *right: Member, wrong: tuple[Member, ...] = ()) -> None:
        """Play a challenge of one card to its end."""
        store, now = self.outside.store, self.clock.now()
        challenge, _ = await store.open_challenge(self.group, 0, Rules(), moderator=right[0], at=now, until=now)
        await store.start_challenge(challenge.id, [CardId("one")], at=now)
        one = await store.begin_round(challenge.id, 0, CardId("one"), ASKED)
        for number, member in enumerate((*right, *wrong)):
            await store.save_vote(one.id, Vote(member.person, 0, "x", member in right, now, number), member)
        await self._end(challenge)

    async def _end(self, challenge: Challenge) -> None:
        await self.outside.store.end_challenge(challenge.id, Stage.OVER, at=self.clock.now())
        played = await self.outside.store.played(challenge.id)
        assert played is not None
        for _ in range(2):
            await note_earnings(played, outside=self.outside)


@pytest.fixture
async def table() -> Table:
    store, clock = MemoryStore(), FrozenClock()
    group = await store.welcome_group(ChatId(-5), language=Language.EN, zone="Asia/Seoul")
    return Table(Outside(store, FakeDeck([]), FakeRunner(), clock, SCHEDULERS), clock, group)


async def test_nobody_is_on_the_board_without_a_word_of_theirs(table: Table) -> None:
    await table.play(ANN, wrong=(BOB,))

    assert await table.board() == WeeklyBoard((), hidden=2)


async def test_points_of_a_week_are_added_under_the_chosen_name(table: Table) -> None:
    await name_on_board(table.group, ANN, "name", outside=table.outside)
    bobs = await name_on_board(table.group, BOB, "pseudonym", outside=table.outside)
    await table.play(ANN, EVE, wrong=(BOB,))
    await table.play(ANN, BOB)

    rows, hidden = (found := await table.board()).rows, found.hidden

    assert [(row.place, row.points, row.challenges) for row in rows] == [(1, 4, 2), (2, 2, 2)]
    assert rows[0].name == "Ann"
    assert rows[1].name not in {"Bob", ""}
    assert hidden == 1
    assert bobs.pseudonym is not None


async def test_the_board_is_empty_again_on_monday(table: Table) -> None:
    await name_on_board(table.group, ANN, "name", outside=table.outside)
    await table.play(ANN)

    table.clock.move(timedelta(days=7))

    assert (await table.board()).rows == ()


async def test_who_hides_and_comes_back_keeps_the_pseudonym(table: Table) -> None:
    first = await name_on_board(table.group, ANN, "pseudonym", outside=table.outside)
    await name_on_board(table.group, ANN, "hidden", outside=table.outside)
    await table.play(ANN)
    assert (await table.board()).rows == ()

    table.clock.move(timedelta(hours=1))
    again = await name_on_board(table.group, ANN, "pseudonym", outside=table.outside)

    assert again == first
    assert len((await table.board()).rows) == 1


async def test_no_two_members_get_the_same_pseudonym(table: Table) -> None:
    many = [replace(ANN, person=MemberId(number)) for number in range(1, 31)]

    drawn = {(await name_on_board(table.group, one, "pseudonym", outside=table.outside)).pseudonym for one in many}

    assert len(drawn) == 30


async def test_a_pseudonym_does_not_follow_from_the_person(table: Table) -> None:
    first = await name_on_board(table.group, ANN, "pseudonym", outside=table.outside)
    other = await table.outside.store.welcome_group(ChatId(-6), language=Language.EN, zone="Asia/Seoul")

    table.clock.move(timedelta(seconds=1))
    second = await name_on_board(other, ANN, "pseudonym", outside=table.outside)

    assert first.pseudonym != second.pseudonym


async def test_a_new_name_shows_on_the_board(table: Table) -> None:
    await name_on_board(table.group, ANN, "name", outside=table.outside)
    await table.play(ANN)

    await name_on_board(table.group, replace(ANN, name="Anne"), "name", outside=table.outside)

    assert (await table.board()).rows == (Row(1, "Anne", 2, 1),)
