"""A daily as messages: the invitation in the group, and its cards in a private chat."""

from datetime import datetime

from studybot.core.phrase import Phrase
from studybot.flows.modes import cards_of
from studybot.group_ports import RoundView
from studybot.locale import Speech
from studybot.telegram_bot.group.buttons import OfRound
from studybot.telegram_bot.group.lobby_view import text
from studybot.telegram_bot.group.round_view import asked, header, joined, pick_keys
from studybot.telegram_bot.view import Key, Link, View


def invitation(view: RoundView, say: Speech, *, until: datetime, link: str) -> View:
    """Return what stands in the group all day."""
    cards = cards_of(view.challenge)
    told = Phrase(
        "Open until {when}. Answer in private: nobody sees your answers, and all of them are shown here at the close.",
        when=say.moment(until, view.challenge.group.tz),
    )
    head = f"☀ <b>{text(Phrase('A challenge for the whole day. Cards: {n}', n=cards), say)}</b>"
    key = Key(f"✍ {say(Phrase('Answer in private'))}", Link(link))
    close = Key(f"⏹ {say(Phrase('Close it now'))} 👑", OfRound("close", view.round.id, view.round.ballot))
    return View(joined([head, text(told, say)]), ((key,), (close,)))


def closed(say: Speech) -> View:
    """Return what the invitation is once the answers are shown."""
    return View(f"☀ {text(Phrase('The day is over: here is what you answered.'), say)}")


def question(view: RoundView, say: Speech) -> View:
    """Return a card for one member in private."""
    lines = [header(view, say), *asked(view, say)]
    lines.append(f"<i>{text(view.question.how_to_answer, say)}</i>")
    if view.question.options:
        lines.append(f"🗳 {text(Phrase('It counts until the close, and you can change it until then.'), say)}")
    else:
        lines.append(f"🗳 {text(Phrase('Reply to this message. Your first answer counts.'), say)}")
    return View(joined(lines), pick_keys(view, say))


def all_answered(say: Speech) -> View:
    return View(f"✓ {text(Phrase('That was all of it. Your group sees the answers at the close.'), say)}")
