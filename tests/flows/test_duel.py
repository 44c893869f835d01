"""A duel: two people are asked in turns."""

from studybot.core.challenge import Mode
from studybot.flows.challenge_lobby import why_not
from studybot.flows.challenge_votes import NotAVote, Taken
from tests.fakes import choice_card, code_card
from tests.flows.challenge_table import ANN, BOB, EVE, a_table

CARDS = (choice_card("one"), choice_card("two"), choice_card("three"), choice_card("four"))


async def test_the_two_are_asked_in_turns_and_a_missed_card_goes_over() -> None:
    table = await a_table(Mode.DUEL, *CARDS, wanted=2)
    await table.begin()

    await table.choose(ANN, "1")
    await table.go_on(after=4)
    await table.choose(BOB, "0")
    await table.go_on(after=4)
    await table.go_on(after=100)
    await table.choose(BOB, "0")
    await table.go_on(after=4)
    await table.go_on(after=100)

    assert table.chat.turns == ["Ann", "Bob", "Bob"]
    assert await table.is_over()
    (ending,) = table.chat.endings
    assert [(one.place, one.score.member, one.score.points) for one in ending.standings] == [
        (1, BOB.person, 3),
        (2, ANN.person, 0),
    ]


async def test_only_the_one_whose_turn_it_is_may_answer() -> None:
    table = await a_table(Mode.DUEL, *CARDS)
    await table.begin()

    refused = await table.choose(BOB, "0")

    assert isinstance(refused, NotAVote)
    assert str(refused.why) == "It is Ann's turn."
    assert isinstance(await table.choose(ANN, "0"), Taken)


async def test_a_third_one_looks_on() -> None:
    table = await a_table(Mode.DUEL, *CARDS)
    await table.begin()

    assert isinstance(await table.choose(EVE, "0"), NotAVote)
    assert len((await table.played()).members) == 2


async def test_who_says_nothing_lets_the_other_one_have_it() -> None:
    table = await a_table(Mode.DUEL, *CARDS)
    await table.begin()

    await table.go_on(after=61)
    await table.choose(BOB, "0")
    await table.go_on(after=4)

    assert table.chat.turns == ["Ann", "Bob"]
    assert len(table.chat.evidence) == 1


async def test_it_takes_two() -> None:
    for members in ((ANN,), (ANN, BOB, EVE)):
        table = await a_table(Mode.DUEL, *CARDS, members=members)

        assert not await table.begin()
        told = await why_not(await table.challenge(), outside=table.outside)
        assert str(told) == f"A duel takes two, and {len(members)} are in."


async def test_both_get_as_many_cards_and_none_that_wants_code() -> None:
    table = await a_table(Mode.DUEL, *CARDS, code_card(), wanted=3)
    await table.begin()

    while not await table.is_over():
        turn = (await table.view()).turn
        assert turn is not None
        await table.choose(turn, "0")
        await table.go_on(after=4)
        await table.go_on(after=100)

    assert table.chat.turns == ["Ann", "Bob", "Ann", "Bob"]
    assert "normalise" not in {one.card_id for one in (await table.played()).rounds}


async def test_a_duel_goes_on_where_it_was_after_a_restart() -> None:
    table = await a_table(Mode.DUEL, *CARDS)
    await table.begin()
    await table.choose(ANN, "1")
    await table.go_on(after=4)

    view = await table.view()

    assert view.turn == BOB
    assert isinstance(await table.choose(ANN, "0"), NotAVote)
