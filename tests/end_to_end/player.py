"""A person who knows the deck: finds the card that is shown by its question, and answers it rightly or wrongly."""

import asyncio
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from studybot.core.card import Language
from studybot.kinds import Card
from studybot.kinds.choice import Choice
from studybot.kinds.claim import Claim
from studybot.kinds.cloze import Cloze
from studybot.kinds.code import CodeCard
from studybot.kinds.fix import Fix
from studybot.kinds.predict import Predict
from studybot.kinds.recall import Recall
from studybot.local_chat import Message, Person
from studybot.store.engine import opened, read_only
from studybot.telegram_bot.markup import to_html
from studybot.telegram_bot.render import LETTERS

SETTLED = ("정답이에요!", "아쉬워요.", "답은 이거예요.", "Right!", "Not quite.", "Here is the answer.")
WRONG = "12345678"
PATIENT_SECONDS = 60.0


def is_settled(message: Message) -> bool:
    return any(word in message.text for word in SETTLED)


@dataclass
class Player:
    """`database` tells which variants were drawn: the player is no oracle, and the cards have many."""

    person: Person
    deck: Iterable[Card]
    database: Path | str
    told_in: dict[int, Message] = field(default_factory=dict)
    """Where the verdict stands, by the card's message, if it came below the answer."""

    @property
    def language(self) -> Language:
        return Language(self.person.record["language_code"])

    def card_of(self, message: Message) -> Card:
        """Return the variant that a message shows."""
        shown = [card for card in self._asked() if self._prompt(card) in message.text]
        if len(shown) > 1:
            shown = [card for card in shown if card.snippet.strip() in message.text]
        assert len(shown) == 1, (message.text, [card.id for card in shown])
        return shown[0]

    def _asked(self) -> Iterable[Card]:
        by_id = {card.id: card for card in self.deck}
        url = f"sqlite:///{self.database}" if isinstance(self.database, Path) else self.database
        with opened(url) as engine, read_only(engine).connect() as database:
            rows = database.exec_driver_sql("SELECT DISTINCT card_id, seed FROM showings WHERE asked_at IS NOT NULL")
            return {card.variant_key(seed) + card_id: card.variant(seed) for card_id, seed in rows
                    for card in (by_id[card_id],)}.values()  # fmt: skip

    def _prompt(self, card: Card) -> str:
        html = to_html(card.question(0).prompt.in_(self.language))
        text = re.sub(r"</?(code|b|i)>", "", html)
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    async def answer(self, message: Message, *, right: bool = True) -> Card:
        """Answer a card and wait for the verdict; a wrong typed answer is given as often as the kind lets one try."""
        card = self.card_of(message)
        typed = typed_answer(card)
        if typed is not None:
            for text in [typed] if right else [WRONG] * card.tries:
                told = await self.send_answer(self.told_in.get(message.id, message), text)
                self.told_in[message.id] = told
        else:
            for label in self.buttons_for(card, message, right=right):
                version = message.version
                await self.person.press(message, label, timeout=PATIENT_SECONDS)
                await self.person.next_edit(message, since=version, timeout=PATIENT_SECONDS)
        told = self.told_in.get(message.id, message)
        try:
            async with asyncio.timeout(PATIENT_SECONDS):
                await self.person.private.world.state.until(lambda: is_settled(told))
        except TimeoutError:
            raise TimeoutError(f"no verdict on this answer\n{self.person.private}") from None
        return card

    async def send_answer(self, card: Message, text: str) -> Message:
        """Type an answer, and return what tells what came of it: the card's message, or a new one below the answer."""
        private, version = self.person.private, card.version
        before = private.last.id
        await self.person.send(text)

        def below() -> Message | None:
            return next((one for one in private.messages if one.id > before and one.from_bot), None)

        async with asyncio.timeout(PATIENT_SECONDS):
            await private.world.state.until(lambda: card.version > version or below())
        if (told := below()) is None:
            return card
        self.person.has_read(told)
        return told

    async def next(self, message: Message) -> Message:
        """Press "next" and return what comes, once the bot is done with the press: the button is gone then."""
        message = self.told_in.pop(message.id, message)
        await self.person.press(message, message.buttons[-1][0], timeout=PATIENT_SECONDS)
        coming = await self.person.next_message(timeout=PATIENT_SECONDS)
        while coming.file is not None:  # the picture of the card before
            coming = await self.person.next_message(timeout=PATIENT_SECONDS)
        async with asyncio.timeout(PATIENT_SECONDS):
            await self.person.private.world.state.until(lambda: len(message.buttons[0]) == 1)
        return coming

    def buttons_for(self, card: Card, message: Message, *, right: bool) -> Iterable[str]:
        """Yield the labels of the buttons that answer a card rightly or wrongly; look at the message anew each time."""
        match card:
            case Claim():
                labels = dict(
                    zip((True, False, "depends"), (one for row in message.buttons for one in row), strict=False)
                )
                yield labels[card.holds if right else card.holds is False]
            case Recall():
                yield message.buttons[0][0]
                yield message.buttons[-1][-1] if right else message.buttons[0][0]
            case Choice(several=True):
                for option in card.options:
                    if option.right or not right:
                        yield f"☐ {self._label(option.text.text.in_(self.language), message, '☐ ')}"
                yield message.buttons[-2][0]
            case Choice():
                option = next(one for one in card.options if one.right is right)
                yield self._label(option.text.text.in_(self.language), message)
            case _:
                raise AssertionError(f"the player does not know the kind {card.kind}")

    def _label(self, text: str, message: Message, mark: str = "") -> str:
        """Return the label of an option's button: its text, or its letter."""
        if mark + text in [label for row in message.buttons for label in row]:
            return text
        plain = text.replace("`", "")
        lines = [line for line in message.text.splitlines() if line[:1] in LETTERS and line[1:].strip() == plain]
        return lines[0][0]


def typed_answer(card: Card) -> str | None:
    """Return what to type for a right answer; None where one presses buttons."""
    match card:
        case Predict():
            return card.expect if isinstance(card.expect, str) else json.dumps(card.expect)
        case CodeCard() | Fix() | Cloze():
            return card.solution
        case _:
            return None
