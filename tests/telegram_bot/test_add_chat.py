"""/add: an admin's cards are checked, proved, previewed and published by a button; nobody else's are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from studybot.core.learner import ChatId, Settings
from studybot.deck.keeper import DeckKeeper
from studybot.deck.live import LiveDeck
from studybot.deck.loader import load_deck
from studybot.deck.taking_in import FolderDesk
from studybot.errors import SandboxUnavailable
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Message, Person
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot.add_buttons import PublishCards
from studybot.telegram_bot.add_chat import mark_of
from studybot.telegram_bot.app import StudyBot
from studybot.telegram_bot.pace import NO_LIMITS
from studybot.telegram_bot.view import Key, View
from tests.cli.conftest import torch_says
from tests.deck.deck_files import CARD, CHOICE, CLAIM, HEADER, write
from tests.fakes import FrozenClock
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore
from tests.telegram_bot.conftest import account_of

BARE = "\n".join(line[2:] for line in CARD.replace("shape-of-zeros", "shape-by-chat").splitlines())
PUBLISH, DROP = "✔ Publish", "✖ Throw away"


@dataclass
class Desk:
    chat: LocalChat
    bot: StudyBot
    outside: Outside
    keeper: DeckKeeper
    runner: FakeRunner
    ann: Person
    """She runs the bot."""
    bob: Person
    """He does not."""

    @property
    def live(self) -> list[str]:
        return [card.id for card in self.outside.deck.live()]

    @property
    def file(self) -> Path:
        return self.keeper.folder / "shapes" / "from-chat.yaml"

    async def button_under(self, message: Message, person: Person, mark: str) -> Message:
        """Let the bot send a button to publish what is in a message, as if it had been previewed."""
        view = View("?", ((Key(PUBLISH, PublishCards(mark, "shapes")),),))
        await self.bot.chat.send(ChatId(person.id), view, reply_to=message.id)
        return await person.next_message()

    async def last_of(self, count: int) -> Message:
        """Wait for so many messages and return the last."""
        for _ in range(count):
            message = await self.ann.next_message()
        return message


@asynccontextmanager
async def at_the_desk(folder: Path, *, language: str = "en") -> AsyncIterator[Desk]:
    write(folder, a=HEADER + CHOICE, b=HEADER + CLAIM)
    clock, store, runner = FrozenClock(), MemoryStore(), FakeRunner(torch_says)
    deck = LiveDeck(load_deck(folder))
    await deck.prove_missing(store, runner, clock)
    keeper = DeckKeeper(deck, folder, store, runner, clock)
    outside = Outside(store, deck, runner, clock, SCHEDULERS, FolderDesk(keeper))
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann, bob = chat.person("Ann", language=language), chat.person("Bob", language="en")
        async with StudyBot(account_of(chat), Settings(), outside, admins={ann.id}, limits=NO_LIMITS) as bot:
            task = asyncio.create_task(bot.run())
            try:
                yield Desk(chat, bot, outside, keeper, runner, ann, bob)
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cards").mkdir()
    return tmp_path / "cards"


async def test_a_file_is_previewed_and_published_by_a_button(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        await desk.ann.send_document((HEADER + CARD).encode(), "new.yaml", "/add")
        asked, answered, proposal = [await desk.ann.next_message() for _ in range(3)]

        assert "Which shape?" in asked.text
        assert "[ I don't know ]" in asked.text
        assert "✅ Right!" in answered.text
        assert "Two rows, three columns." in answered.text
        assert "one new card. Publish it?" in proposal.text
        assert not asked.buttons
        assert "shape-of-zeros" not in desk.live
        assert not desk.file.exists()

        version = proposal.version
        await desk.ann.press(proposal, PUBLISH)
        await desk.ann.next_edit(proposal, since=version)

        assert "Published, and asked from now on:\nshape-of-zeros" in proposal.text
        assert "shape-of-zeros" in desk.live
        assert desk.file.read_text().endswith(CARD)
        assert not desk.chat.refusals


@pytest.mark.parametrize(
    "text",
    [
        f"/add shapes\n{BARE}",
        f"/add shapes\n```yaml\n{BARE}\n```",
        f"/add\n{HEADER}{CARD.replace('of-zeros', 'by-chat')}",
    ],
    ids=["a list of cards under the topic", "a code block", "a whole deck file"],
)
async def test_text_does_as_well(folder: Path, text: str) -> None:
    async with at_the_desk(folder) as desk:
        await desk.ann.send(text)
        proposal = await desk.last_of(3)

        version = proposal.version
        await desk.ann.press(proposal, PUBLISH)
        await desk.ann.next_edit(proposal, since=version)

        assert "shape-by-chat" in desk.live, proposal.text


async def test_cards_in_an_earlier_message_are_meant_by_a_reply(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        earlier = await desk.ann.send_document(BARE.encode(), "new.yaml", "look at this")
        await desk.ann.next_message()
        await desk.ann.send("/add shapes", reply_to=earlier)
        proposal = await desk.last_of(3)

        version = proposal.version
        await desk.ann.press(proposal, PUBLISH)
        await desk.ann.next_edit(proposal, since=version)

        assert "shape-by-chat" in desk.live


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ((HEADER + CARD.replace("[2, 3]", "[3, 2]")).encode(), "refuted: the key holds: expected [3, 2], got [2, 3]"),
        ((HEADER + CARD.replace("    kind", "\tkind")).encode(), "new.yaml:6: a tab in the indentation"),
        ((HEADER + CLAIM.replace("tuple.", "pair.")).encode(), "this id is taken by cards/shapes/b.yaml:5"),
        (b"\xff\xfe\x00", "new.yaml:1: encoded as UTF-16"),
        (b"\x7fELF\x01\x00", "new.yaml:1: a control character"),
        (b"", "Send a YAML file with /add"),
        (b"#" * 100_001, "That is too large: 100 kB at most."),
    ],
    ids=["wrong key", "tabs", "taken id", "utf-16", "binary", "empty", "large"],
)
async def test_what_cannot_join_the_deck_is_told_and_nothing_is_written(
    folder: Path, content: bytes, said: str
) -> None:
    async with at_the_desk(folder) as desk:
        await desk.ann.send_document(content, "new.yaml", "/add")
        told = await desk.ann.next_message()

        assert said in told.text
        assert not told.buttons
        assert not desk.file.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + CARD.replace("[2, 3]", "[3, 2]"), "반박됨: 정답이 맞는지: 예상 [3, 2], 실제 [2, 3]"),
        (HEADER + CARD.replace("    kind", "\tkind"), "new.yaml:6: 들여쓰기에 탭이 있어요"),
    ],
    ids=["wrong key", "tabs"],
)
async def test_it_is_told_in_the_language_of_whoever_sent_it(folder: Path, content: str, said: str) -> None:
    async with at_the_desk(folder, language="ko") as desk:
        await desk.ann.send_document(content.encode(), "new.yaml", "/add")

        assert said in (await desk.ann.next_message()).text


async def test_another_file_than_yaml_is_not_read(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        await desk.ann.send_document(b"x", "new.exe", "/add")

        assert "I can read .yaml files" in (await desk.ann.next_message()).text


async def test_whoever_does_not_run_the_bot_adds_nothing(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        await desk.bob.send(f"/add shapes\n{BARE}")
        told = await desk.bob.next_message()

        assert "/today" in told.text
        assert "Publish" not in told.text
        assert desk.runner.asked
        assert not desk.file.exists()


async def test_a_button_in_other_hands_publishes_nothing(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        sent = await desk.bob.send(BARE)
        await desk.bob.next_message()
        button = await desk.button_under(sent, desk.bob, mark_of(BARE.encode(), "shapes"))

        toast = await desk.bob.press(button, PUBLISH)

        assert "has passed" in toast.text
        assert not desk.file.exists()


async def test_two_presses_publish_once(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        message = await desk.ann.send(f"/add shapes\n{BARE}")
        proposal = await desk.last_of(3)
        version = proposal.version
        await desk.ann.press(proposal, PUBLISH)
        await desk.ann.next_edit(proposal, since=version)
        await desk.ann.send("/add shapes", reply_to=message)
        again = await desk.ann.next_message()

        assert "All of these stand in the deck already" in again.text
        assert desk.file.read_text().count("shape-by-chat") == 1


async def test_a_message_that_says_something_else_than_the_preview_is_not_published(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        sent = await desk.ann.send(BARE)
        await desk.ann.next_message()
        button = await desk.button_under(sent, desk.ann, mark_of(b"what was previewed", "shapes"))

        version = button.version
        await desk.ann.press(button, PUBLISH)
        await desk.ann.next_edit(button, since=version)

        assert "says something else by now" in button.text
        assert not desk.file.exists()


async def test_thrown_away_is_gone(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        await desk.ann.send(f"/add shapes\n{BARE}")
        proposal = await desk.last_of(3)

        version = proposal.version
        await desk.ann.press(proposal, DROP)
        await desk.ann.next_edit(proposal, since=version)

        assert proposal.text == "Thrown away."
        assert not proposal.buttons
        assert not desk.file.exists()


async def test_a_near_duplicate_is_shown_before_it_is_published(folder: Path) -> None:
    twin = CLAIM.replace("shapes-are-tuples", "twin")
    async with at_the_desk(folder) as desk:
        await desk.ann.send_document((HEADER + twin).encode(), "new.yaml", "/add")
        proposal = await desk.last_of(3)

        assert "Nearly the same is in the deck:" in proposal.text
        assert '"shapes-are-tuples" (cards/shapes/b.yaml:5)' in proposal.text


async def test_a_sandbox_that_is_down_proves_nothing_and_says_so(folder: Path) -> None:
    async with at_the_desk(folder) as desk:
        desk.runner.down = SandboxUnavailable("gone")
        await desk.ann.send(f"/add shapes\n{BARE}")

        assert "resting right now" in (await desk.ann.next_message()).text
        assert not desk.file.exists()
