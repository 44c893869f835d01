"""The numbers of handled updates are kept only for as long as Telegram may send them again."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from studybot.flows import housekeeping
from studybot.flows.housekeeping import KEPT, forget_handled_updates
from tests.fakes import predict_card
from tests.flows.conftest import MakeWorld, World

SEOUL = ZoneInfo("Asia/Seoul")


async def received(world: World, first: int, count: int) -> None:
    numbers = range(first, first + count)
    await world.store.receive([{"update_id": number} for number in numbers], at=world.clock.now())
    await world.store.finish_updates(numbers)


async def at_the_quiet_hour(world: World) -> None:
    """Let it be four in the morning in Seoul, some days later."""
    world.clock.move(KEPT + timedelta(hours=19))


async def test_at_four_in_the_morning_what_telegram_cannot_send_again_is_forgotten(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await received(world, 1, 3)
    await at_the_quiet_hour(world)
    await received(world, 4, 2)

    assert await forget_handled_updates(SEOUL, outside=world.outside) == 3
    assert await forget_handled_updates(SEOUL, outside=world.outside) == 0
    assert set(world.store.updates) == {4, 5}


@pytest.mark.parametrize("hours", [-1, 1])
async def test_at_another_hour_nothing_is_forgotten(world_with: MakeWorld, hours: int) -> None:
    world = await world_with(predict_card())
    await received(world, 1, 3)
    await at_the_quiet_hour(world)
    world.clock.move(timedelta(hours=hours))

    assert await forget_handled_updates(SEOUL, outside=world.outside) == 0


async def test_many_are_forgotten_in_small_steps_and_so_many_at_a_time(
    world_with: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "STEP", 10)
    monkeypatch.setattr(housekeeping, "MOST_STEPS", 3)
    world = await world_with(predict_card())
    await received(world, 1, 45)
    await at_the_quiet_hour(world)

    assert [await forget_handled_updates(SEOUL, outside=world.outside) for _ in range(3)] == [30, 15, 0]


async def test_what_was_never_handled_is_not_forgotten_and_in_nobodys_way(
    world_with: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "STEP", 10)
    world = await world_with(predict_card())
    await world.store.receive([{"update_id": 1000}], at=world.clock.now())
    await received(world, 1, 45)
    await at_the_quiet_hour(world)

    assert await forget_handled_updates(SEOUL, outside=world.outside) == 45
    assert set(world.store.updates) == {1000}
