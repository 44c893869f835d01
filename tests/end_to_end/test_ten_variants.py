"""One parametric card, ten showings through the whole bot: ten questions, and torch bears out each key."""

from datetime import timedelta
from pathlib import Path

import pytest

from studybot.config import load_config
from studybot.deck.loader import load_deck
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.wiring import open_outside
from tests.end_to_end.player import Player
from tests.fakes import FrozenClock
from tests.sandbox.marks import IN_THE_JAIL
from tests.telegram_bot.conftest import account_of, serving

pytestmark = [*IN_THE_JAIL, pytest.mark.usefixtures("lent_sandbox")]

SLOWLY = timedelta(seconds=130)
"""Right, but so slow that the card is drilled once more."""


@pytest.fixture
def one_card(home: Path) -> Path:
    """The deck with its parametric card alone."""
    file = home / "cards" / "gradients" / "gradients.yaml"
    text = file.read_text(encoding="utf-8")
    first, second = text.index("  - id: gradient-of-a-cube"), text.index("  - id: repair")
    file.write_text(text[:first] + text[first:second], encoding="utf-8")
    for topic in ("shapes", "writing"):
        for other in (home / "cards" / topic).iterdir():
            other.unlink()
        (home / "cards" / topic).rmdir()
    return home


async def test_ten_showings_of_one_card_are_ten_questions_with_a_right_key_each(one_card: Path) -> None:
    clock = FrozenClock()
    deck = [one.card for one in load_deck(one_card / "cards").cards]
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
        async with open_outside(config, clock) as outside, serving(account_of(chat), outside):
            ann = chat.person("Ann", language="en")
            player = Player(ann, deck, one_card / "var" / "studybot.db")
            await ann.send("/start")
            hello = await ann.next_message()
            await ann.press(hello, hello.buttons[0][0])
            card = await ann.next_message(timeout=60)

            questions = set()
            for _ in range(10):
                questions.add(tuple(card.pieces("pre")))
                clock.move(SLOWLY)
                await player.answer(card)
                assert "Right!" in card.text
                card = await player.next(card)

    assert len(questions) == 10
