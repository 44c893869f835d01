"""A report is kept until somebody was told."""

from studybot.core.card import GaveUp
from studybot.core.learner import ChatId
from studybot.flows.answer import Settled
from studybot.flows.reports import add_note, report_card, tell_admins_of_reports
from tests.fakes import FakeMessenger, predict_card
from tests.flows.conftest import MakeWorld, World

ADMINS = [ChatId(1), ChatId(2)]


async def reported(world: World) -> None:
    answered = await world.answer(GaveUp())
    assert isinstance(answered, Settled)
    assert await report_card(world.learner, answered.shown.showing.id, update_id=50, outside=world.outside)


async def test_every_admin_is_told_once(world_with: MakeWorld) -> None:
    world, messenger = await world_with(predict_card()), FakeMessenger(blocked={2})
    await reported(world)

    assert await tell_admins_of_reports(ADMINS, messenger, outside=world.outside) == 1
    assert await tell_admins_of_reports(ADMINS, messenger, outside=world.outside) == 0

    assert [(admin, report.card_id) for admin, report in messenger.reports] == [(1, "double")]


async def test_while_nobody_can_be_reached_it_waits(world_with: MakeWorld) -> None:
    world, messenger = await world_with(predict_card()), FakeMessenger(blocked={1, 2})
    await reported(world)

    assert await tell_admins_of_reports(ADMINS, messenger, outside=world.outside) == 0
    messenger.blocked.clear()

    assert await tell_admins_of_reports(ADMINS, messenger, outside=world.outside) == 1


async def test_without_admins_it_is_kept(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await reported(world)

    assert await tell_admins_of_reports([], FakeMessenger(), outside=world.outside) == 0

    assert len(await world.store.untold_reports()) == 1


async def test_a_note_that_comes_later_is_told_as_well(world_with: MakeWorld) -> None:
    world, messenger = await world_with(predict_card()), FakeMessenger()
    await reported(world)
    await tell_admins_of_reports(ADMINS[:1], messenger, outside=world.outside)
    [(_, report)] = messenger.reports

    await add_note(world.learner, report.id, "the key is wrong", outside=world.outside)
    await tell_admins_of_reports(ADMINS[:1], messenger, outside=world.outside)

    assert [report.note for _, report in messenger.reports] == ["", "the key is wrong"]
