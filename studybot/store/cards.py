"""What each card revision said, and what its proofs came to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from studybot.core.card import CardId, Revision
from studybot.core.proof import ProofStatus, Proven
from studybot.core.run import Device
from studybot.store.tables import card_revisions, proofs
from studybot.store.transactions import Transactions, or_nothing, or_replace, reads, writes

_KEEP = or_nothing(card_revisions)
_BODY = select(card_revisions.c.body).where(
    card_revisions.c.card_id == bindparam("card_id"), card_revisions.c.revision == bindparam("revision")
)
_BODIES = select(card_revisions.c.revision, card_revisions.c.body).where(
    card_revisions.c.card_id == bindparam("card_id")
)
_KEEP_PROOF = or_replace(proofs)
_PROOFS = (
    select(proofs)
    .where(proofs.c.torch_version == bindparam("torch_version"), proofs.c.device == bindparam("device"))
    .order_by(proofs.c.card_id, proofs.c.revision)
)


class Cards(Transactions):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._bodies: dict[tuple[CardId, Revision], Mapping[str, Any]] = {}

    @writes
    def save_card(self, tx: Connection, card_id: CardId, revision: Revision, body: Mapping[str, Any]) -> None:
        tx.execute(_KEEP[tx.dialect.name], {"card_id": card_id, "revision": revision, "body": dict(body)})

    async def card_body(self, card_id: CardId, revision: Revision) -> Mapping[str, Any] | None:
        """Return what a revision says. That never changes, so each is read once: they are as many as the deck has."""
        return self._bodies.get((card_id, revision)) or await self._card_body(card_id, revision)

    @reads
    def _card_body(self, tx: Connection, card_id: CardId, revision: Revision) -> Mapping[str, Any] | None:
        return self.words_of(tx, card_id, revision)

    def words_of(self, tx: Connection, card_id: CardId, revision: Revision) -> Mapping[str, Any] | None:
        """Return what a revision says, as part of another transaction."""
        body = self._bodies.get((card_id, revision))
        if body is None:
            body = tx.execute(_BODY, {"card_id": card_id, "revision": revision}).scalar_one_or_none()
            if body is not None:
                self._bodies[card_id, revision] = body
        return body

    @reads
    def revisions_of(self, tx: Connection, card_id: CardId) -> Mapping[Revision, Mapping[str, Any]]:
        return {Revision(row.revision): row.body for row in tx.execute(_BODIES, {"card_id": card_id})}

    @writes
    def save_proof(self, tx: Connection, proven: Proven, *, at: datetime) -> None:
        columns = {
            "card_id": proven.card_id,
            "revision": proven.revision,
            "torch_version": proven.torch_version,
            "device": proven.device,
            "status": proven.status.value,
            "reason": proven.reason,
            "proved_at": at,
            "proved_by": proven.judged_by,
        }
        tx.execute(_KEEP_PROOF[tx.dialect.name], columns)

    @reads
    def proofs(self, tx: Connection, torch_version: str, device: Device) -> Sequence[Proven]:
        rows = tx.execute(_PROOFS, {"torch_version": torch_version, "device": device})
        return [
            Proven(
                CardId(row.card_id),
                Revision(row.revision),
                row.torch_version,
                row.device,
                ProofStatus(row.status),
                row.reason,
                row.proved_by,
            )
            for row in rows
        ]
