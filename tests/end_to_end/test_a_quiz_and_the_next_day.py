"""The whole story: the bot over HTTP, SQLite, cards of the deck, torch in the jail. Only time stands still."""

from datetime import timedelta
from pathlib import Path

import pytest

from studybot.config import load_config
from studybot.core.learner import ChatId
from studybot.core.sm2 import Sm2
from studybot.deck.loader import load_deck
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Message
from studybot.wiring import open_outside
from tests.end_to_end.player import Player
from tests.fakes import FrozenClock
from tests.telegram_bot.conftest import account_of, serving

pytestmark = [pytest.mark.jail]


async def play_the_day(player: Player, card: Message, *, wrong: int) -> tuple[list[str], Message]:
    """Answer until the summary comes, the first `wrong` cards wrongly; return the cards asked and the summary."""
    asked: list[str] = []
    while "/" in card.text.split("·")[0]:
        answered = await player.answer(card, right=len(asked) >= wrong)
        assert "torch" in card.text
        asked.append(answered.id)
        card = await player.next(card)
    return asked, card


@pytest.fixture(params=["jails of its own", "a fleet of two workers"])
def broker(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "jails of its own" else request.getfixturevalue("broker_url")


async def test_a_quiz_is_played_to_its_end_and_tomorrow_the_right_cards_are_due(home: Path, broker: str) -> None:
    clock = FrozenClock()
    deck = [one.card for one in load_deck(home / "cards").cards]
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url, broker_url=broker)
        async with open_outside(config, clock) as outside, serving(account_of(chat), outside) as bot:
            ann = chat.person("Ann", language="ko")
            player = Player(ann, deck, home / "var" / "studybot.db")
            await ann.send("/start")
            hello = await ann.next_message()
            assert hello.text.startswith("안녕하세요!")

            await ann.press(hello, "▶ 첫 카드 풀기")
            first_day, summary = await play_the_day(player, await ann.next_message(timeout=60), wrong=1)
            assert len(set(first_day)) == 5
            assert first_day[-1] == first_day[0], "the card that was wrong comes back at the end"
            assert "5장 중 4장을 처음에 맞혔어요." in summary.text
            assert "내일: 5장" in summary.text

            await outside.deck.ready()  # the bot's own first tick waits for that, too
            clock.move(timedelta(days=1))
            assert await bot.tick() == 1
            reminder = await ann.next_message()
            assert not reminder.silent
            assert "오늘 카드 10장" in reminder.text
            await ann.press(reminder, "시작하기")
            second_day, _ = await play_the_day(player, await ann.next_message(), wrong=0)
            assert set(second_day[:5]) == set(first_day), "what is due comes before what is new"
            assert len(set(second_day)) == 10

            learner = await outside.store.learner_of_chat(ChatId(ann.id))
            assert learner is not None
            reviews = await outside.store.reviews_of(learner.id)
            memories = await outside.store.memories_of(learner.id)
            for card_id, memory in memories.items():
                history = [(review.day, review.grade) for review in reviews if review.card_id == card_id]
                assert Sm2().replay(history) == memory
            assert len(reviews) == len(first_day) + len(second_day)
            assert {review.torch_version for review in reviews} == {outside.runner.torch_version}
        assert not chat.refusals
