"""Our own sentences in the learner's language. English is the source; locale/ko.po holds the Korean, and
locale/commands.ko.po that of the command line, locale/deck.ko.po that of what is wrong with cards.

Texts go by gettext's rules: the English template is the key, braces are filled after translation. Dates are
written as people of the language write them.
"""

from datetime import date, datetime, time
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from studybot.core.card import Language, Text
from studybot.core.phrase import Phrase, Sayable

FOLDER = Path(__file__).parent
COMMANDS = "commands."
"""What the names of the command line's catalogues begin with."""

DECK = "deck."
"""And those of what is wrong with cards and deck files, which authors read in the terminal and in the chat."""


class Speech:
    """Says phrases, texts and dates in one language."""

    def __init__(self, language: Language, *domains: str) -> None:
        self.language = language
        self._catalog = None if language is Language.EN else _catalog(language, *domains)

    def __call__(self, said: Sayable | Phrase | Text | str, /) -> str:
        match said:
            case Text():
                return said.in_(self.language)
            case Phrase():
                template = self._catalog.gettext(said.template) if self._catalog else said.template
                if not said.values and "{" not in template and "}" not in template:
                    return template
                return template.format(**{name: self._filled(value) for name, value in said.values.items()})
            case str():
                return said
            case _:
                return self(said.phrase)

    def _filled(self, value: object) -> object:
        match value:
            case Phrase() | Text():
                return self(value)
            case _ if isinstance(phrase := getattr(value, "phrase", None), Phrase):
                return self(phrase)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case time():
                return self.hour(value)
            case _:
                return value

    def day(self, day: date) -> str:
        """Return a date with its weekday: 11월 21일 (토), Sat, Nov 21."""
        pattern = "M월 d일 (E)" if self.language is Language.KO else "EEE, MMM d"
        return format_date(day, pattern, locale=self.language)

    def month(self, day: date) -> str:
        """Return the month of a date, short: 11월, Nov."""
        return format_date(day, "LLL", locale=self.language)

    def weekday(self, day: date) -> str:
        """Return the weekday of a date, short: 토, Sat."""
        return format_date(day, "EEE", locale=self.language)

    def moment(self, moment: datetime, zone: ZoneInfo | None = None) -> str:
        """Return a day and time in a zone: 11월 21일 (토) 오전 9:00."""
        local = moment.astimezone(zone) if zone else moment
        return f"{self.day(local.date())} {self.hour(local.time())}"

    def hour(self, wall_time: time) -> str:
        """Return a time of day: 오전 9:00, 9:00 AM."""
        clock = f"{(wall_time.hour - 1) % 12 + 1}:{wall_time.minute:02}"
        morning = wall_time.hour < 12
        if self.language is Language.KO:  # the locale data says AM and PM; people write these
            return f"{'오전' if morning else '오후'} {clock}"
        return f"{clock} {'AM' if morning else 'PM'}"


@cache
def speech(language: Language) -> Speech:
    """Return what speaks to learners."""
    return Speech(language, "", DECK)


@cache
def command_speech(language: Language) -> Speech:
    """Return what speaks to whoever types commands: the sentences of the command line, and the learners'."""
    return Speech(language, COMMANDS, "", DECK)


def _catalog(language: Language, *domains: str) -> GNUTranslations:
    """Compile .po files in memory: translators need no build step, and no stale .mo can be served."""
    first, *others = (_compiled(language, domain) for domain in domains)
    for other in others:
        first.add_fallback(other)
    return first


def _compiled(language: Language, domain: str) -> GNUTranslations:
    compiled = BytesIO()
    with (FOLDER / f"{domain}{language}.po").open("rb") as po:
        write_mo(compiled, read_po(po, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
