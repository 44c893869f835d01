"""A relay: a team repairs one broken program, one line each."""

from studybot.core.challenge import Mode
from studybot.core.relay import HOW_TO_CHANGE
from studybot.errors import SandboxUnavailable
from studybot.flows.challenge_summary import summary_of
from studybot.flows.challenge_votes import NotAVote, Taken
from studybot.flows.modes import MODES
from studybot.kinds import Card
from tests.fakes import choice_card, fix_card
from tests.fakes_runner import FakeRunner
from tests.flows.challenge_table import ANN, BOB, EVE, Table, a_table

BROKEN = "x = torch.ones(2, requires_grad=True)\ny = (x ** 2).sum()\ny.backward()\ny.backward()\nx.grad\n"


async def a_relay() -> Table:
    table = await a_table(Mode.RELAY, fix_card(), choice_card(), members=(ANN, BOB, EVE), wanted=5)
    await table.begin()
    return table


async def test_each_changes_one_line_until_the_program_runs_as_it_should() -> None:
    table = await a_relay()
    first = await table.view()
    assert first.question.code.splitlines()[2] == "3  y.backward()"
    assert first.question.how_to_answer == HOW_TO_CHANGE

    await table.write(ANN, "2: y = (x ** 3).sum()")
    await table.go_on(after=4)
    await table.write(BOB, "2: y = (x ** 2).sum()")
    await table.go_on(after=4)
    await table.write(EVE, "3: y.backward(retain_graph=True)")
    await table.go_on(after=4)

    assert table.chat.turns == ["Ann", "Bob", "Eve"]
    assert table.chat.ballots[1].program.splitlines()[1] == "y = (x ** 3).sum()"
    assert len(table.chat.evidence) == 1
    await table.go_on(after=100)
    assert await table.is_over(), "one program, however many cards were wished for"
    (ending,) = table.chat.endings
    assert ending.standings == (), "the points are the team's"


async def test_the_next_one_sees_what_the_run_said() -> None:
    table = await a_relay()

    await table.write(ANN, "2: y = (x ** 3).sum()")
    await table.go_on(after=4)

    assert table.chat.ballots[0].said == ()
    assert table.chat.ballots[1].said != ()


async def test_only_the_one_whose_turn_it_is_changes_a_line_and_only_one() -> None:
    table = await a_relay()

    out_of_turn = await table.write(BOB, "3: y.backward(retain_graph=True)")
    two = await table.write(ANN, "3: y.backward(retain_graph=True)\ny.backward()")
    none = await table.write(ANN, "I think line 3 is wrong")

    for refused, why in ((out_of_turn, "It is Ann's turn."), (two, "One line each"), (none, "Write 3:")):
        assert isinstance(refused, NotAVote)
        assert str(refused.why).startswith(why)


async def test_a_line_may_be_mended_until_the_turn_is_over() -> None:
    table = await a_relay()

    await table.write(ANN, "3: oops")
    await table.write(ANN, "3: y.backward(retain_graph=True)")
    await table.go_on(after=4)

    assert len(table.chat.evidence) == 1
    (votes,) = (await table.played()).votes.values()
    assert [vote.text.splitlines()[2] for vote in votes] == ["y.backward(retain_graph=True)"]


async def test_code_that_a_killed_bot_was_to_run_is_judged_by_whoever_closes_the_vote() -> None:
    table = await a_relay()

    await table.write(ANN, "3: y.backward(retain_graph=True)", judging=False)
    await table.go_on(after=121)

    (votes,) = (await table.played()).votes.values()
    assert [vote.right for vote in votes] == [True]
    assert len(table.chat.evidence) == 1


async def test_code_that_is_run_by_another_bot_right_now_is_waited_for() -> None:
    table = await a_relay()
    await table.go_on(after=110)

    await table.write(ANN, "3: y.backward(retain_graph=True)", judging=False)
    await table.go_on(after=11)

    (votes,) = (await table.played()).votes.values()
    assert [vote.right for vote in votes] == [None]
    assert not table.chat.evidence


async def test_who_says_nothing_passes_it_on() -> None:
    table = await a_relay()

    await table.go_on(after=121)

    assert table.chat.turns == ["Ann", "Bob"]
    assert table.chat.ballots[1].program == BROKEN.rstrip("\n")


async def test_a_team_that_has_gone_is_not_waited_for() -> None:
    table = await a_relay()

    for _ in range(3):
        await table.go_on(after=121)

    assert len(table.chat.evidence) == 1


async def test_after_two_turns_each_the_solution_is_shown() -> None:
    table = await a_relay()

    for turn in range(6):
        await table.write((ANN, BOB, EVE)[turn % 3], f"2: y = (x ** {turn + 3}).sum()")
        await table.go_on(after=4)

    assert len(table.chat.evidence) == 1
    assert table.chat.turns == ["Ann", "Bob", "Eve"] * 2


async def test_what_the_team_could_not_repair_everybody_meets_again() -> None:
    table = await a_relay()
    await table.write(ANN, "2: y = (x ** 3).sum()")
    await table.go_on(after=4)
    lost = MODES[Mode.RELAY].missed(await table.played(), ANN.person)
    await table.write(BOB, "3: y.backward(retain_graph=True)")
    await table.go_on(after=4)
    won = MODES[Mode.RELAY].missed(await table.played(), ANN.person)

    assert (lost, won) == (("twice",), ())


async def test_a_relay_teaches_no_schedule() -> None:
    table = await a_relay()

    await table.write(ANN, "3: y.backward(retain_graph=True)")
    await table.go_on(after=4)

    assert not (await table.played()).rounds[0].noted


async def test_while_nothing_can_be_run_a_line_does_not_count() -> None:
    table = await a_relay()
    assert isinstance(table.outside.runner, FakeRunner)
    table.outside.runner.down = SandboxUnavailable("resting")

    taken = await table.write(ANN, "3: y.backward(retain_graph=True)")

    assert isinstance(taken, Taken)
    assert (await table.played()).votes == {}


def test_a_fix_card_has_something_to_repair() -> None:
    card: Card = fix_card()

    assert card.question(0).code == BROKEN.rstrip("\n")


async def test_a_program_that_was_repaired_is_not_worth_more_talk_and_one_that_was_not_is() -> None:
    table = await a_relay()
    await table.write(ANN, "2: y = (x ** 3).sum()")
    await table.go_on(after=4)
    broken = MODES[Mode.RELAY].worth_talk(await table.played())
    await table.write(BOB, "3: y.backward(retain_graph=True)")
    await table.go_on(after=4)

    assert [one.card_id for one in broken] == ["twice"]
    assert MODES[Mode.RELAY].worth_talk(await table.played()) == ()


async def test_the_notes_hold_the_program_as_it_was_asked() -> None:
    table = await a_relay()
    await table.write(ANN, "3: y.backward(retain_graph=True)")
    await table.go_on(after=4)

    summary = await summary_of(await table.played(), outside=table.outside)

    (card,) = summary.cards
    assert card.code == BROKEN.rstrip("\n")
    assert card.beliefs == ()
    assert not card.is_open
