"""Whoever runs the bot is told of cards that were taken out."""

from dataclasses import replace
from datetime import timedelta

from studybot.core.learner import ChatId
from studybot.flows.deck_news import tell_admins
from tests.fakes import FakeDeck, FakeMessenger, predict_card
from tests.flows.conftest import MakeWorld

ADMINS = [ChatId(7), ChatId(8)]


async def test_every_admin_is_told_once_of_a_card_that_was_taken_out(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("wrong", snippet="x = 5\nx", expect=5), predict_card("right"))
    messenger = FakeMessenger()
    await world.asked()

    assert await tell_admins(ADMINS, messenger, outside=world.outside) == 2
    assert await tell_admins(ADMINS, messenger, outside=world.outside) == 0

    assert [admin for admin, _ in messenger.told] == ADMINS
    ((line,), (same,)) = (news for _, news in messenger.told)
    assert line == same
    assert line.startswith("wrong: ")
    assert line.endswith("expected 5, got 4")


async def test_news_wait_until_an_admin_can_be_reached(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    world.deck.quarantine(predict_card(), "expected 5, got 4")
    messenger = FakeMessenger(blocked={7, 8})

    assert await tell_admins(ADMINS, messenger, outside=world.outside) == 0
    messenger.blocked.clear()
    assert await tell_admins(ADMINS, messenger, outside=world.outside) == 2


async def test_of_two_bots_on_one_database_one_tells_and_a_day_later_it_is_news_again(world_with: MakeWorld) -> None:
    world, messenger = await world_with(predict_card()), FakeMessenger()
    card, other = predict_card(), replace(world.outside, deck=FakeDeck([predict_card()]))

    for outside in (world.outside, other):
        outside.deck.quarantine(card, "expected 5, got 4")
        await tell_admins(ADMINS, messenger, outside=outside)
        assert not outside.deck.news()
    assert len(messenger.told) == 2

    world.clock.move(timedelta(days=1))
    other.deck.note(card, "expected 5, got 4")
    assert await tell_admins(ADMINS, messenger, outside=other) == 2


async def test_without_news_nobody_is_bothered(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    messenger = FakeMessenger()

    await tell_admins(ADMINS, messenger, outside=world.outside)

    assert messenger.told == []
