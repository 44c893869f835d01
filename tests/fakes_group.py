"""`FakeGroup`: a group's chat that remembers what it was shown. `out` puts the bot out of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studybot.core.challenge import Challenge
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.errors import GroupGone
from studybot.group_ports import Ending, Evidence, Lobby, Posted, RoundView


@dataclass
class FakeGroup:
    lobbies: list[Lobby] = field(default_factory=list)
    ballots: list[RoundView] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    missed: list[tuple[int, int]] = field(default_factory=list)
    messages: int = 0
    out: bool = False

    async def show_lobby(self, lobby: Lobby) -> int:
        self.lobbies.append(lobby)
        return self._sent()

    async def show_ballot(self, view: RoundView) -> Posted:
        self.ballots.append(view)
        message_id = self._sent()
        return Posted(message_id, poll_id=f"poll {message_id}" if view.as_poll else None)

    async def show_evidence(self, evidence: Evidence) -> Posted:
        self.evidence.append(evidence)
        return Posted(self._sent())

    async def show_end(self, ending: Ending) -> int:
        self.endings.append(ending)
        return self._sent()

    async def say(self, challenge: Challenge, what: Phrase) -> None:
        self.said.append(str(what))
        self._sent()

    async def ask_missed(self, learner: Learner, challenge: Challenge, cards: int) -> None:
        self.missed.append((int(learner.chat_id), cards))

    @property
    def turns(self) -> Sequence[str | None]:
        """Whose turn it was, ballot by ballot."""
        return [view.turn.name if view.turn else None for view in self.ballots]

    def _sent(self) -> int:
        if self.out:
            raise GroupGone("the bot is out")
        self.messages += 1
        return self.messages
