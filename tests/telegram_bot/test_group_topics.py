"""A group with topics: each has a challenge of its own, and what belongs to it is said there."""

import pytest

from studybot.core.challenge import Stage
from tests.fakes import choice_card, predict_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.group_table import later, until

pytestmark = pytest.mark.usefixtures("soon")


async def test_two_topics_play_at_once_and_hear_nothing_of_each_other(stage: SetStage) -> None:
    async with stage(predict_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group = scene.chat.group("Study", [ann, bob])
        views, gradients = group.topic("Views", by=ann), group.topic("Gradients", by=bob)
        questions = []
        for topic in (views, gradients):
            await ann.send("/challenge 1", to=topic)
            await bob.press(await ann.next_message(topic), "✋ Join")
            questions.append(await ann.next_message(topic))
        await ann.send("4", reply_to=questions[0])
        await bob.send("4", reply_to=questions[0])
        await ann.send("5", reply_to=questions[1])
        await ann.send("4", to=gradients)  # a reply to nothing, in Telegram to the topic itself: no answer
        await until(lambda: len(scene.store.votes) == 3)

        await later(scene, 4)
        evidence = await ann.next_message(views)
        await ann.press(evidence, "To the result ▸ 👑")
        end = await ann.next_message(views)
        await ann.send("/summary", to=views)
        notes = await ann.next_message(views)
        await ann.send("/summary", to=group)
        general = await ann.next_message(group)
        while general.id <= notes.id:
            general = await ann.next_message(group)

        assert "Right: 2 of 2." in evidence.text
        assert "The end" in end.text
        assert notes.file is not None
        assert general.text.startswith("No challenge was played here yet.")
        assert "message_thread_id" not in general.record
        assert gradients.messages[-1].text == "4", "the other topic plays on, and heard nothing"
        assert [one.thread_id for one in scene.store.kept_challenges.values()] == [views.number, gradients.number]
        assert not scene.chat.refusals


async def test_a_topic_that_is_gone_ends_its_own_challenge_and_no_other(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group = scene.chat.group("Study", [ann, bob])
        topic = group.topic("Views", by=ann)
        await ann.send("/challenge 1", to=topic)
        await bob.press(await ann.next_message(topic), "✋ Join")
        question = await ann.next_message(topic)
        for person in (ann, bob):
            await person.press(question, "four")
        group.delete_topic(topic)

        await later(scene, 4)
        await ann.send("/challenge 1", to=group)
        await scene.chat.wait_for(lambda: "A challenge together" in group.last_from_bot.text)

        assert group.last_from_bot.id > question.id
        assert [one.stage for one in scene.store.kept_challenges.values()] == [Stage.CALLED_OFF, Stage.LOBBY]
