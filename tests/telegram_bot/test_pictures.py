"""The picture that goes with a verdict, as it arrives in the chat."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.value import Value
from studybot.local_chat import Message
from studybot.local_chat.image_size import picture_size
from tests.fakes import choice_card, predict_card
from tests.pictures.layouts import TRANSPOSED
from tests.telegram_bot.conftest import SetStage, Stage, account_of, serving
from tests.telegram_bot.test_private_chat import first_card, typed


def pictures(stage: Stage) -> list[Message]:
    return [message for message in stage.ann.private.messages if message.file is not None and message.from_bot]


def telling(value: Value, status: RunStatus = RunStatus.OK) -> Callable[[Snippet], RunResult]:
    """Answer 4 to every snippet, and this to the programs that look for a picture."""
    return lambda snippet: RunResult(status, value=value) if snippet.harness else RunResult(RunStatus.OK, value=4)


async def all_is_handled(on: Stage) -> None:
    """Wait until the bot has answered what came last: updates of one chat are handled in their order."""
    await on.ann.send("/help")
    await on.chat.wait_for(lambda: "/settings" in on.ann.private.messages[-1].text)


async def test_the_picture_arrives_once_and_silently_below_the_verdict(stage: SetStage) -> None:
    async with stage(predict_card(picture="memory"), language="ko") as on:
        on.runner.results = telling(TRANSPOSED)
        card = await first_card(on.ann)

        await typed(on.ann, "4", card)
        picture = await on.ann.next_message()

        assert picture.text == "메모리에는 이렇게 놓여 있어요."
        assert picture.silent
        assert picture.file is not None
        assert (picture_size(picture.file) or (0, 0))[0] == 1280
        await all_is_handled(on)
        assert len(pictures(on)) == 1
        assert not on.chat.refusals


async def test_a_second_press_brings_no_second_picture(stage: SetStage) -> None:
    async with stage(choice_card(picture="memory")) as on:
        on.runner.results = telling(TRANSPOSED)
        card = await first_card(on.ann)
        data = card.data_of("four")["callback_data"]

        for press in [on.ann.tap(card, data), on.ann.tap(card, data)]:
            await on.ann.answer_to(press)
        await all_is_handled(on)

        assert len(pictures(on)) == 1


async def test_an_answer_handled_again_after_a_crash_brings_no_second_picture(
    stage: SetStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: asyncio.Queue[int] = asyncio.Queue()

    async def forget(update_ids: Sequence[int]) -> None:
        """Leave the updates as they were, as a crash before this note would."""
        for update_id in update_ids:
            handled.put_nowait(update_id)

    async with stage(choice_card(picture="memory")) as on:
        on.runner.results = telling(TRANSPOSED)
        monkeypatch.setattr(on.store, "finish_updates", forget)
        card = await first_card(on.ann)
        await on.ann.press(card, "four")
        start, go_on, press = [await handled.get() for _ in range(3)]
        assert len(pictures(on)) == 1

        async with serving(account_of(on.chat), on.outside):
            again = [await handled.get() for _ in range(3)]

        assert again == [start, go_on, press]
        assert len(pictures(on)) == 1


async def test_a_wrong_answer_that_may_be_mended_shows_no_picture_yet(stage: SetStage) -> None:
    async with stage(predict_card(picture="memory")) as on:
        on.runner.results = telling(TRANSPOSED)
        card = await first_card(on.ann)

        await typed(on.ann, "5", card)
        await all_is_handled(on)

        assert not pictures(on)


async def test_a_picture_that_telegram_has_is_sent_without_another_run(stage: SetStage) -> None:
    async with stage(predict_card(picture="memory")) as on:
        on.runner.results = telling(TRANSPOSED)
        card = await first_card(on.ann)
        await on.ann.press(card, "I don't know")  # so that it comes back today
        await on.ann.next_message()

        await on.ann.press(card, "Next ▸")
        again = await on.ann.next_message()
        await typed(on.ann, "4", again)
        await on.ann.next_message()

        first, second = pictures(on)
        assert first.file == second.file
        assert sum(bool(snippet.harness) for snippet in on.runner.asked) == 1


async def test_a_picture_that_telegram_has_forgotten_is_drawn_anew(stage: SetStage) -> None:
    async with stage(predict_card(picture="memory")) as on:
        on.runner.results = telling(TRANSPOSED)
        card = await first_card(on.ann)
        await on.ann.press(card, "I don't know")
        await on.ann.next_message()
        await on.ann.press(card, "Next ▸")
        again = await on.ann.next_message()

        on.chat.fail_next("sendPhoto", 400, description="Bad Request: wrong file identifier/HTTP URL specified")
        await typed(on.ann, "4", again)
        await on.ann.next_message()

        assert len(pictures(on)) == 2
        assert sum(bool(snippet.harness) for snippet in on.runner.asked) == 2


@pytest.mark.parametrize("told", [None, "rubbish"])
async def test_a_picture_that_cannot_be_drawn_leaves_the_verdict_alone(stage: SetStage, told: Value) -> None:
    async with stage(predict_card(picture="graph")) as on:
        on.runner.results = telling(told)
        card = await first_card(on.ann)

        await typed(on.ann, "4", card)
        await all_is_handled(on)

        assert "Right!" in card.text
        assert card.buttons == [["Next ▸", "↩ Undo", "⋯"]]
        assert not pictures(on)


async def test_a_picture_that_cannot_be_sent_leaves_the_verdict_alone(stage: SetStage) -> None:
    async with stage(predict_card(picture="memory")) as on:
        on.runner.results = telling(TRANSPOSED)
        card = await first_card(on.ann)

        on.chat.fail_next("sendPhoto", "reset")
        await typed(on.ann, "4", card)
        await all_is_handled(on)

        assert "Right!" in card.text
        assert not pictures(on)
        assert not any("went wrong" in message.text for message in on.ann.private.messages)
