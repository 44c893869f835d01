"""Cards that came by chat, as whoever runs the bot sees them before they are published."""

from collections.abc import Iterator, Sequence
from html import escape

from studybot.core.card import CardId
from studybot.core.phrase import Phrase
from studybot.deck_ports import Proposed, Refused
from studybot.flows.add_cards import Preview
from studybot.locale import Speech
from studybot.telegram_bot import render
from studybot.telegram_bot.add_buttons import DropCards, PublishCards
from studybot.telegram_bot.markup import clipped, plain_block
from studybot.telegram_bot.view import Key, View

LONGEST_LIST = 3000


def refused(outcome: Refused, say: Speech) -> View:
    """Return what is to be mended first, each with its line."""
    head = _text(Phrase("That cannot join the deck yet:"), say)
    problems = "\n".join(map(say, outcome.problems))
    return View(f"✋ {head}\n{plain_block(clipped(problems, LONGEST_LIST, 40))}")


def seen(outcome: Preview, say: Speech) -> Iterator[View]:
    """Yield the first cards as learners will see them, asked and answered. Their buttons are text here."""
    for shown, settled in outcome.seen:
        asked = render.question(shown, say)
        labels = "   ".join(f"[ {key.label} ]" for row in asked.keys for key in row)
        yield View(f"{asked.html}\n\n<i>{escape(labels, quote=False)}</i>" if labels else asked.html)
        if settled is not None:
            yield View(render.settled(settled, say).html)


def proposal(outcome: Preview, mark: str, topic: str, say: Speech) -> View:
    """Return what would be published, what it is like, and the buttons."""
    proposed = outcome.proposed
    if not proposed.cards:
        return View(_text(Phrase("All of these stand in the deck already, word for word."), say))
    head = Phrase("Checked and proved: {n} new cards. Publish them?", n=len(proposed.cards))
    if len(proposed.cards) == 1:
        head = Phrase("Checked and proved: one new card. Publish it?")
    lines = [f"🧪 <b>{_text(head, say)}</b>", _ids([card.card_id for card in proposed.cards])]
    if proposed.near:
        lines.append(f"👯 {_text(Phrase('Nearly the same is in the deck:'), say)}")
        lines.append(plain_block(clipped("\n".join(map(say, proposed.near)), LONGEST_LIST, 12)))
    keys = (
        Key(f"✔ {say(Phrase('Publish'))}", PublishCards(mark, topic)),
        Key(f"✖ {say(Phrase('Throw away'))}", DropCards()),
    )
    return View("\n".join(lines), (keys,))


def published(outcome: Proposed, live: Sequence[CardId], say: Speech) -> View:
    """Return what has been published, and whether it is asked by now."""
    ids = [card.card_id for card in outcome.cards]
    if not ids:
        return View(_text(Phrase("All of these stand in the deck already, word for word."), say))
    told = Phrase("Published, and asked from now on:")
    if not set(ids) <= set(live):
        told = Phrase("Published; they are asked once this machine has proved them:")
    return View(f"✅ {_text(told, say)}\n{_ids(ids)}")


def _ids(ids: Sequence[CardId]) -> str:
    return plain_block(clipped("\n".join(ids), LONGEST_LIST, 40))


def _text(phrase: Phrase, say: Speech) -> str:
    return escape(say(phrase), quote=False)
