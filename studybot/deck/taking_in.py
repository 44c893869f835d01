"""A `ports.Desk` on the deck's folder: cards that come by chat join it as those that come by file do."""

import asyncio
from collections.abc import Sequence

from studybot.core.phrase import said
from studybot.core.proof import ProofStatus
from studybot.deck.desk import Proposal, place_for, proposal_of, publish
from studybot.deck.files import CannotRead, text_of
from studybot.deck.keeper import DeckKeeper
from studybot.deck.loader import load_deck
from studybot.deck.verify import CardProof, devices_for, verify
from studybot.deck_ports import Proposed, Refused
from studybot.errors import DeckError, Problem, StudybotError

STEM = "from-chat"
"""The deck file of each topic that takes in what comes by chat."""


class FolderDesk:
    """Looks at cards, and writes them into the folder that a running bot follows."""

    def __init__(self, keeper: DeckKeeper) -> None:
        self._keeper = keeper

    async def look_at(self, content: bytes, *, name: str, topic: str | None = None) -> Proposed | Refused:
        try:
            proposal = await asyncio.to_thread(self._read, content, name, topic)
        except DeckError as error:
            return Refused(tuple(problem.phrase for problem in error.problems))
        proofs = await self._proved(proposal)
        if bad := [proof for proof in proofs if proof.proven.status in {ProofStatus.REFUTED, ProofStatus.BROKEN}]:
            return Refused(tuple(proof.phrase for proof in bad))
        return Proposed(
            tuple(one.card for one in proposal.new),
            proposal.title,
            len(proposal.there),
            tuple(near.phrase for near in proposal.near),
        )

    async def publish(self, content: bytes, *, name: str, topic: str | None = None) -> Proposed | Refused:
        looked = await self.look_at(content, name=name, topic=topic)
        if isinstance(looked, Refused):
            return looked
        try:
            await asyncio.to_thread(self._write, content, name, topic)
        except DeckError as error:
            return Refused(tuple(problem.phrase for problem in error.problems))
        except StudybotError as error:
            return Refused((said(error),))
        await self._keeper.reload()
        return looked

    def _read(self, content: bytes, name: str, topic: str | None) -> Proposal:
        try:
            text = text_of(content)
        except CannotRead as error:
            raise DeckError([Problem(name, error.line, said(error))]) from error
        return proposal_of(text, name=name, deck=load_deck(self._keeper.folder), topic=topic)

    def _write(self, content: bytes, name: str, topic: str | None) -> None:
        proposal = self._read(content, name, topic)
        publish(proposal, self._keeper.folder, place_for(proposal, self._keeper.folder, STEM))

    async def _proved(self, proposal: Proposal) -> Sequence[CardProof]:
        """Prove what is new, and keep the proofs: once the cards are written they are live at once."""
        keeper, proofs = self._keeper, []
        devices = await devices_for(proposal.new, keeper.runner)
        async for proof in verify(proposal.new, keeper.runner, devices=devices):
            proven = proof.proven
            await keeper.store.save_card(proven.card_id, proven.revision, proof.loaded.card.body())
            await keeper.store.save_proof(proven, at=keeper.clock.now())
            proofs.append(proof)
        return proofs
