"""A learner's own record as messages."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from itertools import groupby

from studybot.core.card import Text
from studybot.core.phrase import Phrase
from studybot.core.progress import TARGET, Progress, shortened
from studybot.flows.forget import ToForget
from studybot.flows.history import Answered, HistoryPage
from studybot.flows.holds import Held
from studybot.locale import Speech
from studybot.telegram_bot.buttons import GoOn, OfCard
from studybot.telegram_bot.markup import utf16_length
from studybot.telegram_bot.me_buttons import Forget, KeepAll, ShowHistory
from studybot.telegram_bot.view import Key, View

LONGEST_CAPTION = 1024
"""In UTF-16 units, as Telegram counts."""

LONGEST_NAME = 40
MOST_HELD = 20


def nothing_yet(say: Speech) -> View:
    """Return what a newcomer sees in the place of figures."""
    text = Phrase("Your first answer starts the record. One card takes less than a minute.")
    return View(f"🌱 {escaped(say(text))}", ((Key(f"▶ {say(Phrase('First card'))}", GoOn()),),))


def progress_caption(progress: Progress, say: Speech) -> str:
    """Return the figures of the picture as plain text: for screen readers and previews, and to be searched for.

    Where it would be too long for a caption, the last lines are left out.
    """
    lines = [f"📈 {say(Phrase('My progress'))} · {say.day(progress.today)}", "", *_figures(progress, say)]
    if progress.topics:
        lines += ["", say(Phrase("Right at first, by topic:"))]
        lines += [f"• {_short(one.topic, say)} {one.share:.0%} ({one.right}/{one.reviews})" for one in progress.topics]
    if progress.weakest:
        lines += ["", say(Phrase("Weakest cards:"))]
        for card in progress.weakest:
            missed = say(Phrase("missed {n} of the last {all}", n=card.missed, all=len(card.latest)))
            lines.append(f"• {_short(card.name.words, say)} · {missed}")
    while utf16_length("\n".join(lines)) > LONGEST_CAPTION:
        lines.pop()
    return "\n".join(lines).rstrip()


def _figures(progress: Progress, say: Speech) -> list[str]:
    answers, days = sum(progress.answers.values()), len(progress.answers)
    monday = progress.today - timedelta(days=progress.today.weekday())
    this_week = sum(count for day, count in progress.answers.items() if day >= monday)
    due = progress.due
    lines = [
        say(Phrase("In the last 26 weeks: answers {answers}, days of study {days}", answers=answers, days=days)),
        say(Phrase("This week: {n}. Cards met: {cards}", n=this_week, cards=progress.cards)),
    ]
    if progress.share is not None:
        share, target = f"{progress.share:.0%}", f"{TARGET:.0%}"
        lines.append(say(Phrase("Right at first: {share} (target {target})", share=share, target=target)))
    coming = {"today": due[0], "week": sum(due[:7]), "month": sum(due)}
    lines.append(say(Phrase("Due today: {today}, in 7 days: {week}, in 30 days: {month}", **coming)))
    return lines


def history(page: HistoryPage, say: Speech) -> View:
    """Return a page of answers by day: right or wrong, the card, its grade, and when it comes back."""
    if not page.answers:
        return nothing_yet(say) if page.number == 0 else View(escaped(say(Phrase("There are no older answers."))))
    lines = [f"🗂 <b>{escaped(say(Phrase('My latest answers')))}</b>"]
    for day, answers in groupby(page.answers, key=lambda answer: answer.review.day):
        lines += ["", f"<b>{escaped(say.day(day))}</b>"]
        lines += [_answer_line(answer, say) for answer in answers]
    older = [Key(f"◂ {say(Phrase('Older'))}", ShowHistory(page.number + 1))] if page.older else []
    newer = [Key(f"{say(Phrase('Newer'))} ▸", ShowHistory(page.number - 1))] if page.number else []
    keys = (*older, *newer)
    return View("\n".join(lines), (keys,) if keys else ())


def _answer_line(answer: Answered, say: Speech) -> str:
    review = answer.review
    name = _short(answer.name.words, say) if answer.name is not None else review.card_id
    after = review.after
    back = say(Phrase("today")) if after.is_drilled(review.day) else f"{after.due_on.month}/{after.due_on.day}"
    drill = "🔁" if review.drill else ""
    mark = "✅" if review.right else "❌"
    return f"{mark}{drill} {escaped(name)} · {int(review.grade)}/5 → {escaped(back)}"


def held(cards: Sequence[Held], say: Speech) -> View:
    """Return what is held back and why, each with a button that has it asked again."""
    if not cards:
        return View(escaped(say(Phrase("No card is held back: all are asked when they are due."))))
    whys = {
        "suspended": Phrase("until you want it back"),
        "leech": Phrase("forgotten again and again, so it rests"),
        "buried": Phrase("until tomorrow"),
    }
    shown = cards[:MOST_HELD]
    lines = [f"⏸ <b>{escaped(say(Phrase('Cards that are not asked')))}</b>", ""]
    lines += [
        f"<b>{place}</b>  {escaped(_name(card, say))} · {escaped(say(whys[card.why]))}"
        for place, card in enumerate(shown, 1)
    ]
    if len(cards) > len(shown):
        lines.append(escaped(say(Phrase("… and {n} more", n=len(cards) - len(shown)))))
    keys = [
        Key(f"↩ {place} · {say(Phrase('Ask again'))}", OfCard("back", card.card_id))
        for place, card in enumerate(shown, 1)
    ]
    return View("\n".join(lines), tuple((key,) for key in keys))


def _name(card: Held, say: Speech) -> str:
    return card.card_id if card.name is None else _short(card.name.words, say)


def to_forget(what: ToForget, say: Speech) -> View:
    """Say what would be deleted, and ask."""
    lines = [
        f"🗑 <b>{escaped(say(Phrase('Delete everything?')))}</b>",
        escaped(
            say(
                Phrase(
                    "Your settings, answers: {answers}, cards with their due days: {cards}. No reminder will come.",
                    answers=what.answers,
                    cards=what.cards,
                )
            )
        ),
        escaped(say(Phrase("It cannot be undone. /export gives you a copy first."))),
    ]
    keys = (Key(say(Phrase("Delete everything")), Forget(what.asked_at)), Key(say(Phrase("Keep it")), KeepAll()))
    return View("\n".join(lines), tuple((key,) for key in keys))


def nothing_is_kept(say: Speech) -> View:
    lines = (
        Phrase("Nothing of yours is kept here."),
        Phrase("What stands in this chat is yours: Telegram deletes it for you. /start begins anew."),
    )
    return View("\n".join(escaped(say(line)) for line in lines))


def all_is_kept(say: Speech) -> View:
    return View(escaped(say(Phrase("Nothing was deleted."))))


def asked_too_long_ago(say: Speech) -> View:
    return View(escaped(say(Phrase("Nothing was deleted: that question is old. /forget asks again."))))


def escaped(text: str) -> str:
    return escape(text, quote=False)


def _short(text: Text, say: Speech) -> str:
    return shortened(say(text).replace("`", "").replace("**", ""), LONGEST_NAME)
