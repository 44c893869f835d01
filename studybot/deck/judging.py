"""From the runs of a proof to what it came to. Pure: runs in, one `Outcome` out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from studybot.core.phrase import Phrase, Said
from studybot.core.proof import Proof, ProofStatus, Refutation
from studybot.core.run import RunResult, RunStatus
from studybot.core.show import evidence, first_line, shown

log = logging.getLogger(__name__)

FEWEST_RUNS = 2
"""Two at least, under different hash seeds: an answer must not hang on the order of a set."""

RUNS_WITHOUT_A_SEED = 8
"""Without a seed every run rolls other dice: an answer that hangs on a fair coin slips through once in 256 times."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one proof came to. Where it failed: what was expected, what torch gave, and what to do about it."""

    name: Said
    status: ProofStatus
    expected: Said = ""
    got: Said = ""
    remedy: Said = ""

    @property
    def reason(self) -> Said:
        if self.status is ProofStatus.PROVEN:
            return ""
        facts: Said = self.got
        if self.expected:
            facts = Phrase("expected {expected}, got {got}", expected=self.expected, got=self.got)
        if not self.remedy:
            return Phrase("{name}: {facts}", name=self.name, facts=facts)
        return Phrase("{name}: {facts}: {remedy}", name=self.name, facts=facts, remedy=self.remedy)


def runs_wanted(proof: Proof, first: RunResult, *, thorough: bool = True) -> int:
    """Return how often a proof's snippet must be run to trust its answer, given its first run.

    A card that is always the same is proved thoroughly. Of a card with variants each has an expectation of its own to
    meet in one run: what hangs on dice fails in one of fifty.
    """
    if not thorough or _stopped(proof, first) is not None:
        return 1
    return RUNS_WITHOUT_A_SEED if proof.snippet.seed is None else FEWEST_RUNS


def judged(proof: Proof, runs: Sequence[RunResult], *, may_raise: bool) -> Outcome:
    """Judge a proof by its runs, all of which must bear the card out.

    `may_raise` says that an exception is an answer to this card, and not a broken snippet.
    """
    for run in runs:
        if stopped := _stopped(proof, run):
            return Outcome(proof.name, ProofStatus.BROKEN, "", *stopped)
    try:
        failures = [(run, refutation) for run in runs if (refutation := proof.judge(run)) is not None]
    except Exception as error:
        log.exception("a proof could not be judged proof=%s", proof.name)
        got = Phrase("{error} while it was judged", error=type(error).__name__)
        remedy = Phrase("a fault of studybot: please report it")
        return Outcome(proof.name, ProofStatus.BROKEN, "", got, remedy)
    if not failures:
        return Outcome(proof.name, ProofStatus.PROVEN)
    run, refutation = failures[0]
    if other := _other_answer(runs, failures):
        one, two = (run, other) if run is runs[0] else (other, run)
        both = Phrase("{one} and then {two}", one=_short(one), two=_short(two))
        return Outcome(proof.name, ProofStatus.REFUTED, Phrase("one answer in every run"), both, _steady(proof))
    if run.status is RunStatus.RAISED and not may_raise:
        raised = _short(run)
        if run.error and run.error.line:
            raised = Phrase("{error} (line {line})", error=raised, line=run.error.line)
        remedy = Phrase("the code must run to its end")
        return Outcome(proof.name, ProofStatus.BROKEN, refutation.expected, raised, remedy)
    return _refuted(proof, refutation)


def _refuted(proof: Proof, refutation: Refutation) -> Outcome:
    expected = refutation.expected if isinstance(refutation.expected, Phrase) else first_line(refutation.expected)
    got = refutation.got if isinstance(refutation.got, Phrase) else _flat(refutation.got)
    return Outcome(proof.name, ProofStatus.REFUTED, expected, got, refutation.remedy)


def _stopped(proof: Proof, run: RunResult) -> tuple[Said, Said] | None:
    """Return what ended a run before it came to an answer, and what to do; None where it came to one."""
    limits = proof.snippet.limits
    match run.status:
        case RunStatus.TIMEOUT:
            told = Phrase("no answer within {seconds} s", seconds=f"{limits.wall_seconds:g}")
            return told, Phrase("shorten it, or raise `timeout_seconds:`")
        case RunStatus.MEMORY:
            return Phrase("it needs more than {n} MiB", n=limits.memory_mib), Phrase("use smaller tensors")
        case RunStatus.OUTPUT:
            return Phrase("it prints more than {n} KiB", n=limits.output_kib), Phrase("print less")
        case RunStatus.CRASHED:
            return Phrase("it ended without an answer"), Phrase("take out what ends or crashes the process")
        case RunStatus.REFUSED:
            return _short(run), Phrase("a card has no network, no other processes and no files but its own")
        case _:
            return None


def _other_answer(runs: Sequence[RunResult], failures: Sequence[tuple[RunResult, Refutation]]) -> RunResult | None:
    """Return a run whose answer differs from that of the first failure, if there is one."""
    failed = [run for run, _ in failures]
    passed = next((run for run in runs if all(run is not one for one in failed)), None)
    return passed or next((run for run in failed if _answer(run) != _answer(failed[0])), None)


def _answer(run: RunResult) -> tuple[str, ...]:
    """Return what counts as the answer of a run: its value, else the exception's type and what was printed."""
    if run.value is not None:
        return (shown(run.value),)
    return (run.error.type if run.error else "", run.stdout)


def _steady(proof: Proof) -> Phrase:
    if proof.snippet.seed is None:
        return Phrase("two runs gave different answers: declare `seed:`, or take clocks and addresses out of it")
    return Phrase(
        "two runs gave different answers, despite the seed: take clocks, addresses and the order of sets out of it"
    )


def _short(run: RunResult) -> Said:
    return _flat(evidence(run)) or Phrase("nothing")


def _flat(text: str) -> str:
    """Return a text on one line, for a list of problems."""
    return first_line(" ".join(text.split()))
