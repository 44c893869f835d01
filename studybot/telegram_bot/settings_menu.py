"""The settings as one message: an overview, and the choices of each setting by buttons."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from html import escape

from studybot.core.card import Language
from studybot.core.learner import Learner, Settings, known_zone
from studybot.core.phrase import Phrase
from studybot.core.reminding import EVERY_DAY, NIGHT, Quiet, hour_of
from studybot.core.schedule import SchedulerName
from studybot.locale import Speech
from studybot.telegram_bot.buttons import GoOn, OpenSettings, Set
from studybot.telegram_bot.day_view import zone_name
from studybot.telegram_bot.view import Key, View

ZONES = (
    "Asia/Seoul",
    "Asia/Tokyo",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Kolkata",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
)
HOURS = (6, 7, 8, 9, 10, 12, 14, 16, 18, 19, 20, 21, 22, 23)
NEW_PER_DAY = (0, 3, 5, 8, 12, 20)
WEEKDAYS = (
    Phrase("Mon"),
    Phrase("Tue"),
    Phrase("Wed"),
    Phrase("Thu"),
    Phrase("Fri"),
    Phrase("Sat"),
    Phrase("Sun"),
)
WORKDAYS = frozenset(range(5))
QUIETS = (
    Quiet(time(21), time(7)),
    NIGHT,
    Quiet(time(22), time(9)),
    Quiet(time(23), time(7)),
    Quiet(time(0), time(6)),
    Quiet(time(0), time(9)),
)
MINUTES = (5, 10, 15, 20, 30)
NONE = "none"
SPREADS = {False: Phrase("exact"), True: Phrase("evened out")}
NEWS = {True: Phrase("on"), False: Phrase("off")}
SWITCHES = {
    "spread": (Phrase("May a card come a little earlier or later, so that the days are alike?"), SPREADS),
    "news": (Phrase("May whoever runs the bot write to you now and then?"), NEWS),
}
FURTHEST_DAYS = 366
STEPWISE = frozenset({"days", "away", "exam"})
"""Settings made by several presses: the choices stay open."""

LANGUAGES = {Language.KO: "한국어", Language.EN: "English"}
SCHEDULERS = {SchedulerName.SM2: "SM-2", SchedulerName.FSRS: "FSRS-6"}


def overview(learner: Learner, say: Speech) -> View:
    settings = learner.settings
    title = escape(say(Phrase("Settings")), quote=False)
    return View(
        f"⚙️ <b>{title}</b>",
        (
            (Key(f"🕘 {say(Phrase('Daily message'))}: {say.hour(hour_of(settings))}", OpenSettings("hour")),),
            (Key(f"🗺 {say(Phrase('Time zone'))}: {zone_name(settings.zone, say)}", OpenSettings("zone")),),
            (Key(f"🌐 {say(Phrase('Language'))}: {LANGUAGES[settings.language]}", OpenSettings("language")),),
            (Key(f"🆕 {say(Phrase('New cards a day'))}: {settings.new_per_day}", OpenSettings("new")),),
            (Key(f"🗓 {say(Phrase('Schedule'))}: {SCHEDULERS[settings.scheduler]}", OpenSettings("scheduler")),),
            (Key(f"📅 {say(Phrase('Days'))}: {_days(settings, say)}", OpenSettings("days")),),
            (Key(f"🌙 {say(Phrase('Quiet hours'))}: {_quiet(settings.quiet, say)}", OpenSettings("quiet")),),
            (
                Key(
                    f"⏱ {say(Phrase('Minutes a day'))}: {_minutes(settings.minutes_per_day, say)}",
                    OpenSettings("minutes"),
                ),
            ),
            (Key(f"🏖 {say(Phrase('Away until'))}: {_day(settings.away_until, say)}", OpenSettings("away")),),
            (Key(f"🎓 {say(Phrase('Exam'))}: {_day(settings.exam_on, say)}", OpenSettings("exam")),),
            (Key(f"⚖️ {say(Phrase('Due days'))}: {say(SPREADS[settings.spread])}", OpenSettings("spread")),),
            (Key(f"📣 {say(Phrase('News of the bot'))}: {say(NEWS[settings.announcements])}", OpenSettings("news")),),
            (Key(f"▶ {say(Phrase('To the cards'))}", GoOn()),),
        ),
    )


def choices(which: str, learner: Learner, say: Speech, *, today: date) -> View:
    """Return the choices of one setting, the present one marked."""
    settings = learner.settings
    note = None
    match which:
        case "hour":
            title = Phrase("When shall I say what is due?")
            keys = [_choice("hour", str(h), say.hour(time(h)), chosen=settings.remind_at == time(h)) for h in HOURS]
            rows = _rows(keys, 3)
        case "zone":
            title = Phrase("Where are you?")
            keys = [_choice("zone", z, zone_name(z, say), chosen=settings.zone == z) for z in ZONES]
            rows = _rows(keys, 3)
        case "language":
            title = Phrase("Which language?")
            keys = [
                _choice("language", code, name, chosen=settings.language == code) for code, name in LANGUAGES.items()
            ]
            rows = _rows(keys, 2)
        case "scheduler":
            title = Phrase("By which rule shall cards come back?")
            note = Phrase(
                "SM-2 lengthens each interval by a fixed rule. FSRS-6 estimates from all your answers when you would "
                "forget. Changing it moves the days of every card, and changing back brings them back."
            )
            keys = [
                _choice("scheduler", name, label, chosen=settings.scheduler == name)
                for name, label in SCHEDULERS.items()
            ]
            rows = _rows(keys, 2)
        case "days":
            title = Phrase("On which days do you want to learn?")
            rows = _weekday_rows(settings.weekdays, say)
        case "quiet":
            title = Phrase("When shall I be silent?")
            keys = [_choice("quiet", _span(q), _quiet(q, say), chosen=settings.quiet == q) for q in QUIETS]
            rows = _rows([*keys, _choice("quiet", NONE, _quiet(None, say), chosen=settings.quiet is None)], 2)
        case "minutes":
            title = Phrase("How many minutes a day at most? I reckon with your own times.")
            of = (*MINUTES, None)
            keys = [
                _choice("minutes", str(m or NONE), _minutes(m, say), chosen=settings.minutes_per_day == m) for m in of
            ]
            rows = _rows(keys, 3)
        case "away":
            title = Phrase("Until when are you away? I write again on that day.")
            rows = _day_rows("away", settings.away_until, (3, 7, 14, 28), say, today)
        case "exam":
            title = Phrase("When is the exam? You will see everything you learned once more before it.")
            rows = _day_rows("exam", settings.exam_on, (7, 14, 28, 56), say, today)
        case "spread" | "news":
            title, names = SWITCHES[which]
            present = {"spread": settings.spread, "news": settings.announcements}[which]
            keys = [_choice(which, str(int(to)), say(name), chosen=present is to) for to, name in names.items()]
            rows = _rows(keys, 2)
        case _:
            title = Phrase("How many new cards a day?")
            keys = [_choice("new", str(n), str(n), chosen=settings.new_per_day == n) for n in NEW_PER_DAY]
            rows = _rows(keys, 6)
    back = (Key(f"◂ {say(Phrase('Back'))}", OpenSettings()),)
    text = f"<b>{escape(say(title), quote=False)}</b>"
    if note is not None:
        text += f"\n{escape(say(note), quote=False)}"
    return View(text, (*rows, back))


def changed(settings: Settings, which: str, value: str, *, today: date) -> Settings | None:
    """Return the settings with one choice changed; None for a value that was never offered."""
    match which:
        case "hour" if value in map(str, HOURS):
            hour = time(int(value))
            quiet = None if settings.quiet is None else settings.quiet.without(hour)  # their latest word counts
            return replace(settings, remind_at=hour, quiet=quiet)
        case "zone" if value in ZONES and known_zone(value):
            return replace(settings, zone=value)
        case "language" if value in set(Language):
            return replace(settings, language=Language(value))
        case "scheduler" if value in set(SchedulerName):
            return replace(settings, scheduler=SchedulerName(value))
        case "new" if value in map(str, NEW_PER_DAY):
            return replace(settings, new_per_day=int(value))
        case _:
            return _day_changed(settings, which, value, today)


def _day_changed(settings: Settings, which: str, value: str, today: date) -> Settings | None:
    """As `changed`, for what says when and how much to learn."""
    match which:
        case "days" if value and set(value) <= set("0123456"):
            return replace(settings, weekdays=frozenset(map(int, value)))
        case "quiet" if value == NONE:
            return replace(settings, quiet=None)
        case "quiet" if value in map(_span, QUIETS):
            return replace(settings, quiet=next(quiet for quiet in QUIETS if _span(quiet) == value))
        case "minutes" if value == NONE or value in map(str, MINUTES):
            return replace(settings, minutes_per_day=None if value == NONE else int(value))
        case "away" if value == NONE or _offered_day(value, today):
            return replace(settings, away_until=_offered_day(value, today))
        case "exam" if value == NONE or _offered_day(value, today):
            return replace(settings, exam_on=_offered_day(value, today))
        case "spread" if value in {"0", "1"}:
            return replace(settings, spread=value == "1")
        case "news" if value in {"0", "1"}:
            return replace(settings, announcements=value == "1")
        case _:
            return None


def _offered_day(value: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if today < day <= today + timedelta(days=FURTHEST_DAYS) else None


def _weekday_rows(chosen: frozenset[int], say: Speech) -> tuple[tuple[Key, ...], ...]:
    """Each button carries the days as they will be, so that a press delivered twice is one."""
    keys = []
    for number, name in enumerate(WEEKDAYS):
        after = chosen ^ {number} or chosen  # somebody who wants no day at all is away
        keys.append(_choice("days", _digits(after), say(name), chosen=number in chosen))
    usual = (
        _choice("days", _digits(EVERY_DAY), say(Phrase("every day")), chosen=chosen == EVERY_DAY),
        _choice("days", _digits(WORKDAYS), say(Phrase("Mon to Fri")), chosen=chosen == WORKDAYS),
    )
    return (*_rows(keys, 4), usual)


def _day_rows(
    which: str, chosen: date | None, first: Sequence[int], say: Speech, today: date
) -> tuple[tuple[Key, ...], ...]:
    """Offer a few days ahead; once one is chosen, steps from it. Each button carries the day itself."""
    if chosen is None or chosen <= today:
        days = [today + timedelta(days=ahead) for ahead in first]
        return _rows([_choice(which, f"{day}", say.day(day), chosen=False) for day in days], 2)
    steps = [(step, chosen + timedelta(days=step)) for step in (-7, -1, 1, 7)]
    keys = [_choice(which, f"{day}", f"{step:+}", chosen=False) for step, day in steps if day > today]
    shown = (_choice(which, f"{chosen}", say.day(chosen), chosen=True),)
    return (shown, tuple(keys), (_choice(which, NONE, say(Phrase("no date")), chosen=False),))


def _digits(weekdays: frozenset[int]) -> str:
    return "".join(map(str, sorted(weekdays)))


def _days(settings: Settings, say: Speech) -> str:
    if settings.weekdays == EVERY_DAY:
        return say(Phrase("every day"))
    if settings.weekdays == WORKDAYS:
        return say(Phrase("Mon to Fri"))
    return " ".join(say(WEEKDAYS[number]) for number in sorted(settings.weekdays))


def _span(quiet: Quiet) -> str:
    return f"{quiet.start:%H%M}-{quiet.end:%H%M}"


def _quiet(quiet: Quiet | None, say: Speech) -> str:
    return say(Phrase("none")) if quiet is None else f"{say.hour(quiet.start)} – {say.hour(quiet.end)}"


def _minutes(minutes: int | None, say: Speech) -> str:
    return say(Phrase("no limit")) if minutes is None else str(minutes)


def _day(day: date | None, say: Speech) -> str:
    return "–" if day is None else say.day(day)


def _choice(which: str, value: str, label: str, *, chosen: bool) -> Key:
    return Key(f"✓ {label}" if chosen else label, Set(which, value))  # type: ignore[arg-type]


def _rows(keys: list[Key], width: int) -> tuple[tuple[Key, ...], ...]:
    return tuple(tuple(keys[start : start + width]) for start in range(0, len(keys), width))
