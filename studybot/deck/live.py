"""The cards that may be asked now: those whose proof holds for what is installed."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from studybot.core.card import CardId, Text
from studybot.core.phrase import Phrase, Said
from studybot.core.proof import ProofStatus
from studybot.core.quiz import Pick, interleaved
from studybot.core.run import Device, Snippet
from studybot.deck.judge import judge
from studybot.deck.loader import LoadedCard, LoadedDeck
from studybot.deck.publishing import MEANING_CHANGED, publish
from studybot.deck.verify import ASKED_BY, CPU_ONLY, STATUS_WORDS, CardProof, devices_for, verify
from studybot.errors import SandboxUnavailable
from studybot.kinds import Card
from studybot.ports import Clock, Runner, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A card that is not asked, for whoever keeps the deck: what it is, where it stands, and why."""

    loaded: LoadedCard
    reason: Said

    @property
    def phrase(self) -> Phrase:
        return Phrase("{card}: {reason}", card=self.loaded, reason=self.reason)

    def __str__(self) -> str:
        return str(self.phrase)


class LiveDeck:
    """A `ports.Deck`: a loaded deck, of which the cards are live that are proved.

    No card is live before `prove_missing` was called; call it again whenever the sandbox was unavailable.
    An edited card is another revision, and must be proved anew.
    """

    def __init__(self, deck: LoadedDeck) -> None:
        self.deck = deck
        self.withheld: dict[CardId, Withheld] = {}
        """Cards that were refused or taken out, by id; skipped ones are neither live nor here."""
        self._devices: Collection[Device] = CPU_ONLY
        self._revisions = {one.card.card_id: one.card.revision for one in deck.cards}
        self._live: set[CardId] = set()
        self._skipped = _retired(deck)
        self._settled = asyncio.Event()
        self._step = asyncio.Event()
        self._failure: SandboxUnavailable | None = None
        self._news: list[Said] = []

    async def ready(
        self, needed: Collection[CardId] = (), *, new: int | None = None, known: Collection[CardId] = ()
    ) -> None:
        """Wait for as many cards as a learner's day takes: a newcomer need not wait for the whole deck.

        See `studybot.deck_ports.Deck`. Raises SandboxUnavailable if that cannot be found out now.
        """
        while not (self._settled.is_set() or self._enough(needed, new, known)):
            await self._step.wait()
        if self._failure is not None:
            raise SandboxUnavailable(str(self._failure)) from self._failure

    def _enough(self, needed: Collection[CardId], new: int | None, known: Collection[CardId]) -> bool:
        settled = self._live | self.withheld.keys() | self._skipped
        open_still = any(card_id in self._revisions and card_id not in settled for card_id in needed)
        if new is None or open_still:
            return False
        old = {*needed, *known}
        return sum(card.is_scheduled and card.card_id not in old for card in self.live()) >= new

    def _stepped(self) -> None:
        """Let whoever waits for `ready` look again."""
        step, self._step = self._step, asyncio.Event()
        step.set()

    def live(self) -> Sequence[Card]:
        """Return the proved cards in the deck's order."""
        return [one.card for one in self.deck.cards if one.card.card_id in self._live]

    def unproved(self) -> int:
        """Return how many cards are still being proved."""
        return 0 if self._settled.is_set() else len(self._missing())

    def renew(self, deck: LoadedDeck) -> None:
        """Take another state of the files. What was not edited stays as it was, proofs and all; see `prove_missing`."""
        before, self._revisions = self._revisions, {one.card.card_id: one.card.revision for one in deck.cards}
        same = {card_id for card_id, revision in self._revisions.items() if before.get(card_id) == revision}
        retired, restored = _retired(deck), _retired(self.deck) - _retired(deck)
        self.deck = deck
        self._live &= same - retired
        self._skipped = (self._skipped & same - restored) | retired
        self.withheld = {card_id: one for card_id, one in self.withheld.items() if card_id in same - retired}

    def tell(self, news: Said) -> None:
        """Tell whoever keeps the deck something that is about no card."""
        self._news.append(news)
        log.warning("%s", news)

    def title_of(self, topic: str) -> Text:
        """Return a topic's name for learners; a topic that the deck no longer has keeps its slug."""
        return self.deck.titles.get(topic, Text(topic, topic))

    def quarantine(self, card: Card, reason: Said) -> None:
        """Take a card out until it is edited or studybot restarts, and remember why."""
        if card.card_id not in self._live or self._revisions[card.card_id] != card.revision:
            return  # it is out already, or what was asked is an older revision than the live one
        self._live.discard(card.card_id)
        self._withhold(next(one for one in self.deck.cards if one.card.card_id == card.card_id), reason)

    def note(self, card: Card, remark: Said) -> None:
        """Tell whoever keeps the deck something about a card, which stays live."""
        loaded = next((one for one in self.deck.cards if one.card.card_id == card.card_id), None)
        self._news.append(Phrase("{card}: {reason}", card=loaded or card.id, reason=remark))
        log.info("card noted: %s: %s", loaded or card.id, remark)

    def news(self) -> Sequence[Said]:
        return tuple(self._news)

    def forget_news(self, count: int) -> None:
        del self._news[:count]

    async def prove_missing(self, store: Store, runner: Runner, clock: Clock) -> None:
        """Make every card live whose proof is stored or succeeds now. Each is live as soon as it is proved.

        Only proofs that hold are trusted from before: a refused card gets another chance at every start.
        Raises SandboxUnavailable.
        """
        self._settled.clear()
        self._failure = None
        try:
            self._devices = await devices_for(self.deck.cards, runner)
            await self._recall(store, await _torch_version(runner))
            self._stepped()
            await self._publish([one for one in self.deck.cards if one.card.card_id in self._live], store, clock)
            async for proof in verify(self._missing(), runner, devices=self._devices):
                await store.save_card(proof.proven.card_id, proof.proven.revision, proof.loaded.card.body())
                await store.save_proof(proof.proven, at=clock.now())
                self._take(proof)
                self._stepped()
                if proof.proven.status is ProofStatus.PROVEN:
                    await self._publish([proof.loaded], store, clock)
        except SandboxUnavailable as error:
            self._failure = error
            raise
        finally:
            self._settled.set()
            self._stepped()
        log.info("deck proved live=%d withheld=%d of=%d", len(self._live), len(self.withheld), len(self.deck.cards))

    def _missing(self) -> list[LoadedCard]:
        """Return the cards to prove, topics interleaved: the first of them make a good first quiz."""
        settled = self._live | self.withheld.keys() | _retired(self.deck)
        by_id = {one.card.card_id: one for one in self.deck.cards if one.card.card_id not in settled}
        picks = [Pick(card_id, one.card.topic) for card_id, one in by_id.items()]
        return [by_id[pick.card_id] for pick in interleaved(picks)]

    async def _recall(self, store: Store, torch_version: str) -> None:
        held = {
            (proven.card_id, proven.revision, proven.device)
            for device in self._devices
            for proven in await store.proofs(torch_version, device)
            if proven.status is ProofStatus.PROVEN and proven.judged_by == judge()
        }
        for card in (one.card for one in self.deck.cards):
            key = card.card_id, self._revisions[card.card_id], card.runs_on
            if key in held and card.card_id not in self.withheld and card.retired is None:
                self._live.add(card.card_id)

    async def _publish(self, cards: Sequence[LoadedCard], store: Store, clock: Clock) -> None:
        """Note which revisions are asked now, and tell where an edit changed what learners must know."""
        undecided = await publish(cards, store, at=clock.now())
        for one in (one for one in cards if one.card.card_id in undecided):
            self.tell(
                Phrase(
                    "{card}: {reason} {command}",
                    card=one,
                    reason=MEANING_CHANGED,
                    command=f"studybot cards diff {one.card.id}",
                )
            )

    def _take(self, proof: CardProof) -> None:
        match proof.proven.status:
            case ProofStatus.PROVEN:
                self._live.add(proof.proven.card_id)
            case ProofStatus.SKIPPED:
                self._skipped.add(proof.proven.card_id)
                log.info("card skipped card=%s: %s", proof.proven.card_id, proof.proven.reason)
            case status:
                reason = proof.reason or proof.proven.reason
                self._withhold(proof.loaded, Phrase("{status}: {reason}", status=STATUS_WORDS[status], reason=reason))

    def _withhold(self, loaded: LoadedCard, reason: Said) -> None:
        self.withheld[loaded.card.card_id] = Withheld(loaded, reason)
        self._news.append(self.withheld[loaded.card.card_id].phrase)
        log.warning("card is not asked: %s: %s", loaded, reason)


def _retired(deck: LoadedDeck) -> set[CardId]:
    return {one.card.card_id for one in deck.cards if one.card.retired is not None}


async def _torch_version(runner: Runner) -> str:
    """Return the sandbox's torch; where it is not known yet, a first run makes it known."""
    try:
        return runner.torch_version
    except SandboxUnavailable:
        await runner.run(Snippet("None"), asked_by=ASKED_BY, urgent=False)
        return runner.torch_version
