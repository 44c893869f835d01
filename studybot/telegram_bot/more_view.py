"""What else can be done with a card: found, put away, reported; and what whoever runs the bot is told of it."""

from collections.abc import Sequence
from html import escape

from studybot.core.card import CardId
from studybot.core.phrase import Phrase, Said
from studybot.core.quiz import Showing
from studybot.core.report import Report
from studybot.core.show import evidence
from studybot.kinds import Card
from studybot.locale import Speech
from studybot.telegram_bot.buttons import LessOf, OfCard, ReportCard
from studybot.telegram_bot.markup import clipped, plain_block, to_plain
from studybot.telegram_bot.view import Key, View

LONGEST_FOUND = 140
MOST_EVIDENCE = 700
MOST_NEWS, MOST_NEWS_TEXT = 10, 3000
REPORTED = "🚩"


def more_rows(showing: Showing, say: Speech) -> tuple[tuple[Key, ...], ...]:
    """Return what else can be done with an answered card."""
    return (
        put_away_row(showing.card_id, say),
        (Key(f"🚩 {say(Phrase('Report this card'))}", ReportCard(showing.id)),),
        (Key(f"◂ {say(Phrase('Back'))}", LessOf(showing.id)),),
    )


def reported(report: Report, say: Speech) -> View:
    """Return our thanks for a report; a reply to it becomes its note, which is told by the number in it."""
    told = Phrase(
        "#{id}: reported, thank you. It is kept and passed on. What is wrong? Reply to this message in a sentence.",
        id=report.id,
    )
    return View(f"{REPORTED} {_text(told, say)}")


def put_away_row(card_id: CardId, say: Speech) -> tuple[Key, ...]:
    """Return the ways to be left alone by a card."""
    bury = Key(f"💤 {say(Phrase('Not today'))}", OfCard("bury", card_id))
    return (bury, Key(f"⏸ {say(Phrase('Never again'))}", OfCard("suspend", card_id)))


def found(cards: Sequence[Card], say: Speech, *, unproved: int = 0) -> View:
    """Return what a search found, each with a button that asks it; cards that are still `unproved` cannot be found."""
    if not cards and unproved:
        later = Phrase("Nothing found yet: {n} cards are still being proved. Try again in a minute.", n=unproved)
        return View(_text(later, say))
    if not cards:
        return View(_text(Phrase("Nothing found. One or two words of the question or the topic do best."), say))
    lines, rows = [], []
    for place, card in enumerate(cards, 1):
        prompt = to_plain(say(card.question(0).prompt))
        lines.append(f"<b>{place}</b>  {escape(clipped(prompt, LONGEST_FOUND, 2), quote=False)}")
        ask = Key(f"{place} · {say(Phrase('Ask me'))}", OfCard("ask", card.card_id))
        rows.append((ask, Key("⋯", OfCard("more", card.card_id))))
    return View("\n\n".join(lines), tuple(rows))


def put_away(what: Phrase, card_id: CardId, say: Speech) -> View:
    """Return what became of a card that was put away, with the way back."""
    return View(_text(what, say), ((Key(f"↩ {say(Phrase('Take it back'))}", OfCard("back", card_id)),),))


def reported_to_admin(report: Report, say: Speech) -> View:
    """Return a report for whoever runs the bot."""
    head = Phrase("Report #{id} on the card {card}", id=report.id, card=report.card_id)
    facts = f"revision {report.revision} · seed {report.seed} · {report.run.status} · torch {report.run.torch_version}"
    lines = [f"{REPORTED} <b>{_text(head, say)}</b>", escape(facts, quote=False)]
    if report.note:
        lines.append(f"“{escape(report.note, quote=False)}”")
    lines.append(f"{_text(Phrase('Answer:'), say)}\n{plain_block(clipped(report.answer or '-', MOST_EVIDENCE))}")
    if told := evidence(report.run):
        lines.append(f"{_text(Phrase('torch says'), say)}\n{plain_block(clipped(told, MOST_EVIDENCE))}")
    return View("\n".join(lines))


def withheld(news: Sequence[Said], say: Speech) -> View:
    """Return the note to whoever runs the bot: which cards are not asked, and why."""
    lines = "\n".join(map(say, news[:MOST_NEWS])) + (f"\n… +{len(news) - MOST_NEWS}" if len(news) > MOST_NEWS else "")
    head = _text(Phrase("Cards to look at: {n}", n=len(news)), say)
    advice = _text(Phrase("Of those not asked, studybot cards verify says more. Nobody was graded by them."), say)
    return View(f"🧰 <b>{head}</b>\n{plain_block(clipped(lines, MOST_NEWS_TEXT, 2 * MOST_NEWS))}\n{advice}")


def _text(phrase: Phrase, say: Speech) -> str:
    return escape(say(phrase), quote=False)
