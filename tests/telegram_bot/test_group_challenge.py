"""A group plays a challenge, from the lobby to the notes."""

from contextlib import suppress

import pytest

from studybot.core.ballot import MemberId
from studybot.core.challenge import Member, Vote
from studybot.errors import SandboxUnavailable
from tests.fakes import choice_card, claim_card, code_card, discussion_card, predict_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.group_table import as_a_jail, later, started, three, until

pytestmark = pytest.mark.usefixtures("soon")


async def test_a_challenge_is_played_from_the_lobby_to_the_end(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = people = await three(scene)
        group, question = await started(scene, people)

        toast = await ann.press(question, "four")
        await bob.press(question, "five")
        await eve.press(question, "six")
        before = question.text
        await later(scene, 4)
        await scene.chat.wait_for(lambda: "A hint" in question.text)
        for person in people:
            await person.press(question, "four")
        await later(scene, 4)
        evidence = await ann.next_message(group)
        await ann.press(evidence, "To the result ▸ 👑")
        end = await ann.next_message(group)

        assert toast.text == "Your vote: four. 1 of 3 have voted; you can change it until the close."
        assert "✅" not in before, "nothing is told before the close"
        assert "✅ four ▇▇▇▇▇▇▇▇ 3" in question.text
        assert "Right: 1 of 3 at first, 3 of 3 in the end." in evidence.text
        assert "From wrong to right: Bob <b>, Eve" in evidence.text
        assert "five: It would be so if x == 5 were true." in evidence.text
        assert "🥇 Ann: 2 p." in end.text
        assert "🥈 Bob <b>: 1 p." in end.text
        assert "🥈 Eve: 1 p." in end.text
        assert "speed never counts" in end.text
        assert not scene.chat.refusals


async def test_a_divided_group_discusses_and_votes_again(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, question = await started(scene, [ann, bob])
        await ann.press(question, "four")
        await bob.press(question, "five")

        await later(scene, 4)
        await scene.chat.wait_for(lambda: "Convince your neighbour" in question.text)
        await bob.press(question, "four")
        await later(scene, 90)  # Ann says nothing: her vote stands
        evidence = await ann.next_message(group)
        await ann.press(evidence, "To the result ▸ 👑")
        end = await ann.next_message(group)

        assert "Right: 1 of 2 at first, 2 of 2 in the end." in evidence.text
        assert "Discussion: 1 of 2 right before, 2 after. Gain 1.00." in end.text


async def test_the_code_of_a_claim_is_shown_when_it_can_tell_nothing_any_more(stage: SetStage) -> None:
    async with stage(claim_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, question = await started(scene, [ann, bob])
        for person in (ann, bob):
            await person.press(question, "False")
        before = question.text

        await later(scene, 4)
        evidence = await ann.next_message(group)

        assert "2 == 3" not in before
        assert "2 == 3" in evidence.text
        assert "True: The last line would give True every time." in evidence.text


async def test_most_are_right_and_it_goes_on_at_once(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        people = await three(scene)
        group, question = await started(scene, people)
        for person in people:
            await person.press(question, "four")

        await later(scene, 4)

        assert "Right: 3 of 3." in (await people[0].next_message(group)).text


async def test_a_vote_can_be_changed_and_a_double_tap_is_one_vote(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        _group, question = await started(scene, [ann, bob])

        for label in ("five", "five", "four"):
            await ann.press(question, label)
        await bob.press(question, "four")

        votes = list(scene.store.votes.values())
        assert [(vote.person, vote.text) for vote in votes] == [(ann.id, "0"), (bob.id, "0")]


async def test_the_counter_counts_and_names_nobody(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        people = await three(scene)
        _group, question = await started(scene, people)

        await people[0].press(question, "four")
        await scene.chat.wait_for(lambda: "1 of 3 have voted." in question.text)

        assert "Ann" not in question.text


_SPEAKING = ("send", "edit")


async def test_a_round_takes_at_most_eight_operations(stage: SetStage) -> None:
    async with stage(choice_card(picture="memory"), predict_card()) as scene:
        people = await three(scene)
        group, question = await started(scene, people, "2")
        for wrong in (("four", "five", "six"), ("four", "four", "five")):
            for person, label in zip(people, wrong, strict=True):
                with suppress(LookupError):  # the second card is typed
                    await person.press(question, label, timeout=0.2)
            await later(scene, 100)

        costs = [one.operations for one in scene.store.kept_rounds.values()]
        calls = [call for call in scene.chat.calls if call.chat_id == group.id and call.method.startswith(_SPEAKING)]
        assert max(costs) <= 8
        assert len(calls) <= 3 + sum(costs)


# typed answers, code, takes


async def test_a_typed_answer_comes_by_reply_or_in_private(stage: SetStage) -> None:
    async with stage(predict_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, question = await started(scene, [ann, bob])
        link = (await ann.press(question, "✍ Answer in private")).url
        await ann.send("4", reply_to=question)
        await bob.send(f"/start {(link or '').partition('start=')[2]}")
        told = await bob.next_message()
        await bob.send("5")
        taken = await bob.next_message()

        await later(scene, 4)
        await scene.chat.wait_for(lambda: "Convince" in question.text)
        await bob.send("4")
        await bob.next_message()
        await later(scene, 200)
        evidence = await ann.next_message(group)

        assert "Type your answer" in told.text
        assert taken.text.startswith("Taken.")
        assert "From wrong to right: Bob" in evidence.text
        assert "✅ 4 2" in question.text


async def test_what_is_no_answer_is_answered_and_not_counted(stage: SetStage) -> None:
    async with stage(predict_card()) as scene:
        group, question = await started(scene, [scene.ann, scene.chat.person("Bob")])

        await scene.ann.send("[1, 2", reply_to=question)

        assert "cannot read" in (await scene.ann.next_message(group)).text
        assert not scene.store.votes


async def test_code_is_judged_and_the_first_to_pass_is_named(stage: SetStage) -> None:
    async with stage(code_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        scene.runner.results = as_a_jail
        group, question = await started(scene, [ann, bob])
        await bob.send("def normalise(x):\n    return x / x.sum()", reply_to=question)
        await ann.send("def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)", reply_to=question)
        await until(lambda: [vote.right for vote in scene.store.votes.values()] == [False, True])

        await later(scene, 600)

        assert "First to pass: Ann" in (await ann.next_message(group)).text


async def test_code_that_waited_for_its_run_when_the_bot_stopped_is_judged_at_the_start(stage: SetStage) -> None:
    async with stage(code_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        scene.runner.results = as_a_jail
        await started(scene, [ann, bob])
        (one,) = scene.store.kept_rounds.values()
        code = "def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)"
        vote = Vote(MemberId(ann.id), 0, code, None, scene.clock.now(), 404)
        await scene.store.save_vote(one.id, vote, Member(vote.person, "Ann"))

        await scene.bot.groups.chat.resume()

        await until(lambda: [vote.right for vote in scene.store.votes.values()] == [True])


async def test_code_that_a_dead_bot_was_to_run_is_judged_by_another_one_while_the_vote_is_open(stage: SetStage) -> None:
    async with stage(code_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        scene.runner.results = as_a_jail
        await started(scene, [ann, bob])
        (one,) = scene.store.kept_rounds.values()
        code = "def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)"
        vote = Vote(MemberId(ann.id), 0, code, None, scene.clock.now(), 404)
        await scene.store.save_vote(one.id, vote, Member(vote.person, "Ann"))

        await later(scene, 21)

        await until(lambda: [vote.right for vote in scene.store.votes.values()] == [True])


async def test_code_that_cannot_be_run_counts_for_nobody(stage: SetStage) -> None:
    async with stage(code_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        scene.runner.results = as_a_jail
        group, question = await started(scene, [ann, bob])
        scene.runner.down = SandboxUnavailable("bubblewrap is gone")

        await ann.send("def normalise(x):\n    return x", reply_to=question)

        assert "does not count" in (await ann.next_message(group)).text
        assert not scene.store.votes


async def test_a_discussion_card_collects_takes_for_the_notes(stage: SetStage) -> None:
    async with stage(discussion_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, question = await started(scene, [ann, bob])
        await ann.send("Because backward adds.", reply_to=question)
        await until(lambda: scene.store.takes)
        await later(scene, 600)
        evidence = await ann.next_message(group)
        await ann.press(evidence, "To the result ▸ 👑")
        await ann.next_message(group)

        await ann.send("/summary", to=group)
        notes = await ann.next_message(group)

        assert "Takes kept for the notes: 1." in evidence.text
        assert notes.file is not None
        assert "Because backward adds." in notes.file.decode()
        assert "Ann" not in notes.file.decode(), "she did not agree to be named"
