"""What the flows need of the cards, as protocols: those that may be asked, and how new ones join them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from studybot.core.card import CardId, Text
from studybot.core.phrase import Said
from studybot.kinds import Card


class Deck(Protocol):
    """The cards that may be asked: loaded, and proved for the torch that is installed."""

    async def ready(
        self, needed: Collection[CardId] = (), *, new: int | None = None, known: Collection[CardId] = ()
    ) -> None:
        """Wait until the `needed` cards are proved or refused, and `new` to schedule are live that are not `known`.

        None waits for the whole deck.
        Raises SandboxUnavailable if that cannot be found out now.
        """
        ...

    def live(self) -> Sequence[Card]:
        """Return the proved cards in the deck's order."""
        ...

    def unproved(self) -> int:
        """Return how many cards are still being proved; they may be live in a moment."""
        ...

    def title_of(self, topic: str) -> Text:
        """Return a topic's name for learners."""
        ...

    def quarantine(self, card: Card, reason: Said) -> None:
        """Take a card out of the live ones because its run no longer bears it out; tell whoever keeps the deck."""
        ...

    def note(self, card: Card, remark: Said) -> None:
        """Tell whoever keeps the deck something about a card; it stays live."""
        ...

    def news(self) -> Sequence[Said]:
        """Return a line for each card that was taken out, refused or noted since `forget_news`: which, where, why."""
        ...

    def forget_news(self, count: int) -> None:
        """Forget the oldest `count` lines of the news: somebody was told."""
        ...


@dataclass(frozen=True, slots=True)
class Proposed:
    """Well-formed, proved cards that may join the deck, of one topic. `near` says what is nearly the same there.

    `there` counts those that stand in the deck already, word for word; they are not among `cards`.
    """

    cards: tuple[Card, ...]
    title: Text
    there: int = 0
    near: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Why cards cannot join the deck: a line for each thing to mend, with its place."""

    problems: tuple[Said, ...]


class Desk(Protocol):
    """Takes new cards into the deck's files."""

    async def look_at(self, content: bytes, *, name: str, topic: str | None = None) -> Proposed | Refused:
        """Check, prove and compare cards; nothing is written. `name` stands for their file in problems.

        Raises SandboxUnavailable.
        """
        ...

    async def publish(self, content: bytes, *, name: str, topic: str | None = None) -> Proposed | Refused:
        """Look at cards once more, write them into the deck, and let the live deck take them up.

        Raises SandboxUnavailable. A second time there is nothing left to write.
        """
        ...
