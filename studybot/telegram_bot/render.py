"""Each step of the quiz as a message."""

from collections.abc import Sequence
from datetime import date
from html import escape

from studybot.core.card import Option, Question
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.core.quiz import Summary
from studybot.core.show import evidence
from studybot.flows.answer import Settled
from studybot.flows.daily_quiz import NothingDue
from studybot.flows.shown import Shown
from studybot.locale import Speech
from studybot.telegram_bot.buttons import DontKnow, GoOn, Hint, Later, OpenSettings, Pick
from studybot.telegram_bot.markup import LONGEST_MESSAGE, clipped, code, plain_block, to_html, utf16_length
from studybot.telegram_bot.view import Key, View

SHORT_LABEL = 24
"""Options up to this long stand on their buttons; longer ones stand in the text, with a letter each."""

LETTERS = "ABCDEFGH"
MOST_EVIDENCE = 700


def question(shown: Shown, say: Speech) -> View:
    """Return a card as it is asked, with the hint once it was asked for."""
    return _open_card(shown, say, note=f"<i>{_text(shown.question.how_to_answer, say)}</i>")


def try_again(shown: Shown, say: Speech) -> View:
    """Return the card, still open, after a first wrong answer."""
    return _open_card(shown, say, note=f"🔁 <b>{_text(Phrase('Not yet. You have one more try.'), say)}</b>")


def _open_card(shown: Shown, say: Speech, *, note: str) -> View:
    card, asked = shown.card, shown.question
    lettered = _lettered(asked.options, say)
    lines = [_header(shown, say), to_html(say(asked.prompt))]
    if asked.code:
        lines.append(code(asked.code))
    if lettered:
        lines.append("\n".join(_option_line(place, option, say) for place, option in enumerate(asked.options)))
    if shown.showing.hints and card.hint:
        lines.append(f"💡 {to_html(say(card.hint.text))}")
    return View(_joined([*lines, note]), _open_keys(shown, asked.options, say, lettered=lettered))


def _open_keys(shown: Shown, options: Sequence[Option], say: Speech, *, lettered: bool) -> tuple[tuple[Key, ...], ...]:
    showing = shown.showing
    picks = [
        Key(LETTERS[place] if lettered else say(option.label), Pick(showing.id, option.key))
        for place, option in enumerate(options)
    ]
    one_row = lettered or sum(len(key.label) for key in picks) <= SHORT_LABEL
    rows = [tuple(picks)] if picks and one_row else [(key,) for key in picks]
    help_row = [Key(say(Phrase("I don't know")), DontKnow(showing.id))]
    if shown.card.hint and not showing.hints:
        help_row.insert(0, Key(f"💡 {say(Phrase('Hint'))}", Hint(showing.id)))
    return (*rows, tuple(help_row))


def settled(outcome: Settled, say: Speech) -> View:
    """Return the card with the verdict, what torch really did, why, the grade and the next date."""
    card, run, asked = outcome.shown.card, outcome.shown.asked.run, outcome.shown.question
    top = [_header(outcome.shown, say), to_html(say(asked.prompt))]
    if asked.options and _lettered(asked.options, say):
        top.append(_marked_options(outcome, asked, say))
    body = [_verdict_line(outcome, say)]
    if shown := evidence(run):
        body.append(f"{_text(Phrase('torch says'), say)}\n{plain_block(clipped(shown, MOST_EVIDENCE))}")
    body.append(_quoted(to_html(say(card.explanation.text))))
    body.append(_next_line(outcome, say))
    snippet = [code(card.snippet)]
    html = _joined([*top, *snippet, *body])
    if utf16_length(html) > LONGEST_MESSAGE:
        html = _joined([*top, *body])
    return View(html, ((Key(say(Phrase("Next ▸")), GoOn(outcome.shown.showing.id)),),))


def _verdict_line(outcome: Settled, say: Speech) -> str:
    review = outcome.review
    if review.right:
        return f"✅ <b>{say(Phrase('Right!'))}</b>"
    head = say(Phrase("Here is the answer.") if review.gave_up else Phrase("Not quite."))
    lines = [f"{'📖' if review.gave_up else '❌'} <b>{head}</b>"]
    if outcome.why is not None:
        lines.append(escape(say(outcome.why), quote=False))
    right = outcome.shown.card.right_answer(outcome.shown.asked.run)
    told = f"<b>{_text(right, say)}</b>" if isinstance(right, Phrase) else _answer(say(right))
    lines.append(f"{_text(Phrase('Answer:'), say)} {told}")
    return "\n".join(lines)


def _answer(right: str) -> str:
    return plain_block(clipped(right, MOST_EVIDENCE)) if "\n" in right else to_html(_as_code(right))


def _as_code(text: str) -> str:
    """Show values as code, and leave sentences (options with their own marks) as they are."""
    sentence = " " in text.strip() and not text.startswith(("tensor(", "[", "(", "torch.Size("))
    return text if sentence or "`" in text else f"`{text}`"


def _next_line(outcome: Settled, say: Speech) -> str:
    review = outcome.review
    if outcome.again_today:
        when = say(Phrase("It comes back later today."))
    else:
        when = say(Phrase("Next: {when}", when=_when(review.after.due_on, review.day)))
    stars = "●" * int(review.grade) + "○" * (5 - int(review.grade))
    return f"{stars} {say(Phrase('grade {grade} of 5', grade=int(review.grade)))} · {when}"


def _when(day: date, today: date) -> Phrase:
    days = (day - today).days
    if days == 0:
        return Phrase("today")
    if days == 1:
        return Phrase("tomorrow")
    return Phrase("in {days} days, {day}", days=days, day=day)


def finished(summary: Summary, say: Speech) -> View:
    """Return the end of the day's quiz, in figures."""
    lines = [
        f"🌱 <b>{say(Phrase('Done for today.'))}</b>",
        say(Phrase("First answers right: {right} of {cards}.", right=summary.right, cards=summary.cards)),
    ]
    if summary.drills:
        lines.append(say(Phrase("Repeated until it stuck: {drills}.", drills=summary.drills)))
    coming = sorted(summary.next_due.items())[:3]
    if coming:
        lines.append("")
        lines.append(say(Phrase("Coming up:")))
        lines += [say(Phrase("• {when}: {n}", when=_when(day, summary.day), n=n)) for day, n in coming]
    return View("\n".join(lines))


def nothing_due(step: NothingDue, say: Speech, *, today: date) -> View:
    if step.next_due is None:
        return View(say(Phrase("There is nothing to ask today. New cards come as the deck grows.")))
    return View(say(Phrase("Nothing is due today. Next: {when}.", when=_when(step.next_due, today))))


def resting(say: Speech) -> View:
    """Return our apology when no snippet can run: nothing is graded."""
    text = say(Phrase("The code is resting right now; that is our fault. Nothing was graded, and your cards stay due."))
    return View(f"😴 {text}", ((Key(say(Phrase("Try again")), GoOn()),),))


def moved(say: Speech) -> View:
    """Return what is left in the place of a card that is shown in another message now."""
    return View(f"↕️ <i>{_text(Phrase('This card goes on in another message.'), say)}</i>")


def reminder(due: int, minutes: int, say: Speech) -> View:
    text = say(Phrase("Cards due today: {due}, about {minutes} min.", due=due, minutes=minutes))
    return View(
        f"📬 {text}",
        ((Key(say(Phrase("Start")), GoOn()), Key(say(Phrase("Later")), Later())),),
    )


def welcome(learner: Learner, say: Speech) -> View:
    settings = learner.settings
    lines = (
        say(Phrase("Hello! A few PyTorch cards a day. The answer is always what torch really does.")),
        say(
            Phrase(
                "I will write every day at {hour} ({zone}).",
                hour=settings.remind_at,
                zone=zone_name(settings.zone, say),
            )
        ),
    )
    return View(
        "\n".join(escape(line, quote=False) for line in lines),
        (
            (Key(f"▶ {say(Phrase('First card'))}", GoOn()),),
            (
                Key(f"🕘 {say.hour(settings.remind_at)}", OpenSettings("hour")),
                Key(f"🗺 {zone_name(settings.zone, say)}", OpenSettings("zone")),
                Key("🌐 한국어 / English", OpenSettings("language")),
            ),
        ),
    )


def help_text(say: Speech) -> View:
    lines = [
        Phrase("/today – today's cards, or where you left off"),
        Phrase("/settings – hour, time zone, language, new cards a day"),
        Phrase("/help – this message"),
        Phrase("Press a button or type the answer: [36, 81], 36., 81., tensor([36., 81.]) all mean the same."),
        Phrase("A hint costs some of the grade; “I don't know” shows the answer, and the card comes back today."),
    ]
    return View("\n".join(escape(say(line), quote=False) for line in lines), ((Key(say(Phrase("Start")), GoOn()),),))


def zone_name(zone: str, say: Speech) -> str:
    """Return the city of a zone in the learner's language."""
    return say(Phrase(zone.rpartition("/")[2].replace("_", " ")))


def _header(shown: Shown, say: Speech) -> str:
    drill = f" · 🔁 {_text(Phrase('again'), say)}" if shown.showing.drill else ""
    return f"<b>{shown.number}/{shown.total}</b> · {to_html(say(shown.title))}{drill}"


def _text(phrase: Phrase, say: Speech) -> str:
    return escape(say(phrase), quote=False)


def _marked_options(outcome: Settled, asked: Question, say: Speech) -> str:
    """List the options again, the right one and the one picked marked."""
    right = outcome.shown.card.right_answer(outcome.shown.asked.run)
    lines = []
    for place, option in enumerate(asked.options):
        mark = "✅ " if option.label == right else "❌ " if option.key == outcome.picked else ""
        lines.append(f"{mark}{_option_line(place, option, say)}")
    return "\n".join(lines)


def _option_line(place: int, option: Option, say: Speech) -> str:
    return f"<b>{LETTERS[place]}</b>  {to_html(say(option.label))}"


def _lettered(options: Sequence[Option], say: Speech) -> bool:
    return any(len(say(option.label)) > SHORT_LABEL or "`" in say(option.label) for option in options)


def _quoted(html: str) -> str:
    return f"<blockquote>{html}</blockquote>"


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
