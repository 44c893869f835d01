"""Which cards change their answer from one torch to another. Exceptions are compared by type, never by text."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from itertools import islice

from studybot.core.compare import Tolerance, compare
from studybot.core.proof import ProofStatus
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.show import evidence, first_line
from studybot.core.value import Opaque
from studybot.deck.loader import LoadedCard
from studybot.deck.verify import ASKED_BY, CardProof, verify
from studybot.errors import SandboxUnavailable
from studybot.kinds import Card
from studybot.ports import Runner

VARIANTS = 8
"""So many variants of a parametric card are compared."""

TOLERANCE = Tolerance(relative=1e-4, absolute=1e-4)


@dataclass(frozen=True, slots=True)
class Drift:
    """What a card answers here and there, as short texts, and what its proofs came to there.

    `here` and `there` are empty where the answer is the same.
    """

    loaded: LoadedCard
    proof: CardProof
    here: str = ""
    there: str = ""

    @property
    def is_one(self) -> bool:
        """Whether anything changed: another answer, or a proof that does not hold there."""
        return bool(self.here or self.there) or self.proof.proven.status not in {
            ProofStatus.PROVEN,
            ProofStatus.SKIPPED,
        }


async def drift(cards: Iterable[LoadedCard], here: Runner, there: Runner) -> AsyncIterator[Drift]:
    """Compare each card under two runners, in the order in which their proofs are done.

    Raises SandboxUnavailable.
    """
    async for proof in verify(cards, there):
        for variant in islice(proof.loaded.card.variants_to_prove(), VARIANTS):
            if (answers := await _different(variant, here, there)) is not None:
                yield Drift(proof.loaded, proof, *answers)
                break
        else:
            yield Drift(proof.loaded, proof)


async def _different(card: Card, here: Runner, there: Runner) -> tuple[str, str] | None:
    """Return both answers where they differ, and not only by dice or a clock."""
    snippet = card.answer_run()
    if snippet is None:
        return None
    one, again, other = await asyncio.gather(_run(here, snippet), _run(here, snippet), _run(there, snippet))
    if same_answer(one, other) or not same_answer(one, again):
        return None
    return _told(one), _told(other)


async def _run(runner: Runner, snippet: Snippet) -> RunResult:
    run = await runner.run(snippet, asked_by=ASKED_BY, urgent=False)
    if run.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable("a run failed in the sandbox")
    return run


def same_answer(one: RunResult, other: RunResult) -> bool:
    """Tell whether two runs came to the same: how they ended, the exception's type, what they printed, the value."""
    if one.status is not other.status:
        return False
    if one.error is not None and other.error is not None:
        return one.error.type == other.error.type
    if one.stdout.split() != other.stdout.split():
        return False
    if isinstance(one.value, Opaque) and isinstance(other.value, Opaque):
        return one.value == other.value
    return compare(other.value, one.value, tolerance=TOLERANCE) is None


def _told(run: RunResult) -> str:
    return first_line(" ".join(evidence(run).split())) or str(run.status)
