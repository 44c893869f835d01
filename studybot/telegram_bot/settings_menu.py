"""The settings as one message: an overview, and the choices of each setting by buttons."""

from dataclasses import replace
from datetime import time
from html import escape

from studybot.core.card import Language
from studybot.core.learner import Learner, Settings, known_zone
from studybot.core.phrase import Phrase
from studybot.core.schedule import SchedulerName
from studybot.locale import Speech
from studybot.telegram_bot.buttons import GoOn, OpenSettings, Set
from studybot.telegram_bot.render import zone_name
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
LANGUAGES = {Language.KO: "한국어", Language.EN: "English"}
SCHEDULERS = {SchedulerName.SM2: "SM-2", SchedulerName.FSRS: "FSRS-6"}


def overview(learner: Learner, say: Speech) -> View:
    settings = learner.settings
    title = escape(say(Phrase("Settings")), quote=False)
    return View(
        f"⚙️ <b>{title}</b>",
        (
            (Key(f"🕘 {say(Phrase('Daily message'))}: {say.hour(settings.remind_at)}", OpenSettings("hour")),),
            (Key(f"🗺 {say(Phrase('Time zone'))}: {zone_name(settings.zone, say)}", OpenSettings("zone")),),
            (Key(f"🌐 {say(Phrase('Language'))}: {LANGUAGES[settings.language]}", OpenSettings("language")),),
            (Key(f"🆕 {say(Phrase('New cards a day'))}: {settings.new_per_day}", OpenSettings("new")),),
            (Key(f"🗓 {say(Phrase('Schedule'))}: {SCHEDULERS[settings.scheduler]}", OpenSettings("scheduler")),),
            (Key(f"▶ {say(Phrase('To the cards'))}", GoOn()),),
        ),
    )


def choices(which: str, learner: Learner, say: Speech) -> View:
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
        case _:
            title = Phrase("How many new cards a day?")
            keys = [_choice("new", str(n), str(n), chosen=settings.new_per_day == n) for n in NEW_PER_DAY]
            rows = _rows(keys, 6)
    back = (Key(f"◂ {say(Phrase('Back'))}", OpenSettings()),)
    text = f"<b>{escape(say(title), quote=False)}</b>"
    if note is not None:
        text += f"\n{escape(say(note), quote=False)}"
    return View(text, (*rows, back))


def changed(settings: Settings, which: str, value: str) -> Settings | None:
    """Return the settings with one choice changed; None for a value that was never offered."""
    match which:
        case "hour" if value in map(str, HOURS):
            return replace(settings, remind_at=time(int(value)))
        case "zone" if value in ZONES and known_zone(value):
            return replace(settings, zone=value)
        case "language" if value in set(Language):
            return replace(settings, language=Language(value))
        case "scheduler" if value in set(SchedulerName):
            return replace(settings, scheduler=SchedulerName(value))
        case "new" if value in map(str, NEW_PER_DAY):
            return replace(settings, new_per_day=int(value))
        case _:
            return None


def _choice(which: str, value: str, label: str, *, chosen: bool) -> Key:
    return Key(f"✓ {label}" if chosen else label, Set(which, value))  # type: ignore[arg-type]


def _rows(keys: list[Key], width: int) -> tuple[tuple[Key, ...], ...]:
    return tuple(tuple(keys[start : start + width]) for start in range(0, len(keys), width))
