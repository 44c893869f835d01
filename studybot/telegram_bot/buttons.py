"""What a button means, as a value; on the wire it is a few bytes of callback data (64 at most)."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from studybot.core.quiz import ShowingId
from studybot.core.schedule import Grade
from studybot.telegram_bot.me_buttons import MyButton, decode_mine, encode_mine

GRADES = tuple(str(int(grade)) for grade in Grade)
Setting = Literal["language", "zone", "hour", "new", "scheduler", "days", "quiet", "away", "minutes", "exam", "spread"]


@dataclass(frozen=True, slots=True)
class GoOn:
    """Begin, take up or continue the day's quiz.

    `after` is the settled card whose button it was; `topic` is what a link asked for.
    """

    after: ShowingId | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """Add cards to the day's quiz, which has `total` now."""

    total: int


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
    showing: ShowingId


@dataclass(frozen=True, slots=True)
class DontKnow:
    showing: ShowingId


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the answer to this showing back."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class Later:
    """Put the day's message away; the quiz waits."""


@dataclass(frozen=True, slots=True)
class SkipToday:
    """Take the day off."""


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
    | More
    | Pick
    | Toggle
    | Reveal
    | Say
    | Hint
    | DontKnow
    | Undo
    | Later
    | SkipToday
    | OpenSettings
    | Set
    | MyButton
)


def encode(button: Button) -> str:
    match button:
        case GoOn(after, topic):
            if topic:
                return f"deck:{topic}"
            return "go" if after is None else f"go:{after}"
        case More(total):
            return f"more:{total}"
        case Pick(showing, key):
            return f"a:{showing}:{key}"
        case Toggle(showing, keys):
            return f"t:{showing}:{keys}"
        case Say(showing, grade):
            return f"g:{showing}:{int(grade)}"
        case Hint(showing) | DontKnow(showing) | Reveal(showing) | Undo(showing):
            return f"{_MARKS[type(button)]}:{showing}"
        case Later():
            return "later"
        case SkipToday():
            return "skip"
        case OpenSettings(which):
            return "s" if which is None else f"s:{which}"
        case Set(which, value):
            return f"set:{which}:{value}"
        case mine:
            return encode_mine(mine)


def decode(data: str) -> Button | None:
    """Read callback data; None for anything that no button of ours carries (an old version's, or forged)."""
    match data.split(":", 2):
        case [("go" | "later" | "skip") as word]:
            return _ALONE[word]()
        case ["go", number] if number.isdecimal():
            return GoOn(ShowingId(int(number)))
        case ["deck", topic] if topic:
            return GoOn(topic=topic)
        case ["more", number] if number.isdecimal():
            return More(int(number))
        case ["s"]:
            return OpenSettings()
        case ["s", which] if (setting := _setting(which)) is not None:
            return OpenSettings(setting)
        case ["set", which, value] if (setting := _setting(which)) is not None and value:
            return Set(setting, value)
        case ["me", *_]:
            return decode_mine(data)
        case [mark, number, *rest] if number.isdecimal():
            return _of_a_showing(mark, ShowingId(int(number)), rest)
        case _:
            return None


def _of_a_showing(mark: str, showing: ShowingId, rest: list[str]) -> Button | None:
    match mark, rest:
        case "a", [key] if key:
            return Pick(showing, key)
        case "t", [keys]:
            return Toggle(showing, keys)
        case "g", [grade] if grade in GRADES:
            return Say(showing, Grade(int(grade)))
        case (("h" | "u" | "r" | "z"), []):
            return _OF_A_SHOWING[mark](showing)
        case _:
            return None


_ALONE: dict[str, type[GoOn | Later | SkipToday]] = {"go": GoOn, "later": Later, "skip": SkipToday}
_OF_A_SHOWING: dict[str, type[Hint | DontKnow | Reveal | Undo]] = {"h": Hint, "u": DontKnow, "r": Reveal, "z": Undo}
_MARKS = {kind: mark for mark, kind in _OF_A_SHOWING.items()}


def _setting(word: str) -> Setting | None:
    return next((setting for setting in get_args(Setting) if setting == word), None)
