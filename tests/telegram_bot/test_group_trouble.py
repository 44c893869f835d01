"""A challenge where something goes wrong: the sandbox, the group, or those who are in it."""

import pytest

from studybot.core.challenge import Stage
from studybot.errors import SandboxUnavailable
from studybot.telegram_bot.group import clock
from tests.fakes import choice_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.group_table import delete, later, lobby_with, only, started, three, until

pytestmark = pytest.mark.usefixtures("soon")


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
        delete(scene, question)

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
        # What the bot still says to the old chat is refused, in Telegram as here: nothing is on its way any more.
        await scene.chat.wait_for(lambda: "It has begun." in lobby.text and "1 of 2 have voted." in question.text)

        new = old.upgrade()
        again = await ann.next_message(new)
        await bob.press(again, "four")
        await later(scene, 4)

        assert "Which?" in again.text
        assert "Right: 2 of 2." in (await ann.next_message(new)).text
        assert not scene.chat.refusals


async def test_a_bot_that_speaks_to_a_group_before_it_hears_of_its_upgrade_follows_it(
    stage: SetStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "PAUSE_AFTER_TROUBLE", 0.0)
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        old = scene.chat.group("Study", [ann, bob], basic=True)
        await ann.send("/challenge 1", to=old)
        await bob.press(await ann.next_message(old), "✋ Join")
        question = await ann.next_message(old)
        for person in (ann, bob):
            await person.press(question, "four")

        new = old.upgrade()
        await later(scene, 4)

        await scene.chat.wait_for(lambda: "Right: 2 of 2." in new.last_from_bot.text)


async def test_a_bot_that_is_put_out_calls_the_challenge_off(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, _question = await started(scene, [ann, bob])

        group.remove_bot(by=ann)
        await until(lambda: only(scene).stage is Stage.CALLED_OFF)
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


async def test_it_stops_where_nobody_votes(stage: SetStage) -> None:
    async with stage(choice_card("one"), choice_card("two"), choice_card("three")) as scene:
        group, _question = await started(scene, [scene.ann, scene.chat.person("Bob")], "3")

        for _ in range(6):
            await later(scene, 100)

        assert "Nobody voted this time." in group.last_from_bot.text
        assert len(scene.store.kept_rounds) == 2
