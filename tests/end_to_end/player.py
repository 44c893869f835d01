"""A person who knows the deck: finds the card that is shown by its question, and answers it rightly or wrongly."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass

from studybot.core.card import Language
from studybot.kinds import Card
from studybot.kinds.choice import Choice
from studybot.kinds.claim import Claim
from studybot.kinds.predict import Predict
from studybot.local_chat import Message, Person
from studybot.telegram_bot.markup import to_html
from studybot.telegram_bot.render import LETTERS

SETTLED = ("정답이에요!", "아쉬워요.", "답은 이거예요.", "Right!", "Not quite.", "Here is the answer.")


def is_settled(message: Message) -> bool:
    return any(word in message.text for word in SETTLED)


@dataclass
class Player:
    person: Person
    deck: Iterable[Card]

    def card_of(self, message: Message) -> Card:
        """Return the card that a message shows."""
        language = Language(self.person.record["language_code"])

        def plain(card: Card) -> str:
            html = to_html(card.question(0).prompt.in_(language))
            for mark in ("<code>", "</code>", "<b>", "</b>", "<i>", "</i>"):
                html = html.replace(mark, "")
            return html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

        shown = [card for card in self.deck if plain(card) in message.text]
        if len(shown) > 1:
            shown = [card for card in shown if card.snippet.strip() in message.text]
        assert len(shown) == 1, (message.text, [card.id for card in shown])
        return shown[0]

    async def answer(self, message: Message, *, right: bool = True) -> Card:
        """Answer a card and wait for the verdict; a wrong typed answer is given twice."""
        card = self.card_of(message)
        match card:
            case Predict():
                text = typed_answer(card)
                for wrong_or_right in [text] if right else ["12345678", "87654321"]:
                    version = message.version
                    await self.person.send(wrong_or_right)
                    await self.person.next_edit(message, since=version)
            case _:
                await self.person.press(message, button_for(card, message, right=right))
        try:
            async with asyncio.timeout(10):
                await self.person.private.world.state.until(lambda: is_settled(message))
        except TimeoutError:
            raise TimeoutError(f"no verdict on this answer\n{self.person.private}") from None
        return card

    async def next(self, message: Message) -> Message:
        """Press "next" and return what comes, once the bot is done with the press: the button is gone then."""
        await self.person.press(message, message.buttons[-1][0])
        coming = await self.person.next_message()
        async with asyncio.timeout(10):
            await self.person.private.world.state.until(lambda: not message.buttons)
        return coming


def typed_answer(card: Predict) -> str:
    return card.expect if isinstance(card.expect, str) else json.dumps(card.expect)


def button_for(card: Card, message: Message, *, right: bool) -> str:
    """Return the label of a button that answers a card rightly or wrongly: a text, or a letter."""
    if isinstance(card, Claim):
        yes, no = message.buttons[0]
        return yes if card.holds is right else no
    assert isinstance(card, Choice), f"the player does not know the kind {card.kind}"
    option = next(one for one in card.options if one.right is right)
    labels = [label for row in message.buttons for label in row]
    for text in (option.text.ko, option.text.en):
        if text in labels:
            return text
    return next(
        line[0]
        for line in message.text.splitlines()
        for text in (option.text.ko, option.text.en)
        if line[:1] in LETTERS and line[1:].strip() == text.replace("`", "")
    )
