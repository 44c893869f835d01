"""What is said around the cards of a day: the greeting, the reminder, the end of the quiz, and help."""

from datetime import date
from html import escape

from studybot.core.card import Text
from studybot.core.learner import Learner
from studybot.core.more import MORE
from studybot.core.phrase import Phrase
from studybot.flows.daily_quiz import Finished, NothingDue
from studybot.locale import Speech
from studybot.telegram_bot.buttons import GoOn, Later, More, OpenSettings, SkipToday
from studybot.telegram_bot.markup import to_html
from studybot.telegram_bot.render import when
from studybot.telegram_bot.view import Key, View


def finished(step: Finished, say: Speech) -> View:
    """Return the end of the day's quiz, in figures."""
    summary = step.summary
    lines = [
        f"🌱 <b>{say(Phrase('Done for today.'))}</b>",
        say(Phrase("First answers right: {right} of {cards}.", right=summary.right, cards=summary.cards)),
    ]
    if summary.drills:
        lines.append(say(Phrase("Repeated until it stuck: {drills}.", drills=summary.drills)))
    if step.streak.days > 1:
        in_a_row = Phrase(
            "Days in a row: {days}. Freezes in stock: {freezes}.", days=step.streak.days, freezes=step.streak.freezes
        )
        lines.append(say(in_a_row))
    coming = sorted(summary.next_due.items())[:3]
    if coming:
        lines.append("")
        lines.append(say(Phrase("Coming up:")))
        lines += [say(Phrase("• {when}: {n}", when=when(day, summary.day), n=n)) for day, n in coming]
    keys = ((Key(f"➕ {say(Phrase('{n} more', n=MORE))}", More(step.total)),),) if step.more else ()
    return View("\n".join(lines), keys)


def nothing_due(step: NothingDue, say: Speech, *, today: date) -> View:
    if step.next_due is None:
        return View(say(Phrase("There is nothing to ask today. New cards come as the deck grows.")))
    return View(say(Phrase("Nothing is due today. Next: {when}.", when=when(step.next_due, today))))


def reminder(due: int, minutes: int, say: Speech) -> View:
    text = say(Phrase("Cards due today: {due}, about {minutes} min.", due=due, minutes=minutes))
    return View(
        f"📬 {text}",
        (
            (
                Key(say(Phrase("Start")), GoOn()),
                Key(say(Phrase("Later")), Later()),
                Key(say(Phrase("Skip today")), SkipToday()),
            ),
        ),
    )


def announcement(text: Text, say: Speech) -> str:
    """Return what whoever runs the bot has to say, and how to hear no more of it."""
    how_to_stop = say(Phrase("No more of these: /settings"))
    return f"📣 {to_html(say(text))}\n\n<i>{escape(how_to_stop, quote=False)}</i>"


def welcome(learner: Learner, say: Speech, *, topic: str = "") -> View:
    """Greet a newcomer; `topic` is what the link that brought them asked for."""
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
            (Key(f"▶ {say(Phrase('First card'))}", GoOn(topic=topic)),),
            (
                Key(f"🕘 {say.hour(settings.remind_at)}", OpenSettings("hour")),
                Key(f"🗺 {zone_name(settings.zone, say)}", OpenSettings("zone")),
                Key("🌐 한국어 / English", OpenSettings("language")),
            ),
        ),
    )


ADD = Phrase("/add – add cards to the deck: a YAML file with /add as its caption, or /add and the cards")


def help_text(say: Speech, *, for_admin: bool = False) -> View:
    more = [ADD] if for_admin else []
    lines = [
        Phrase("/today – today's cards, or where you left off"),
        Phrase("/settings – hour and days, quiet hours, time away, limits, exam, language"),
        Phrase("/find leaf – find cards by a word of the question, a tag or the topic, and be asked"),
        Phrase("/card – the open card once more"),
        Phrase("/run – run code and see shape, stride, is_leaf and grad of its tensors; code by itself does it, too"),
        Phrase("/undo – take the last answer back, twenty times if you like"),
        Phrase("/progress – a picture of what you did, what is coming and what does not hold yet"),
        Phrase("/history – your latest answers"),
        Phrase("/held – cards that are not asked, and the way back"),
        Phrase("/export – everything I keep of you, as files"),
        Phrase("/forget – delete everything I keep of you"),
        Phrase("/challenge – cards for a whole group: vote, discuss, vote again, and see what torch does"),
        *more,
        Phrase("/help – this message"),
        Phrase("Press a button or type the answer: [36, 81], 36., 81., tensor([36., 81.]) all mean the same."),
        Phrase("A hint costs some of the grade; “I don't know” shows the answer, and the card comes back today."),
    ]
    return View("\n".join(escape(say(line), quote=False) for line in lines), ((Key(say(Phrase("Start")), GoOn()),),))


def zone_name(zone: str, say: Speech) -> str:
    """Return the city of a zone in the learner's language."""
    return say(Phrase(zone.rpartition("/")[2].replace("_", " ")))
