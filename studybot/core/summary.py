"""What is left of a challenge when it is over, as its members take it into their study logs."""

from dataclasses import dataclass
from datetime import date

from studybot.core.ballot import Ballots
from studybot.core.card import Text
from studybot.core.peer_instruction import ENOUGH, Discussed, discussed
from studybot.core.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Belief:
    """An answer that members gave, and how many of them in the first and in the last vote.

    `said` is an option's label, or as a plain string what somebody wrote. `meant` tells of a wrong option what it
    would have meant. `last` is None where there was one vote only.
    """

    said: Text | Phrase | str
    right: bool
    first: int
    last: int | None = None
    meant: Text | Phrase | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """What a member wrote on a discussion card; `by` is their name if they agreed to be named."""

    text: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class PlayedCard:
    """A card and what became of it. `shown` is what torch showed; a discussion card has takes and no ballots."""

    question: Text
    code: str = ""
    ballots: Ballots | None = None
    beliefs: tuple[Belief, ...] = ()
    shown: str = ""
    explanation: Text | None = None
    takes: tuple[Take, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether too few were right even in the last vote for the card to be settled."""
        share = self.ballots.last.share if self.ballots else None
        return share is not None and share <= ENOUGH

    @property
    def strongest_mistake(self) -> Belief | None:
        """The wrong answer that most members still gave in the last vote."""
        wrong = [belief for belief in self.beliefs if not belief.right and _at_last(belief)]
        return max(wrong, key=_at_last, default=None)


@dataclass(frozen=True, slots=True)
class Summary:
    """`named` are the members who agreed to be named, `others` how many more took part.

    `asked` are the questions that members left open in their own words.
    """

    day: date
    named: tuple[str, ...]
    others: int
    cards: tuple[PlayedCard, ...]
    asked: tuple[str, ...] = ()

    @property
    def discussed(self) -> Discussed:
        return discussed([card.ballots for card in self.cards if card.ballots])


def _at_last(belief: Belief) -> int:
    return belief.first if belief.last is None else belief.last
