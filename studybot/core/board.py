"""The weekly board: for whoever wants to be on it, under the name they chose, and empty again every Monday."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from studybot.core.ballot import MemberId, places
from studybot.core.card import Language, Text

_MANNERS = (
    ("차분한", "calm"),
    ("다정한", "kind"),
    ("용감한", "brave"),
    ("느긋한", "easy-going"),
    ("꼼꼼한", "careful"),
    ("씩씩한", "hearty"),
    ("조용한", "quiet"),
    ("재빠른", "nimble"),
    ("엉뚱한", "quirky"),
    ("슬기로운", "wise"),
    ("반가운", "welcome"),
    ("든든한", "sturdy"),
    ("상냥한", "gentle"),
    ("끈질긴", "stubborn"),
    ("너그러운", "generous"),
    ("호기심 많은", "curious"),
)
_ANIMALS = (
    ("수달", "otter"),
    ("고래", "whale"),
    ("두루미", "crane"),
    ("고슴도치", "hedgehog"),
    ("너구리", "raccoon"),
    ("참새", "sparrow"),
    ("거북이", "turtle"),
    ("여우", "fox"),
    ("다람쥐", "squirrel"),
    ("부엉이", "owl"),
    ("사슴", "deer"),
    ("돌고래", "dolphin"),
    ("펭귄", "penguin"),
    ("나비", "butterfly"),
    ("토끼", "rabbit"),
    ("문어", "octopus"),
)
PSEUDONYMS = len(_MANNERS) * len(_ANIMALS)


@dataclass(frozen=True, slots=True)
class Earned:
    """The points a member earned in one challenge, and the study day of the challenge."""

    member: MemberId
    day: date
    points: int


Shown: TypeAlias = Literal["hidden", "name", "pseudonym"]


@dataclass(frozen=True, slots=True)
class Naming:
    """How somebody wants to be named on the board of a group; without a word of theirs they are not on it.

    `pseudonym` is the number that was drawn for them; it stays theirs, so that whoever hides for a week does not come
    back under another name.
    """

    name: str
    board: Shown = "hidden"
    pseudonym: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    place: int
    name: str
    points: int
    challenges: int


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def board(earned: Iterable[Earned], names: Mapping[MemberId, str], *, today: date) -> tuple[Row, ...]:
    """Return this week's board: only members in `names` are on it, and only they count for the places."""
    points, challenges = Counter[MemberId](), Counter[MemberId]()
    for one in earned:
        if one.member in names and monday(today) <= one.day <= today:
            points[one.member] += one.points
            challenges[one.member] += 1
    ordered = sorted(challenges, key=lambda member: (-points[member], names[member], member))
    numbers = places([points[member] for member in ordered])
    return tuple(
        Row(place, names[member], points[member], challenges[member])
        for place, member in zip(numbers, ordered, strict=True)
    )


def names_on_board(namings: Mapping[MemberId, Naming], language: Language) -> dict[MemberId, str]:
    """Return the names of whoever wants to be on the board."""
    names = {}
    for member, naming in namings.items():
        if naming.board == "name":
            names[member] = naming.name
        elif naming.board == "pseudonym" and naming.pseudonym is not None:
            names[member] = pseudonym(naming.pseudonym).in_(language)
    return names


def pseudonym(number: int) -> Text:
    """Return the pseudonym of a number drawn for somebody: it must be drawn, for whoever it is must not tell it."""
    manner, animal = divmod(number % PSEUDONYMS, len(_ANIMALS))
    (manner_ko, manner_en), (animal_ko, animal_en) = _MANNERS[manner], _ANIMALS[animal]
    return Text(f"{manner_ko} {animal_ko}", f"{manner_en} {animal_en}")


def free_pseudonym(drawn: int, taken: Collection[int]) -> int:
    """Return the drawn number, or the next one that nobody in the group has; a larger group than names shares them."""
    start = drawn % PSEUDONYMS
    order = ((start + step) % PSEUDONYMS for step in range(PSEUDONYMS))
    return next((number for number in order if number not in taken), start)
