"""Who is served next, and by which of the free ones."""

import asyncio

import pytest

from studybot.errors import SandboxBusy
from studybot.sandbox.line import MOST_PER_ASKER, Line


async def join(line: Line[int], asked_by: str, *, only: int | None = None, urgent: bool = True) -> asyncio.Task[int]:
    """Let somebody wait for any number, or for one in particular."""
    turn = asyncio.create_task(
        line.wait(asked_by, urgent=urgent, fits=lambda free: only is None or free == only), name=asked_by
    )
    await asyncio.sleep(0)
    return turn


async def test_askers_are_served_in_turn_however_much_one_of_them_asks() -> None:
    line: Line[int] = Line()
    turns = [await join(line, asker) for asker in ("ann", "ann", "ann", "ben")]

    for slot in range(4):
        line.offer(slot)

    assert await asyncio.gather(*turns) == [0, 2, 3, 1]


async def test_a_waiting_learner_goes_before_verification() -> None:
    line: Line[int] = Line()
    patient = await join(line, "verify", urgent=False)
    urgent = await join(line, "ann")

    line.offer(7)

    assert await urgent == 7
    assert not patient.done()


async def test_who_waits_for_one_slot_does_not_hold_up_those_whom_another_serves() -> None:
    line: Line[int] = Line()
    certain = await join(line, "ann", only=1)
    other = await join(line, "ben")

    line.offer(0)
    assert await other == 0
    assert not certain.done()
    line.offer(1)

    assert await certain == 1


async def test_a_later_run_of_the_same_asker_may_go_first_if_only_that_one_fits() -> None:
    line: Line[int] = Line()
    certain = await join(line, "verify", only=1)
    any_will_do = await join(line, "verify")

    line.offer(0)

    assert await any_will_do == 0
    assert not certain.done()


async def test_a_free_slot_that_does_not_fit_waits_for_the_next_one_to_come() -> None:
    line: Line[int] = Line()
    line.offer(0)
    certain = await join(line, "ann", only=1)

    assert not certain.done()
    assert await line.wait("ben", urgent=True) == 0


async def test_what_is_free_is_given_away_once_it_fits() -> None:
    line: Line[int] = Line()
    will_do: set[int] = set()
    turn = asyncio.create_task(line.wait("ann", urgent=True, fits=will_do.__contains__))
    line.offer(0)
    await asyncio.sleep(0)
    assert not turn.done()

    will_do.add(0)
    line.offer_again()

    assert await turn == 0


async def test_who_gave_up_is_passed_over() -> None:
    line: Line[int] = Line()
    gone, here = await join(line, "ann", only=1), await join(line, "ann")
    gone.cancel()
    await asyncio.sleep(0)

    line.offer(1)

    assert await here == 1


async def test_who_gives_up_with_a_slot_in_hand_passes_it_on() -> None:
    line: Line[int] = Line()
    gone, here = await join(line, "ann"), await join(line, "ben")

    line.offer(3)
    gone.cancel()

    assert await here == 3


async def test_too_many_runs_of_one_asker_are_turned_away_with_their_place() -> None:
    line: Line[int] = Line()
    turns = [await join(line, "ann", only=1) for _ in range(MOST_PER_ASKER)]

    with pytest.raises(SandboxBusy, match=f"your place would be {MOST_PER_ASKER + 1}"):
        await line.wait("ann", urgent=True)

    for turn in turns:
        turn.cancel()
