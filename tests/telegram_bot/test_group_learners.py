"""What a challenge brings to those who learn in private, too."""

from datetime import timedelta

import pytest

from studybot.core.learner import ChatId, Learner
from studybot.core.schedule import Grade, Memory, study_day
from studybot.local_chat import Person
from tests.fakes import choice_card, claim_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.conftest import Stage as Scene
from tests.telegram_bot.group_table import later, started, three

pytestmark = pytest.mark.usefixtures("soon")


async def learner_of(scene: Scene, person: Person) -> Learner:
    """Let somebody press Start, and return them as a learner."""
    await person.send("/start")
    await person.next_message()
    learner = await scene.store.learner_of_chat(ChatId(person.id))
    assert learner is not None
    return learner


async def with_a_due_card(scene: Scene, person: Person) -> tuple[Learner, Memory]:
    """Let somebody have learnt the deck's card yesterday, so that it is due; return what they remember of it."""
    learner = await learner_of(scene, person)
    yesterday = study_day(scene.clock.now(), learner.settings.tz) - timedelta(days=1)
    memory = scene.outside.scheduler_of(learner).review(None, Grade.GOOD, on=yesterday)
    scene.store.memories[learner.id, scene.deck.cards[0].card_id] = memory
    return learner, memory


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
        learner, before = await with_a_due_card(scene, ann)
        other = await learner_of(scene, bob)
        group, question = await started(scene, [ann, bob])
        await ann.press(question, "four")
        await bob.press(question, "four")

        await later(scene, 4)
        await ann.next_message(group)

        (review,) = await scene.store.reviews_of(learner.id)
        assert review.grade == Grade.GOOD, "a vote is never perfect"
        assert review.before == before
        assert not await scene.store.reviews_of(other.id), "it was never due for him"
        assert await scene.store.study_days(other.id) == [study_day(scene.clock.now(), other.settings.tz)], (
            "he voted, and that counts as a day"
        )


async def test_a_revote_never_counts(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        learner, _ = await with_a_due_card(scene, ann)
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
