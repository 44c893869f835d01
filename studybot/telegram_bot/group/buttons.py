"""Buttons of a group's challenge, as values and as the few bytes of callback data that carry them."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from studybot.core.ballot import MemberId
from studybot.core.board import Shown
from studybot.core.challenge import ChallengeId, GroupId, RoundId
from studybot.telegram_bot.buttons import is_number

Deed = Literal["join", "leave", "named", "start", "cancel", "rules", "topics", "heirs", "back", "end", "again"]
RoundDeed = Literal["close", "next", "wait"]
Rule = Literal["cards", "seconds", "topic", "mode", "language"]


@dataclass(frozen=True, slots=True)
class OfChallenge:
    """Do something with a challenge."""

    what: Deed
    challenge: ChallengeId


@dataclass(frozen=True, slots=True)
class SetRule:
    challenge: ChallengeId
    which: Rule
    value: str


@dataclass(frozen=True, slots=True)
class PassOn:
    challenge: ChallengeId
    to: MemberId


@dataclass(frozen=True, slots=True)
class CastVote:
    """Vote for an option in one ballot of a round: a button of the ballot before says so by its number."""

    round: RoundId
    ballot: int
    key: str


@dataclass(frozen=True, slots=True)
class OfRound:
    """Close the vote, go on from the evidence, or stay with it a while."""

    what: RoundDeed
    round: RoundId
    ballot: int = 0


@dataclass(frozen=True, slots=True)
class OnBoard:
    """Be on a group's weekly board in some way, or not at all. Its handler is not that of the challenges."""

    group: GroupId
    how: Shown


GroupButton: TypeAlias = OfChallenge | SetRule | PassOn | CastVote | OfRound

PATTERN = r"^c[a-z]:"
BOARD_PATTERN = r"^b[hnp]:"
_BOARD: dict[Shown, str] = {"hidden": "bh", "name": "bn", "pseudonym": "bp"}
_DEEDS: dict[Deed, str] = {
    "join": "cj",
    "leave": "cl",
    "named": "cn",
    "start": "cs",
    "cancel": "cx",
    "rules": "cr",
    "topics": "ct",
    "heirs": "ch",
    "back": "cb",
    "end": "ce",
    "again": "ca",
}
_DEED_OF = {mark: deed for deed, mark in _DEEDS.items()}
_ROUND_DEEDS: dict[RoundDeed, str] = {"close": "cc", "next": "cg", "wait": "cw"}
_ROUND_DEED_OF = {mark: deed for deed, mark in _ROUND_DEEDS.items()}


def encode_group(button: GroupButton) -> str:
    match button:
        case OfChallenge(what, challenge):
            return f"{_DEEDS[what]}:{challenge}"
        case SetRule(challenge, which, value):
            return f"cq:{challenge}:{which}:{value}"
        case PassOn(challenge, to):
            return f"cp:{challenge}:{to}"
        case CastVote(round_, ballot, key):
            return f"cv:{round_}:{ballot}:{key}"
        case OfRound(what, round_, ballot):
            return f"{_ROUND_DEEDS[what]}:{round_}:{ballot}"


def encode_board(button: OnBoard) -> str:
    return f"{_BOARD[button.how]}:{button.group}"


def decode_board(data: str) -> OnBoard | None:
    """Read callback data; None for anything that no button of the board carries."""
    mark, _, group = data.partition(":")
    how = next((how for how, known in _BOARD.items() if known == mark), None)
    return None if how is None or not is_number(group) else OnBoard(GroupId(int(group)), how)


def is_vote(data: str) -> bool:
    """Return whether callback data is a vote, whose order among the others of a person counts."""
    return data.startswith("cv:")


def decode_group(data: str) -> GroupButton | None:
    """Read callback data; None for anything that no button of ours carries."""
    mark, *rest = data.split(":", 3)
    if not rest or not is_number(rest[0]):
        return None
    number = int(rest[0])
    match mark, rest[1:]:
        case mark, [] if mark in _DEED_OF:
            return OfChallenge(_DEED_OF[mark], ChallengeId(number))
        case "cq", [which, value] if which in get_args(Rule) and value:
            rule: Rule = next(rule for rule in get_args(Rule) if rule == which)
            return SetRule(ChallengeId(number), rule, value)
        case "cp", [to] if is_number(to):
            return PassOn(ChallengeId(number), MemberId(int(to)))
        case "cv", [ballot, key] if is_number(ballot) and key:
            return CastVote(RoundId(number), int(ballot), key)
        case mark, [ballot] if mark in _ROUND_DEED_OF and is_number(ballot):
            return OfRound(_ROUND_DEED_OF[mark], RoundId(number), int(ballot))
        case _:
            return None
