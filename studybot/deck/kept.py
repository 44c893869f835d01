"""Proofs kept in a file, so that `cards verify` runs again only what has changed."""

import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from studybot.core.proof import ProofStatus, Proven
from studybot.core.run import Device
from studybot.deck.judge import judge
from studybot.deck.judging import Outcome
from studybot.deck.loader import LoadedCard
from studybot.deck.verify import CardProof

FORMAT = 1


class KeptProofs:
    """The proofs that held, by card, revision and devices. Whatever is wrong with the file, it only costs runs.

    Only `PROVEN` is kept: what was refused gets another chance each time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = self._read()

    def of(self, loaded: LoadedCard, devices: Collection[Device]) -> CardProof | None:
        """Return the proof of exactly this revision, made by the same judge for the same libraries."""
        record = self._kept.get(_key(loaded, devices))
        if record is None:
            return None
        card = loaded.card
        try:
            proven = Proven(
                card.card_id, card.revision, record["torch"], card.runs_on, ProofStatus.PROVEN, judged_by=judge()
            )
            return CardProof(loaded, proven, tuple(Outcome(name, ProofStatus.PROVEN) for name in record["proofs"]))
        except (KeyError, TypeError):
            return None

    def keep(self, proofs: Iterable[CardProof], devices: Collection[Device]) -> None:
        """Add proofs to the file, and leave out what other revisions of these cards had. Raises OSError."""
        for proof in proofs:
            others = f"{proof.loaded.card.id} "
            self._kept = {key: record for key, record in self._kept.items() if not key.startswith(others)}
            if proof.proven.status is ProofStatus.PROVEN:
                names = [str(outcome.name) for outcome in proof.outcomes]
                self._kept[_key(proof.loaded, devices)] = {"torch": proof.proven.torch_version, "proofs": names}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_text(json.dumps({"format": FORMAT, "judge": judge(), "proofs": self._kept}), encoding="utf-8")
        fresh.replace(self._path)

    def _read(self) -> dict[str, Any]:
        try:
            record = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(record, dict) or (record.get("format"), record.get("judge")) != (FORMAT, judge()):
            return {}
        proofs = record.get("proofs")
        return proofs if isinstance(proofs, dict) else {}


def _key(loaded: LoadedCard, devices: Collection[Device]) -> str:
    return f"{loaded.card.id} {loaded.card.revision} {','.join(sorted(devices))}"
