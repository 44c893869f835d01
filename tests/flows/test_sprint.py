"""A sprint: quick quizzes of Telegram's own, one after the other."""

from studybot.core.challenge import Mode
from studybot.flows.challenge_votes import Taken, TooLate
from tests.fakes import choice_card, claim_card, predict_card
from tests.flows.challenge_table import ANN, BOB, Table, a_table

LONG = choice_card("long", question={"ko": "왜?" * 200, "en": "Why?" * 100})


async def a_sprint(wanted: int = 3) -> Table:
    table = await a_table(
        Mode.SPRINT, choice_card("one"), choice_card("two"), claim_card("three"), predict_card(), LONG, wanted=wanted
    )
    await table.begin()
    return table


async def test_quick_cards_come_one_after_the_other_with_one_message_each() -> None:
    table = await a_sprint()

    while not await table.is_over():
        view = await table.view()
        right = view.card.right_keys(view.round.asked.run)
        assert isinstance(await table.choose(ANN, min(right)), Taken)
        await table.go_on(after=23)
        await table.go_on(after=5)

    assert {view.card.id for view in table.chat.ballots} == {"one", "two", "three"}, "what is typed or long is no quiz"
    assert all(view.as_poll for view in table.chat.ballots)
    (ending,) = table.chat.endings
    assert [one.score.points for one in ending.standings] == [6]


async def test_an_answer_finds_its_round_by_the_poll() -> None:
    table = await a_sprint()
    one = await table.round()

    found = await table.outside.store.round_of_poll("poll 1")

    assert found is not None
    assert found.id == one.id
    assert await table.outside.store.round_of_poll("poll 9") is None


async def test_no_discussion_follows_whatever_the_shares() -> None:
    table = await a_sprint()

    await table.choose(ANN, "0")
    await table.choose(BOB, "1")
    await table.go_on(after=4)

    assert len(table.chat.evidence) == 1


async def test_what_comes_after_the_close_does_not_count() -> None:
    table = await a_sprint()
    one = await table.round()

    await table.go_on(after=23)

    assert isinstance(await table.choose(ANN, "0", one), TooLate)
