"""What a button means, as a value; on the wire it is a few bytes of callback data (64 at most)."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from studybot.core.card import CardId
from studybot.core.quiz import ShowingId
from studybot.core.schedule import Grade
from studybot.telegram_bot.add_buttons import AddButton, DropCards, PublishCards, decode_add, encode_add
from studybot.telegram_bot.me_buttons import Forget, KeepAll, MyButton, ShowHistory, decode_mine, encode_mine

GRADES = tuple(str(int(grade)) for grade in Grade)
HINT_STEPS = ("0", "1", "2", "3", "4")
Setting = Literal[
    "language", "zone", "hour", "new", "scheduler", "days", "quiet", "away", "minutes", "exam", "spread", "news"
]  # fmt: skip
Deed = Literal["ask", "more", "suspend", "bury", "back"]
SLUG = re.compile(r"[a-z0-9-]{1,60}")
Drawing = Literal["memory", "graph"]
DRAWINGS: tuple[Drawing, ...] = get_args(Drawing)

GREATEST_NUMBER = 2**63 - 1
"""What a database takes."""


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
class MoreOf:
    """Show what else can be done with this card."""

    showing: ShowingId


@dataclass(frozen=True, slots=True)
class LessOf:
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


OnlyOfAShowing: TypeAlias = DontKnow | Reveal | Undo | Guessed | Typo | MoreOf | LessOf | ReportCard
"""Buttons that carry a showing and nothing else."""

OfAShowing: TypeAlias = Pick | Toggle | Say | Hint | OnlyOfAShowing

Button: TypeAlias = (
    GoOn | More | OfAShowing | OfCard | Draw | Later | SkipToday | OpenSettings | Set | MyButton | AddButton
)


def encode(button: Button) -> str:
    match button:
        case GoOn(after, topic):
            if topic:
                return f"deck:{topic}"
            return "go" if after is None else f"go:{after}"
        case More(total):
            return f"more:{total}"
        case OfCard(what, card):
            return f"{_DEEDS[what]}:{card}"
        case Draw(what):
            return f"d:{what}"
        case Later():
            return "later"
        case SkipToday():
            return "skip"
        case OpenSettings(which):
            return "s" if which is None else f"s:{which}"
        case Set(which, value):
            return f"set:{which}:{value}"
        case ShowHistory() | Forget() | KeepAll():
            return encode_mine(button)
        case PublishCards() | DropCards():
            return encode_add(button)
        case of_a_showing:
            return _encode_of_a_showing(of_a_showing)


def _encode_of_a_showing(button: OfAShowing) -> str:
    match button:
        case Pick(showing, key):
            return f"a:{showing}:{key}"
        case Toggle(showing, keys):
            return f"t:{showing}:{keys}"
        case Say(showing, grade):
            return f"g:{showing}:{int(grade)}"
        case Hint(showing, step):
            return f"h:{showing}:{step}"
        case alone:
            return f"{_MARKS[type(alone)]}:{alone.showing}"


def is_number(text: str) -> bool:
    """Tell whether this may be a number of ours."""
    return text.isdecimal() and len(text) < 20 and int(text) <= GREATEST_NUMBER


def decode(data: str) -> Button | None:
    """Read callback data; None for anything that no button of ours carries (an old version's, or forged)."""
    match data.split(":", 2):
        case [("go" | "later" | "skip") as word]:
            return _ALONE[word]()
        case ["go", number] if is_number(number):
            return GoOn(ShowingId(int(number)))
        case ["deck", topic] if topic:
            return GoOn(topic=topic)
        case ["more", number] if is_number(number):
            return More(int(number))
        case ["d", what]:
            return _DRAWN.get(what)
        case ["s"]:
            return OpenSettings()
        case ["s", which] if (setting := _setting(which)) is not None:
            return OpenSettings(setting)
        case ["set", which, value] if (setting := _setting(which)) is not None and value:
            return Set(setting, value)
        case [mark, card] if mark in _DEED_OF and SLUG.fullmatch(card):
            return OfCard(_DEED_OF[mark], CardId(card))
        case [("me" | "add") as whose, *_]:
            return decode_mine(data) if whose == "me" else decode_add(data)
        case [mark, number, *rest] if is_number(number):
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
        case "h", [step] if step in HINT_STEPS:
            return Hint(showing, int(step))
        case mark, [] if mark in _OF_A_SHOWING:
            return _OF_A_SHOWING[mark](showing)
        case _:
            return None


_ALONE: dict[str, type[GoOn | Later | SkipToday]] = {"go": GoOn, "later": Later, "skip": SkipToday}
_DRAWN: dict[str, Draw] = {what: Draw(what) for what in DRAWINGS}
_DEEDS: dict[Deed, str] = {"ask": "fa", "more": "fm", "suspend": "fs", "bury": "fb", "back": "ft"}
_DEED_OF = {mark: deed for deed, mark in _DEEDS.items()}
_OF_A_SHOWING: dict[str, type[OnlyOfAShowing]] = {
    "m": MoreOf,
    "l": LessOf,
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
