"""A group plays a challenge: the real bot over HTTP; its store, deck and sandbox are fakes. Time stands still."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from studybot.core.ballot import MemberId
from studybot.core.challenge import Challenge, Member, Stage, Vote
from studybot.core.learner import ChatId
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.schedule import Grade, study_day
from studybot.errors import SandboxUnavailable
from studybot.local_chat import Group, Message, Person
from studybot.telegram_bot.group import presses, rounds
from tests.fakes import choice_card, claim_card, code_card, discussion_card, predict_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.conftest import Stage as Scene


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show counters and lobbies without waiting for others to come together."""
    monkeypatch.setattr(rounds, "SECONDS_BETWEEN_COUNTS", 0.05)
    monkeypatch.setattr(presses, "SECONDS_BETWEEN_LOBBIES", 0.0)


async def later(scene: Scene, seconds: float) -> None:
    """Let time pass, and wait until the bot has done what is due."""
    scene.clock.move(timedelta(seconds=seconds))
    await scene.bot.tick()
    await scene.bot.groups.clock.settled()


async def until(happened: Callable[[], object]) -> None:
    """Wait for what the chat does not show."""
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - the fake store tells nobody
            await asyncio.sleep(0.005)


def as_a_jail(snippet: Snippet) -> RunResult:
    """Give other values for the whole sum than for the sums of the rows."""
    values = (3.0, 4.0) if "x.sum()" in snippet.code else (1.0, 2.0)
    return RunResult(RunStatus.OK, value=[[[], value, 0, 0, 0] for value in values])


async def lobby_with(scene: Scene, people: Sequence[Person], words: str = "") -> tuple[Group, Message]:
    group = scene.chat.group("Study", people)
    await people[0].send(f"/challenge {words}".strip(), to=group)
    return group, await people[0].next_message(group)


async def started(scene: Scene, people: Sequence[Person], words: str = "1") -> tuple[Group, Message]:
    """Play up to the first question."""
    group, lobby = await lobby_with(scene, people, words)
    for person in people[1:]:
        await person.press(lobby, "✋ Join")
    if len(people) == 1:
        await people[0].press(lobby, "▶ Start")
    return group, await people[0].next_message(group)


async def three(scene: Scene) -> list[Person]:
    return [scene.ann, scene.chat.person("Bob <b>"), scene.chat.person("Eve")]


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


_SPEAKING = ("send", "edit")


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


# the lobby


async def test_the_moderator_alone_changes_the_rules_and_may_pass_that_on(stage: SetStage) -> None:
    async with stage(choice_card(), claim_card()) as scene:
        ann, bob, eve = await three(scene)
        _group, lobby = await lobby_with(scene, [ann, bob, eve])
        await bob.press(lobby, "✋ Join")

        refused = await bob.press(lobby, "⚙ Rules")
        await ann.press(lobby, "👑 Pass on")
        await ann.press(lobby, "Bob <b>")
        await bob.press(lobby, "⚙ Rules")
        await bob.press(lobby, "cards: 3")
        await bob.press(lobby, "30 s")
        await bob.press(lobby, "📚 Topics")
        await bob.press(lobby, "tensors")
        await bob.press(lobby, "◂ Back")
        await scene.chat.wait_for(lambda: "Cards: 3 · tensors · 30 s a vote" in lobby.text)

        assert refused.text == "The moderator decides that."
        assert "👑 Bob <b> moderates." in lobby.text


async def test_a_moderator_who_leaves_the_group_is_succeeded(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = await three(scene)
        group, lobby = await lobby_with(scene, [ann, bob, eve])
        await bob.press(lobby, "✋ Join")

        _leave(scene, group, ann)
        await until(lambda: _only(scene).moderator == bob.id)
        await bob.press(lobby, "▶ Start")

        await scene.chat.wait_for(lambda: "Which?" in group.last_from_bot.text)


async def test_where_the_moderator_is_silent_anybody_may_start(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = await three(scene)
        _group, lobby = await lobby_with(scene, [ann, bob, eve])
        await bob.press(lobby, "✋ Join")

        early = await bob.press(lobby, "▶ Start")
        scene.clock.move(timedelta(minutes=4))
        await bob.press(lobby, "▶ Start")

        assert early.text == "The moderator decides that."
        await until(lambda: scene.store.kept_rounds)


async def test_one_challenge_at_a_time_in_a_group(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, _question = await started(scene, [ann, bob])

        await bob.send("/challenge", to=group)

        await scene.chat.wait_for(lambda: "comes first" in group.last_from_bot.text)
        assert len(scene.store.kept_challenges) == 1


async def test_a_lobby_that_nobody_starts_is_called_off(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        _group, lobby = await lobby_with(scene, [scene.ann, scene.chat.person("Bob")])

        await later(scene, 31 * 60)

        assert "Called off." in lobby.text
        assert lobby.buttons == []


async def test_lobbies_open_by_themselves_at_their_hour(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:  # Monday 09:00 in Seoul
        ann = scene.ann
        group = scene.chat.group("Study", [ann, scene.chat.person("Bob")])
        await ann.send("/challenge weekdays 16:00", to=group)
        told = await ann.next_message(group)

        await later(scene, 7 * 3600)
        lobby = await ann.next_message(group)
        await later(scene, 60)
        await ann.send("/challenge off", to=group)
        ended = await ann.next_message(group)

        assert "next Mon, Nov 16 4:00 PM" in told.text
        assert "Nobody moderates" in lobby.text
        assert "No lobby opens by itself" in ended.text
        assert not scene.store.weeklies


async def test_a_link_brings_the_bot_into_a_group_and_opens_a_lobby(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann = scene.ann
        await ann.send("/challenge")
        way = await ann.next_message()
        group = scene.chat.group("Study", [ann, scene.chat.person("Bob")])
        await ann.send(f"/start@{scene.chat.bot_username} challenge", to=group)

        assert (await ann.press(way, "👥 Choose a group")).url == (
            f"https://t.me/{scene.chat.bot_username}?startgroup=challenge"
        )
        assert "A challenge together" in (await ann.next_message(group)).text


# learners


async def test_only_who_pressed_start_gets_what_they_missed_in_private(stage: SetStage) -> None:
    async with stage(choice_card(), claim_card("other")) as scene:
        ann, bob, eve = people = await three(scene)
        for person in (ann, bob):
            await person.send("/start")
            await person.next_message()
        _group, question = await started(scene, people, "1")
        wrong = "five" if "Which?" in question.text else "True"
        right = "four" if "Which?" in question.text else "False"
        await ann.press(question, right)
        await bob.press(question, wrong)
        await eve.press(question, wrong)
        for _ in range(3):
            await later(scene, 200)
        sent = await bob.next_message()
        card = await bob.next_message()

        assert "fresh variants of what you missed (1)" in sent.text
        assert card.buttons
        assert len(ann.private.messages) == 2, "she was right"
        assert eve.private.messages == [], "she never pressed Start"
        assert not scene.chat.refusals


async def test_the_first_vote_feeds_the_schedule_of_due_cards_only(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        for person in (ann, bob):
            await person.send("/start")
            await person.next_message()
        learner = await scene.store.learner_of_chat(ChatId(ann.id))
        assert learner is not None
        card = scene.deck.cards[0]
        today = study_day(scene.clock.now(), learner.settings.tz)
        before = scene.outside.scheduler_of(learner).review(None, Grade.GOOD, on=today - timedelta(days=1))
        scene.store.memories[learner.id, card.card_id] = before
        group, question = await started(scene, [ann, bob])
        await ann.press(question, "four")
        await bob.press(question, "four")

        await later(scene, 4)
        await ann.next_message(group)

        (review,) = await scene.store.reviews_of(learner.id)
        assert review.grade == Grade.GOOD, "a vote is never perfect"
        assert review.before == before
        other = await scene.store.learner_of_chat(ChatId(bob.id))
        assert other is not None
        assert not await scene.store.reviews_of(other.id), "it was never due for him"
        assert await scene.store.study_days(other.id) == [today], "he voted, and that counts as a day"


async def test_a_revote_never_counts(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        await ann.send("/start")
        await ann.next_message()
        learner = await scene.store.learner_of_chat(ChatId(ann.id))
        assert learner is not None
        card = scene.deck.cards[0]
        today = study_day(scene.clock.now(), learner.settings.tz)
        before = scene.outside.scheduler_of(learner).review(None, Grade.GOOD, on=today - timedelta(days=1))
        scene.store.memories[learner.id, card.card_id] = before
        group, question = await started(scene, [ann, bob])
        await ann.press(question, "five")
        await bob.press(question, "four")
        await later(scene, 4)
        await scene.chat.wait_for(lambda: "Convince" in question.text)
        await ann.press(question, "four")

        await later(scene, 200)
        await ann.next_message(group)

        (review,) = await scene.store.reviews_of(learner.id)
        assert review.grade == Grade.RECOGNISED


# whatever goes wrong


async def test_a_sandbox_that_is_down_puts_the_card_off_with_a_plain_sentence(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, lobby = await lobby_with(scene, [ann, bob], "1")
        scene.runner.down = SandboxUnavailable("bubblewrap is gone")
        await bob.press(lobby, "✋ Join")
        sorry = await ann.next_message(group)

        scene.runner.down = None
        await later(scene, 31)

        assert "that is our fault" in sorry.text
        assert "Which?" in (await ann.next_message(group)).text


async def test_a_sandbox_that_stays_down_ends_the_challenge_and_grades_nobody(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, lobby = await lobby_with(scene, [ann, bob], "1")
        scene.runner.down = SandboxUnavailable("bubblewrap is gone")
        await bob.press(lobby, "✋ Join")
        await ann.next_message(group)
        for _ in range(5):
            await later(scene, 31)

        assert "We end here" in (await ann.next_message(group)).text
        assert "Nobody voted this time." in (await ann.next_message(group)).text


async def test_a_question_that_somebody_deleted_is_asked_again(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        people = await three(scene)
        group, question = await started(scene, people)
        await people[0].press(question, "four")
        await people[1].press(question, "five")
        _delete(scene, question)

        await later(scene, 61)
        again = await people[0].next_message(group)
        await people[2].press(again, "four")
        await later(scene, 120)

        assert "Convince" in again.text or "✅" in again.text
        assert "Right:" in (await people[0].next_message(group)).text


async def test_a_group_that_is_upgraded_goes_on_in_its_new_chat(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        old = scene.chat.group("Study", [ann, bob], basic=True)
        await ann.send("/challenge 1", to=old)
        lobby = await ann.next_message(old)
        await bob.press(lobby, "✋ Join")
        question = await ann.next_message(old)
        await ann.press(question, "four")

        new = old.upgrade()
        again = await ann.next_message(new)
        await bob.press(again, "four")
        await later(scene, 4)

        assert "Which?" in again.text
        assert "Right: 2 of 2." in (await ann.next_message(new)).text
        assert not scene.chat.refusals


async def test_a_bot_that_is_put_out_calls_the_challenge_off(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, _question = await started(scene, [ann, bob])

        group.remove_bot(by=ann)
        await until(lambda: _only(scene).stage is Stage.CALLED_OFF)
        await later(scene, 300)
        group.add_bot(by=ann)
        await ann.send("/challenge", to=group)

        assert "A challenge together" in (await ann.next_message(group)).text
        assert not scene.chat.refusals


async def test_two_groups_and_a_private_quiz_do_not_mix(stage: SetStage) -> None:
    async with stage(choice_card(), choice_card("other")) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        await ann.send("/start")
        hello = await ann.next_message()
        await ann.press(hello, hello.buttons[0][0])
        private = await ann.next_message()
        one, other = (scene.chat.group(title, [ann, bob]) for title in ("One", "Other"))
        questions = []
        for group in (one, other):
            await ann.send("/challenge 1", to=group)
            await bob.press(await ann.next_message(group), "✋ Join")
            questions.append(await ann.next_message(group))
        await ann.press(questions[0], "four")
        await ann.press(questions[1], "five")
        await ann.press(private, "four")

        votes = [(vote.person, vote.text) for vote in scene.store.votes.values()]
        assert votes == [(ann.id, "0"), (ann.id, "1")]
        assert len(scene.store.kept_rounds) == 2
        await scene.chat.wait_for(lambda: "Right!" in private.text)


async def test_members_who_never_joined_are_in_when_they_vote(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = await three(scene)
        _group, lobby = await lobby_with(scene, [ann, bob, eve], "1")
        await bob.press(lobby, "✋ Join")
        await ann.press(lobby, "▶ Start")
        question = await ann.next_message(_group)

        toast = await eve.press(question, "four")

        assert "1 of 3" in (toast.text or "")
        assert MemberId(eve.id) in {member.person for member in await scene.store.members(_only(scene).id)}


async def test_it_stops_where_nobody_votes(stage: SetStage) -> None:
    async with stage(choice_card("one"), choice_card("two"), choice_card("three")) as scene:
        group, _question = await started(scene, [scene.ann, scene.chat.person("Bob")], "3")

        for _ in range(6):
            await later(scene, 100)

        assert "Nobody voted this time." in group.last_from_bot.text
        assert len(scene.store.kept_rounds) == 2


def _only(scene: Scene) -> Challenge:
    (challenge,) = scene.store.kept_challenges.values()
    return challenge


def _leave(scene: Scene, group: Group, person: Person) -> None:
    from studybot.local_chat import actions

    actions.leave(scene.chat.world, group.id, person.id)
    scene.chat.world.state.commit()


def _delete(scene: Scene, message: Message) -> None:
    scene.chat.world.state.drop_message(message.chat_id, message.id)
    scene.chat.world.state.commit()
