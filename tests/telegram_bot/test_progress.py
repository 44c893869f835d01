"""/progress in the chat: a picture, with its figures in the caption."""

from dataclasses import replace

import pytest

from studybot.core.card import CardId, Language, Text
from studybot.core.progress import Named, TopicShare, WeakCard
from studybot.errors import NoPicture, SandboxUnavailable
from studybot.local_chat.image_size import picture_size
from studybot.locale import speech
from studybot.telegram_bot import me
from studybot.telegram_bot.markup import utf16_length
from studybot.telegram_bot.me_view import progress_caption
from tests.fakes import choice_card, predict_card
from tests.pictures.progresses import a_progress
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.test_private_chat import first_card, typed


async def test_progress_is_a_picture_with_the_same_figures_in_its_caption(stage: SetStage) -> None:
    async with stage(predict_card(), choice_card(topic="shapes")) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        await on.ann.press(card, "Next ▸")
        second = await on.ann.next_message()
        await on.ann.press(second, "five")

        await on.ann.send("/progress")
        picture = await on.ann.next_message()

        assert picture.file is not None
        assert (picture_size(picture.file) or (0, 0))[0] == 1280
        assert picture.silent
        assert picture.text == (
            "📈 My progress · Mon, Nov 16\n\n"
            "In the last 26 weeks: answers 2, days of study 1\n"
            "This week: 2. Cards met: 2\n"
            "Right at first: 50% (target 90%)\n"
            "Due today: 0, in 7 days: 2, in 30 days: 2\n\n"
            "Right at first, by topic:\n"
            "• shapes 0% (0/1)\n"
            "• tensors 100% (1/1)\n\n"
            "Weakest cards:\n"
            "• Which? · missed 1 of the last 1"
        )
        assert not on.chat.refusals


async def test_a_newcomer_reads_a_friendly_line_with_the_way_to_the_first_card(stage: SetStage) -> None:
    async with stage(predict_card(), language="ko") as on:
        await on.ann.send("/progress")
        line = await on.ann.next_message()
        await on.ann.press(line, "▶ 첫 카드")
        card = await on.ann.next_message()

        assert "첫 답부터 기록이 쌓여요." in line.text
        assert "What is it?" in card.text


async def test_an_answer_that_was_undone_leaves_no_trace_in_progress(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        await on.ann.press(card, "↩ Undo")

        await on.ann.send("/progress")

        assert "Your first answer" in (await on.ann.next_message()).text


async def test_a_card_that_left_the_deck_is_still_named_and_no_longer_due(stage: SetStage) -> None:
    async with stage(predict_card(topic="shapes"), choice_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        on.deck.cards = [one for one in on.deck.cards if one.card_id != CardId("double")]

        await on.ann.send("/progress")
        caption = (await on.ann.next_message()).text

        assert "• shapes 100% (1/1)" in caption
        assert "Due today: 0, in 7 days: 0, in 30 days: 0" in caption


async def test_progress_needs_no_sandbox(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        on.deck.failure = SandboxUnavailable("no bubblewrap")

        await on.ann.send("/progress")

        assert "My progress" in (await on.ann.next_message()).text


async def test_where_no_picture_can_be_drawn_the_figures_come_as_text(
    stage: SetStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_fonts(*_: object) -> bytes:
        raise NoPicture("the Nanum fonts are missing")

    monkeypatch.setattr(me, "progress_picture", no_fonts)
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)

        await on.ann.send("/progress")
        message = await on.ann.next_message()

        assert message.file is None
        assert "Right at first: 100% (target 90%)" in message.text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("answers", "lines"), [(3, 13), (200, 20), (5000, 20)])
def test_a_caption_tells_all_figures_of_the_picture(answers: int, lines: int, language: Language) -> None:
    caption = progress_caption(a_progress(answers), speech(language))

    assert utf16_length(caption) <= 1024
    assert len(caption.splitlines()) == lines


def test_a_caption_of_long_names_ends_before_telegram_refuses_it() -> None:
    smiles = Text("😀" * 60, "😀" * 60)
    weak = WeakCard(CardId("smile"), Named(smiles, smiles), (False,))
    progress = replace(a_progress(200), topics=(TopicShare(smiles, 1, 2),) * 6, weakest=(weak,) * 4)

    caption = progress_caption(progress, speech(Language.EN))

    assert 900 < utf16_length(caption) <= 1024
    assert caption.endswith("missed 1 of the last 1")
