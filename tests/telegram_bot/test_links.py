"""Links that bring somebody to a topic."""

import pytest

from studybot.telegram_bot.private import challenge_of_link, topic_of_link
from tests.fakes import predict_card
from tests.telegram_bot.conftest import SetStage

LINKS = {
    "/start deck_contiguity": "contiguity",
    "/start@bot deck_nn-module": "nn-module",
    "/start": None,
    "/start c_42": None,
    "/start deck_" + "x" * 99: None,
    None: None,
}


def test_a_link_to_a_challenge_beyond_all_numbers_leads_nowhere() -> None:
    assert challenge_of_link("/start c_42") == 42
    assert challenge_of_link(f"/start c_{'9' * 19}") is None


@pytest.mark.parametrize(("text", "topic"), LINKS.items())
def test_the_topic_of_a_link_is_read(text: str | None, topic: str | None) -> None:
    assert topic_of_link(text) == topic


async def test_a_newcomer_by_a_link_begins_with_its_topic(stage: SetStage) -> None:
    cards = [predict_card(f"a{n}", topic="first") for n in range(5)] + [predict_card("b", topic="linked")]
    async with stage(*cards) as on:
        await on.ann.send("/start deck_linked")
        hello = await on.ann.next_message()
        await on.ann.press(hello, hello.buttons[0][0])

        card = await on.ann.next_message()

        assert "1/5 · linked" in card.text


async def test_who_knows_the_bot_begins_with_the_topic_at_once(stage: SetStage) -> None:
    cards = [predict_card(f"a{n}", topic="first") for n in range(5)] + [predict_card("b", topic="linked")]
    async with stage(*cards) as on:
        await on.ann.send("/start")
        await on.ann.next_message()

        await on.ann.send("/start deck_linked")

        assert "linked" in (await on.ann.next_message()).text


async def test_a_link_to_a_topic_that_is_not_there_is_an_ordinary_start(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/start deck_nothing")
        hello = await on.ann.next_message()
        await on.ann.press(hello, hello.buttons[0][0])

        assert "1/1 · tensors" in (await on.ann.next_message()).text
