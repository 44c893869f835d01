"""What a button means, as a value; on the wire it is a few bytes of callback data (64 at most)."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from studybot.core.card import CardId
from studybot.core.quiz import ShowingId
from studybot.core.schedule import Grade

GRADES = tuple(str(int(grade)) for grade in Grade)
HINT_STEPS = ("0", "1", "2", "3", "4")
Setting = Literal["language", "zone", "hour", "new"]
Deed = Literal["ask", "more", "suspend", "bury", "back"]
SLUG = re.compile(r"[a-z0-9-]{1,60}")
Drawing = Literal["memory", "graph"]
DRAWINGS: tuple[Drawing, ...] = get_args(Drawing)


@dataclass(frozen=True, slots=True)
class GoOn:
    """Begin, take up or continue the day's quiz. `after` is the settled card whose button it was."""

    after: ShowingId | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    showing: ShowingId
    key: str


@dataclass(frozen=True, slots=True)
class Toggle:
    """Mark or unmark an option, where several may be right; `keys` are those marked afterwards, joined by commas."""

    showing: ShowingId
    keys: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """Show the answer of a card that learners grade themselves."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class Say:
    """Say how well it was known."""

    showing: ShowingId
    grade: Grade


@dataclass(frozen=True, slots=True)
class Hint:
    """Ask for the next hint; `step` counts those that are shown already."""

    showing: ShowingId
    step: int = 0


@dataclass(frozen=True, slots=True)
class DontKnow:
    showing: ShowingId


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the answer to this showing back."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class Guessed:
    """Say of a right answer that it was a guess."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class Typo:
    """Say of a wrong answer that only a slip of the fingers was wrong with it."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class More:
    """Show what else can be done with this card."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class Less:
    """Put the usual buttons back."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class ReportCard:
    """Say that something is wrong with this card."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class OfCard:
    """Do something with a card that is not shown."""

    what: Deed
    card: CardId


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw a picture of the code that the message answers."""

    what: Drawing


@dataclass(frozen=True, slots=True)
class Later:
    """Put the day's message away; the quiz waits."""


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Show all settings, or the choices of one."""

    which: Setting | None = None


@dataclass(frozen=True, slots=True)
class Set:
    which: Setting
    value: str


Button: TypeAlias = (
    GoOn
    | Pick
    | Toggle
    | Reveal
    | Say
    | Hint
    | DontKnow
    | Undo
    | Guessed
    | Typo
    | More
    | Less
    | ReportCard
    | OfCard
    | Draw
    | Later
    | OpenSettings
    | Set
)


def encode(button: Button) -> str:
    match button:
        case GoOn(after):
            return "go" if after is None else f"go:{after}"
        case Pick(showing, key):
            return f"a:{showing}:{key}"
        case Toggle(showing, keys):
            return f"t:{showing}:{keys}"
        case Say(showing, grade):
            return f"g:{showing}:{int(grade)}"
        case Hint(showing, step):
            return f"h:{showing}:{step}"
        case Reveal() | DontKnow() | Undo() | Guessed() | Typo() | More() | Less() | ReportCard():
            return f"{_MARKS[type(button)]}:{button.showing}"
        case OfCard(what, card):
            return f"{_DEEDS[what]}:{card}"
        case Draw(what):
            return f"d:{what}"
        case Later():
            return "later"
        case OpenSettings(which):
            return "s" if which is None else f"s:{which}"
        case Set(which, value):
            return f"set:{which}:{value}"


def decode(data: str) -> Button | None:
    """Read callback data; None for anything that no button of ours carries (an old version's, or forged)."""
    match data.split(":", 2):
        case ["go", number] if number.isdecimal():
            return GoOn(ShowingId(int(number)))
        case ["a", number, key] if number.isdecimal() and key:
            return Pick(ShowingId(int(number)), key)
        case ["t", number, keys] if number.isdecimal():
            return Toggle(ShowingId(int(number)), keys)
        case ["g", number, grade] if number.isdecimal() and grade in GRADES:
            return Say(ShowingId(int(number)), Grade(int(grade)))
        case ["h", number, step] if number.isdecimal() and step in HINT_STEPS:
            return Hint(ShowingId(int(number)), int(step))
        case [mark, number] if mark in _OF_A_SHOWING and number.isdecimal():
            return _OF_A_SHOWING[mark](ShowingId(int(number)))
        case ["s", which] if (setting := _setting(which)) is not None:
            return OpenSettings(setting)
        case ["set", which, value] if (setting := _setting(which)) is not None and value:
            return Set(setting, value)
        case [mark, card] if mark in _DEED_OF and SLUG.fullmatch(card):
            return OfCard(_DEED_OF[mark], CardId(card))
        case _:
            return _ALONE.get(data)


_DEEDS: dict[Deed, str] = {"ask": "fa", "more": "fm", "suspend": "fs", "bury": "fb", "back": "ft"}
_DEED_OF = {mark: deed for deed, mark in _DEEDS.items()}


_ALONE: dict[str, Button] = {
    "go": GoOn(),
    "later": Later(),
    "s": OpenSettings(),
    **{f"d:{what}": Draw(what) for what in DRAWINGS},
}
_OF_A_SHOWING: dict[str, type[DontKnow | Reveal | Undo | Guessed | Typo | More | Less | ReportCard]] = {
    "m": More,
    "l": Less,
    "e": ReportCard,
    "u": DontKnow,
    "r": Reveal,
    "z": Undo,
    "q": Guessed,
    "y": Typo,
}
_MARKS = {kind: mark for mark, kind in _OF_A_SHOWING.items()}


def _setting(word: str) -> Setting | None:
    return next((setting for setting in get_args(Setting) if setting == word), None)
