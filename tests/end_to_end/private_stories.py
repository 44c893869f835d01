"""What happens to one learner, told once; test_stories.py plays it on every deployment."""

import asyncio

from studybot.core.learner import ChatId
from studybot.core.sm2 import Sm2
from studybot.kinds.code import CodeCard
from studybot.local_chat import Message
from studybot.schedulers import SCHEDULERS
from studybot.store.replay import replay
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.player import PATIENT_SECONDS, Player, is_settled, typed_answer


async def played_on(player: Player, card: Message, *, wrong: int = 0) -> tuple[list[str], Message]:
    """Answer until the summary comes, the first `wrong` cards wrongly; return the cards asked and the summary."""
    asked: list[str] = []
    while "/" in card.text.split("·")[0]:
        answered = await player.answer(card, right=len(asked) >= wrong)
        asked.append(answered.id)
        card = await player.next(card)
    return asked, card


async def a_quiz_and_the_next_day(on: Deployment) -> None:
    ann = on.chat.person("Ann", language="ko")
    player = on.player(ann)
    first_day, summary = await played_on(player, await on.begin(ann), wrong=1)
    assert len(set(first_day)) == 5
    assert first_day[-1] == first_day[0], "the card that was wrong comes back at the end"
    assert "5장 중 4장을 처음에 맞혔어요." in summary.text
    assert "내일: 5장" in summary.text

    await on.until(3, 59)
    await ann.send("/today")
    assert "5장 중 4장을 처음에 맞혔어요." in (await ann.next_message(timeout=PATIENT_SECONDS)).text, (
        "at 3:59 it is still the same day"
    )

    await on.until(9)
    reminder = await ann.next_message(timeout=PATIENT_SECONDS)
    assert not reminder.silent
    assert "오늘 카드 10장" in reminder.text
    await ann.press(reminder, "시작하기")
    second_day, _ = await played_on(player, await ann.next_message(timeout=PATIENT_SECONDS))
    assert set(second_day[:5]) == set(first_day), "what is due comes before what is new"
    assert len(set(second_day)) == 10

    await on.rests()
    reviews = await on.reviews(ann)
    assert [review.card_id for review in reviews] == first_day + second_day
    learner = await on.store.learner_of_chat(ChatId(ann.id))
    assert learner is not None
    memories = await on.store.memories_of(learner.id)
    for card_id, memory in memories.items():
        assert Sm2().replay([(each.day, each.grade) for each in reviews if each.card_id == card_id]) == memory
    assert all(review.torch_version for review in reviews)
    assert (await asyncio.to_thread(replay, on.database, SCHEDULERS)).differences == ()


async def everybody_is_reminded_once(on: Deployment) -> None:
    people = [on.chat.person(name) for name in ("Bea", "Ben", "Bob")]
    for person in people:
        await person.send("/start")
        await person.next_message(timeout=PATIENT_SECONDS)

    await on.until(9)
    await on.rests()
    await on.later(minutes=1)
    await on.rests()

    for person in people:
        sent = [message.text for message in person.private.messages if message.from_bot]
        assert len(sent) == 2, sent
        assert "Cards due today: 5" in sent[1]


async def code_is_answered_and_the_bot_at_it_is_killed(on: Deployment) -> None:
    cho = on.chat.person("Cho")
    player = on.player(cho)
    card = await on.begin(cho, "deck_writing")
    asked: list[str] = []
    while not isinstance(written := player.card_of(card), CodeCard):
        asked.append((await player.answer(card)).id)
        card = await player.next(card)

    asked.append(written.id)
    await on.rests()
    await cho.send(typed_answer(written) or "")
    await on.taken_in()
    await on.strike()
    await on.chat.wait_for(lambda: is_settled(cho.private.last_from_bot), timeout=PATIENT_SECONDS)
    told = cho.private.last_from_bot
    assert "Right!" in told.text
    cho.has_read(told)
    more, summary = await played_on(player, await player.next(told))

    asked += more
    assert f"{len(asked)} of {len(asked)}" in summary.text
    await on.rests()
    assert [review.card_id for review in await on.reviews(cho)] == asked
    assert len(set(asked)) == len(asked) >= 3


async def a_killed_bot_goes_on_at_the_same_card(on: Deployment) -> None:
    dan = on.chat.person("Dan")
    player = on.player(dan)
    card, asked = await on.begin(dan), []
    for _ in range(2):
        asked.append((await player.answer(card)).id)
        card = await player.next(card)
    at_the_kill = player.card_of(card).id

    await on.strike()
    await dan.send("/today")
    card = await dan.next_message(timeout=PATIENT_SECONDS)
    assert player.card_of(card).id == at_the_kill
    more, summary = await played_on(player, card)

    assert "5 of 5" in summary.text
    await on.rests()
    assert [review.card_id for review in await on.reviews(dan)] == asked + more
    assert len({*asked, *more}) == 5


async def a_press_just_before_the_kill_counts_once(on: Deployment) -> None:
    eve = on.chat.person("Eve")
    card = await on.begin(eve)

    eve.tap(card, card.data_of("I don't know")["callback_data"])
    await on.strike()  # before anything comes of it
    # Where the kill fell between Telegram's acceptance and our noting it, the card stands in a second message.
    await on.chat.wait_for(lambda: any(is_settled(each) for each in eve.private.messages), timeout=PATIENT_SECONDS)
    await on.rests()

    assert len([each for each in eve.private.messages if is_settled(each)]) == 1
    assert len(await on.reviews(eve)) == 1


async def an_answer_is_taken_back(on: Deployment) -> None:
    fay = on.chat.person("Fay")
    player = on.player(fay)
    card = await on.begin(fay)
    first = await player.answer(card, right=False)
    assert not card.text.count("Right!")

    await fay.send("/undo")
    card = await fay.next_message(timeout=PATIENT_SECONDS)
    assert not is_settled(card)
    again = await player.answer(card)
    _, summary = await played_on(player, await player.next(card))

    assert again.id == first.id
    assert "5 of 5" in summary.text, "as if it had been right at once"
    await on.rests()
    assert sum(review.card_id == first.id for review in await on.reviews(fay)) == 1
