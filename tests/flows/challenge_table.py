"""A group at its table: challenges of any mode, driven through the flows, with everything outside as named fakes."""

from dataclasses import dataclass, field
from datetime import timedelta

from studybot.core.ballot import MemberId
from studybot.core.card import Language
from studybot.core.challenge import Challenge, ChallengeId, Group, Member, Mode, Played, Round, Rules, Stage
from studybot.core.learner import ChatId
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.flows.challenge_lobby import open_lobby, start
from studybot.flows.challenge_rounds import go_on, view_of
from studybot.flows.challenge_votes import Taken, VoteOutcome, answer, close_soon, judge, pick
from studybot.flows.modes import mode_of
from studybot.flows.outside import Outside
from studybot.group_ports import RoundView
from studybot.kinds import Card
from studybot.schedulers import SCHEDULERS
from tests.fakes import FakeDeck, FrozenClock
from tests.fakes_group import FakeGroup
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore

ANN, BOB, EVE = (Member(MemberId(number), name) for number, name in ((1, "Ann"), (2, "Bob"), (3, "Eve")))


@dataclass
class Table:
    """`choose` and `write` vote on the round that is open now, or on one that is named."""

    outside: Outside
    chat: FakeGroup
    clock: FrozenClock
    group: Group
    challenge_id: ChallengeId
    updates: int = field(default=0)

    async def challenge(self) -> Challenge:
        found = await self.outside.store.challenge(self.challenge_id)
        assert found is not None
        return found

    async def played(self) -> Played:
        found = await self.outside.store.played(self.challenge_id)
        assert found is not None
        return found

    async def round(self) -> Round:
        challenge = await self.challenge()
        one = mode_of(challenge).current(challenge, await self.outside.store.rounds_of(self.challenge_id))
        assert one is not None
        return one

    async def view(self, one: Round | None = None) -> RoundView:
        return await view_of(await self.challenge(), one or await self.round(), outside=self.outside)

    async def begin(self) -> bool:
        begun = await start(await self.challenge(), outside=self.outside)
        await self.go_on()
        return begun

    async def go_on(self, *, after: float = 0) -> None:
        self.clock.move(timedelta(seconds=after))
        await go_on(self.challenge_id, self.chat, outside=self.outside)

    async def choose(self, member: Member, key: str, one: Round | None = None) -> VoteOutcome:
        view = await self.view(one)
        outcome = await pick(view, view.round.ballot, member, key, update_id=self._update(), outside=self.outside)
        return await self._settled(view, outcome)

    async def write(self, member: Member, text: str, one: Round | None = None, *, judging: bool = True) -> VoteOutcome:
        """Answer with words. Where it is code and `judging` is false, the bot is killed before it runs it."""
        view = await self.view(one)
        outcome = await answer(view, member, text, update_id=self._update(), outside=self.outside)
        if isinstance(outcome, Taken) and outcome.judging:
            if not judging:
                return outcome
            await judge(view, outcome.vote, outside=self.outside)
        return await self._settled(view, outcome)

    async def _settled(self, view: RoundView, outcome: VoteOutcome) -> VoteOutcome:
        if isinstance(outcome, Taken) and mode_of(view.challenge).closes_early(view, outcome.counted):
            await close_soon(view.round, outside=self.outside)
        return outcome

    def _update(self) -> int:
        self.updates += 1
        return self.updates

    async def is_over(self) -> bool:
        return (await self.challenge()).stage is Stage.OVER


async def a_table(
    mode: Mode, *cards: Card, wanted: int = 2, members: tuple[Member, ...] = (ANN, BOB), seconds: int = 60
) -> Table:
    """Return a lobby with these members, the first of whom moderates."""
    clock, store = FrozenClock(), MemoryStore()
    outside = Outside(store, FakeDeck(list(cards)), FakeRunner(run), clock, SCHEDULERS)
    for card in cards:
        await store.save_card(card.card_id, card.revision, card.body())
    group = await store.welcome_group(ChatId(-5), language=Language.EN, zone="Asia/Seoul")
    rules = Rules(cards=wanted, vote_seconds=seconds, mode=mode)
    challenge, _ = await open_lobby(group, 0, rules, members[0], outside=outside)
    for member in members[1:]:
        await store.join(challenge.id, member, at=clock.now())
    return Table(outside, FakeGroup(), clock, group, challenge.id)


def run(snippet: Snippet) -> RunResult:
    """Give what the cards of the fakes expect; a program is right once it keeps its graph."""
    if "backward" in snippet.code:
        if "retain_graph=True" in snippet.code:
            return RunResult(RunStatus.OK, value=[[[], 4.0, [], None, None]])
        return RunResult(RunStatus.RAISED, value=None, stderr="the graph is gone")
    return RunResult(RunStatus.OK, value=False if snippet.code == "2 == 3" else 4)
