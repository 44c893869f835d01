"""Ballots in short: who was right and who was wrong, by their letters."""

from studybot.core.ballot import Ballot, Ballots, Follow, MemberId
from studybot.core.card import CardId


def members(letters: str) -> frozenset[MemberId]:
    """Return members by letters: "ab" are 1 and 2."""
    return frozenset(MemberId(ord(letter) - ord("a") + 1) for letter in letters)


def ballot(right: str, wrong: str, after: Follow | None = None) -> Ballot:
    return Ballot(members(right), members(wrong), after)


def at_once(right: str, wrong: str = "", *, card: str = "card") -> Ballots:
    return Ballots(CardId(card), (ballot(right, wrong),))


def discussed(before: tuple[str, str], after: tuple[str, str], *, card: str = "card") -> Ballots:
    return Ballots(CardId(card), (ballot(*before), ballot(*after, Follow.DISCUSS)))


def hinted(first: tuple[str, str], second: tuple[str, str], *, card: str = "card") -> Ballots:
    return Ballots(CardId(card), (ballot(*first), ballot(*second, Follow.HINT)))


def passed_on(first: tuple[str, str], second: tuple[str, str], *, card: str = "card") -> Ballots:
    return Ballots(CardId(card), (ballot(*first), ballot(*second, Follow.PASS_ON)))
