"""From the chat to the author's terminal: a report is reproduced with the same seed, output and verdicts."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from studybot.cli import app, cards
from studybot.config import load_config
from studybot.deck.loader import load_deck
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.ports import Runner
from studybot.wiring import open_outside
from tests.end_to_end.player import Player
from tests.fakes import FrozenClock
from tests.lent_sandbox import SandboxFromAnotherLoop
from tests.sandbox.marks import IN_THE_JAIL
from tests.telegram_bot.conftest import account_of, serving

pytestmark = [*IN_THE_JAIL, pytest.mark.usefixtures("lent_sandbox")]

WRONG = "def normalise(x):\n    print('here')\n    return x / x.sum()"


@pytest.fixture
def two_cards(home: Path) -> Path:
    """One card with many variants and one answered in code."""
    for topic, card_id, following in (
        ("gradients", "gradient-of-a-cube", "repair-"),
        ("writing", "write-norm", "stride-of"),
    ):
        file = home / "cards" / topic / f"{topic}.yaml"
        text = file.read_text(encoding="utf-8")
        first, second = text.index(f"  - id: {card_id}"), text.index(f"  - id: {following}")
        file.write_text(text[: text.index("cards:\n") + 7] + text[first:second], encoding="utf-8")
    shutil.rmtree(home / "cards" / "shapes")
    return home


async def test_a_report_made_in_chat_is_reproduced_exactly(
    two_cards: Path, pool: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = [one.card for one in load_deck(two_cards / "cards").cards]
    transcripts: dict[str, list[tuple[str, bool]]] = {}
    async with LocalChat(clock=FrozenClock().now, flood=NO_FLOOD_LIMITS) as chat:
        config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
        async with open_outside(config, FrozenClock()) as outside, serving(account_of(chat), outside):
            ann = chat.person("Ann", language="en")
            player = Player(ann, deck, two_cards / "var" / "studybot.db")
            await ann.send("/start")
            hello = await ann.next_message()
            await ann.press(hello, hello.buttons[0][0])
            card = await ann.next_message(timeout=60)
            for _ in range(2):
                shown = player.card_of(card)
                wrong = WRONG if shown.id == "write-normalise" else "12345"
                player.told_in[card.id] = await player.send_answer(card, wrong)
                await player.answer(card)
                transcripts[shown.id] = [(wrong, False)]
                told = player.told_in[card.id]
                await ann.press(told, "⋯")
                await ann.press(told, "🚩 Report this card")
                await ann.next_message()
                card = await player.next(card)

    again = SandboxFromAnotherLoop(pool, asyncio.get_running_loop())
    monkeypatch.setattr(cards, "open_runner", again.opened)
    for number in (1, 2):
        said = await asyncio.to_thread(CliRunner().invoke, app, ["cards", "reports", str(number), "--rerun", "--json"])
        record = json.loads(said.stdout)
        assert said.exit_code == 0, said.output
        rerun = record["rerun"]
        assert rerun["same"] is rerun["same_run"] is True
        assert rerun["run"] | {"wall_ms": 0} == record["run"] | {"wall_ms": 0}
        assert [(one["text"], one["right"]) for one in rerun["answers"]][:1] == transcripts[record["card"]]
        assert [one["right"] for one in rerun["answers"]] == [False, True]
        assert all(one["same"] for one in rerun["answers"])
    for_eyes = await asyncio.to_thread(CliRunner().invoke, app, ["cards", "reports", "1", "--rerun"])
    assert for_eyes.stdout.count("the same verdict as then") == 2
    assert "torch says the same as then" in for_eyes.stdout
