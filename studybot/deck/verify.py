"""Prove cards: make every run their proofs ask for, in the runner the learners use, and say what it came to.

A run of ours that fails (`SANDBOX_FAULT`, `SandboxUnavailable`) says nothing about a card: it is raised, and no
card is ever refuted by it.
"""

import ast
import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from pydantic import ValidationError

from studybot.core.phrase import Phrase, Said, said
from studybot.core.proof import Proof, ProofStatus, Proven
from studybot.core.run import OWN_HASH_SEED, Device, RunResult, RunStatus, Snippet
from studybot.deck.judge import judge
from studybot.deck.judging import Outcome, judged, runs_wanted
from studybot.deck.loader import LoadedCard
from studybot.deck.together import one_run, told_apart
from studybot.errors import SandboxUnavailable
from studybot.kinds import Card
from studybot.kinds.wrong import what_is_wrong
from studybot.pictures import picture_proofs
from studybot.ports import Runner

AT_ONCE = 8
"""Cards in hand: enough that no slot waits while runs of one hash seed stand in line. Learners go before them."""

CLOCK_AHEAD = 401 * 24 * 3600 + 5 * 3600
"""Seconds by which every other run's clock is ahead: another year, another month, weekday and hour."""

CPU_ONLY: tuple[Device, ...] = ("cpu",)
FURTHER_ORDERS = 4
"""So many further hash seeds are tried where a snippet makes sets: two alone agree by chance every other time."""

APART = 10
"""In so many variants, the first of which are the corners of the ranges, each proof has a run of its own, as has the
picture; the others share runs. A variant's proofs are made once more, apart, before it is asked."""

TOGETHER = 10
"""So many variants share a run, and the time that one may take: a learner may be waiting for the slot."""

ASKED_BY = "verify"
NO_RESULT = RunResult(RunStatus.CRASHED)


@dataclass(frozen=True, slots=True)
class CardProof:
    """What all proofs of a card came to, and how many runs it took."""

    loaded: LoadedCard
    proven: Proven
    outcomes: tuple[Outcome, ...] = ()
    runs: int = 0
    reason: Said = ""
    """Why it does not hold, or was skipped; `proven.reason` is the same in English."""

    @property
    def phrase(self) -> Phrase:
        status = STATUS_WORDS[self.proven.status]
        if not self.reason:
            return Phrase("{card}: {status}", card=self.loaded, status=status)
        return Phrase("{card}: {status}: {reason}", card=self.loaded, status=status, reason=self.reason)

    def __str__(self) -> str:
        return str(self.phrase)


STATUS_WORDS = {
    ProofStatus.PROVEN: Phrase("proven"),
    ProofStatus.REFUTED: Phrase("refuted"),
    ProofStatus.BROKEN: Phrase("broken"),
    ProofStatus.SKIPPED: Phrase("skipped"),
}

Heard: TypeAlias = Callable[[LoadedCard, int], None]


def _nothing_heard(loaded: LoadedCard, variants: int) -> None: ...


async def verify(
    cards: Iterable[LoadedCard],
    runner: Runner,
    *,
    devices: Collection[Device] = CPU_ONLY,
    heard: Heard = _nothing_heard,
) -> AsyncIterator[CardProof]:
    """Prove cards, a few at a time, and yield each as it is done; `heard` is told how many variants hold so far.

    A card that needs a device other than `devices` is skipped. One that our sandbox failed on twice is not
    yielded; the others are, and then SandboxUnavailable is raised with its name. Where no sandbox can run
    anything, it is raised at once.
    """
    turn = asyncio.Semaphore(AT_ONCE)
    tasks = [asyncio.create_task(_in_turn(turn, card, runner, devices, heard)) for card in cards]
    faults: list[str] = []
    try:
        for done in asyncio.as_completed(tasks):
            try:
                yield await done
            except _Fault as fault:
                faults.append(str(fault))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if faults:
        raise SandboxUnavailable("\n".join(faults))


async def devices_for(cards: Iterable[LoadedCard], runner: Runner) -> tuple[Device, ...]:
    """Return where these cards are to be proved. A GPU is only asked for where one of them wants it."""
    return await runner.devices() if any(one.card.device != "cpu" for one in cards) else CPU_ONLY


def mentions_sets(code: str) -> bool:
    """Tell whether a snippet makes sets or hashes, whose order differs from process to process."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):
        return True
    words = {node.id for node in nodes if isinstance(node, ast.Name)}
    return bool(words & {"set", "frozenset", "hash"}) or any(isinstance(node, ast.Set | ast.SetComp) for node in nodes)


class _Fault(Exception):
    """The sandbox failed on this card, twice."""


class _Runs:
    """The runs made for a card so far: two proofs of the same snippet share theirs."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.count = 0
        self._made: dict[Snippet, list[RunResult]] = {}
        self._in_order: set[Snippet] = set()  # tried under further hash seeds already

    async def of(self, proof: Proof, number: int, *, thorough: bool) -> list[RunResult]:
        """Return as many runs of a proof's snippet as it takes to trust the answer in variant `number` of the card.

        They are made under hash seeds in turn, and every other one on another day: an answer must not hang on the
        order of a set, nor on the calendar.
        """
        runs = self._made.setdefault(proof.snippet, [])
        while not runs or len(runs) < runs_wanted(proof, runs[0], thorough=thorough):
            turn = number + len(runs)
            ahead = CLOCK_AHEAD if turn % 2 else 0
            await self._add(runs, replace(proof.snippet, hash_seed=turn % OWN_HASH_SEED, clock_ahead=ahead))
        if number == 0 and proof.snippet not in self._in_order and mentions_sets(proof.snippet.code):
            self._in_order.add(proof.snippet)
            if judged(proof, runs, may_raise=True).status is ProofStatus.PROVEN:
                seeds = range(OWN_HASH_SEED, OWN_HASH_SEED + FURTHER_ORDERS)
                await asyncio.gather(*(self._add(runs, replace(proof.snippet, hash_seed=seed)) for seed in seeds))
        return runs

    async def together(self, snippets: Iterable[Snippet], number: int) -> dict[Snippet, RunResult]:
        """Return what these snippets came to in one run, from variant `number` of the card on; nothing if untold."""
        apart = list(dict.fromkeys(snippets))
        if not apart:
            return {}
        ahead = CLOCK_AHEAD if number // TOGETHER % 2 else 0
        run = await self._run(replace(one_run(apart), hash_seed=number // TOGETHER % OWN_HASH_SEED, clock_ahead=ahead))
        self.count += 1
        results = told_apart(run, apart)
        return {} if results is None else dict(zip(apart, results, strict=True))

    async def _add(self, runs: list[RunResult], snippet: Snippet) -> None:
        runs.append(await self._run(snippet))
        self.count += 1

    async def _run(self, snippet: Snippet) -> RunResult:
        for _ in range(2):
            result = await self.runner.run(snippet, asked_by=ASKED_BY, urgent=False)
            if result.status is not RunStatus.SANDBOX_FAULT:
                return result
        raise _Fault(result.stderr.strip() or "it gave no reason")


async def _in_turn(
    turn: asyncio.Semaphore, loaded: LoadedCard, runner: Runner, devices: Collection[Device], heard: Heard
) -> CardProof:
    async with turn:
        card = loaded.card
        if card.retired is not None:
            return _skipped(loaded, runner, Phrase("it is retired: {why}", why=card.retired))
        if card.runs_on not in devices:
            told = Phrase("it needs {device}, which this machine does not offer", device=card.runs_on)
            return _skipped(loaded, runner, told)
        on: list[Device] = [device for device in devices if device == card.runs_on or card.device == "any"]
        runs = _Runs(runner)
        try:
            outcomes = await _outcomes(loaded, runs, on, heard)
        except _Fault as fault:
            raise _Fault(f"{loaded}: the sandbox failed: {fault}") from fault
        worst = next((one for one in outcomes if one.status is not ProofStatus.PROVEN), None)
        status = worst.status if worst else ProofStatus.PROVEN
        reason = worst.reason if worst else ""
        return CardProof(loaded, _proven(loaded, runner, status, reason), tuple(outcomes), runs.count, reason)


def _skipped(loaded: LoadedCard, runner: Runner, reason: Said) -> CardProof:
    return CardProof(loaded, _proven(loaded, runner, ProofStatus.SKIPPED, reason), reason=reason)


async def _outcomes(loaded: LoadedCard, runs: _Runs, devices: Sequence[Device], heard: Heard) -> list[Outcome]:
    """Prove every variant that is to be proved, up to the first that fails."""
    card = loaded.card
    outcomes: list[Outcome] = []
    count = 0
    may_share = card.is_parametric
    variants = iter(card.variants_to_prove())
    while True:
        share = may_share and count >= APART
        try:
            few = list(islice(variants, TOGETHER if share else 1))
        except (ValidationError, ValueError) as error:
            return [Outcome(Phrase("every variant is a card"), ProofStatus.BROKEN, "", _told(error))]
        if not few:
            break
        if share:
            outcomes = await _outcomes_together(few, count, runs, devices)
            may_share = _all_hold(outcomes)  # or does one proof disturb the next?
        if not (share and may_share):
            for number, variant in enumerate(few, count):
                outcomes = await _outcomes_apart(variant, number, runs, devices, thorough=not card.is_parametric)
                if not _all_hold(outcomes):
                    return [replace(one, name=_with_values(one.name, variant)) for one in outcomes]
        count += len(few)
        heard(loaded, count)
    if count == 1:
        return outcomes
    return [replace(one, name=Phrase("{name} ({n} variants)", name=one.name, n=count)) for one in outcomes]


async def _outcomes_together(
    variants: Sequence[Card], number: int, runs: _Runs, devices: Sequence[Device]
) -> list[Outcome]:
    """Prove some variants in one run per device, and return the outcomes of the last one, or the first that failed."""
    outcomes: list[Outcome] = []
    for device in devices:
        proofs = [
            [replace(proof, snippet=replace(proof.snippet, device=device)) for proof in variant.proofs()]
            for variant in variants
        ]
        results = await runs.together([proof.snippet for some in proofs for proof in some], number)
        for variant, some in zip(variants, proofs, strict=True):
            outcomes = []
            for proof in some:
                result = results.get(proof.snippet, NO_RESULT)
                outcome = judged(proof, [result], may_raise=variant.may_raise)
                if outcome.status is not ProofStatus.PROVEN:
                    return [outcome]
                outcomes.append(_on(device, outcome, devices))
    return outcomes


async def _outcomes_apart(
    variant: Card, number: int, runs: _Runs, devices: Sequence[Device], *, thorough: bool
) -> list[Outcome]:
    proofs = (*variant.proofs(), *(picture_proofs(variant) if number < APART else ()))
    outcomes = await _outcomes_of(proofs, variant, number, runs, devices, thorough=thorough)
    if not thorough and any(one.status is ProofStatus.REFUTED for one in outcomes):
        return await _outcomes_of(proofs, variant, number, runs, devices, thorough=True)  # or is it dice?
    return outcomes


def _all_hold(outcomes: Iterable[Outcome]) -> bool:
    return all(one.status is ProofStatus.PROVEN for one in outcomes)


async def _outcomes_of(
    proofs: Iterable[Proof], card: Card, number: int, runs: _Runs, devices: Sequence[Device], *, thorough: bool
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for device in devices:
        for proof in proofs:
            there = replace(proof, snippet=replace(proof.snippet, device=device))
            outcome = judged(there, await runs.of(there, number, thorough=thorough), may_raise=card.may_raise)
            outcomes.append(_on(device, outcome, devices))
            if outcome.status is ProofStatus.BROKEN:
                return outcomes  # what does not run to an answer would only fail, or time out, again
    return outcomes


def _on(device: Device, outcome: Outcome, devices: Sequence[Device]) -> Outcome:
    return (
        replace(outcome, name=Phrase("{name} on {device}", name=outcome.name, device=device))
        if len(devices) > 1
        else outcome
    )


def _with_values(name: Said, variant: Card) -> Said:
    values = ", ".join(f"{parameter}={value}" for parameter, value in variant.values.items())
    return Phrase("{name}, with {values}", name=name, values=values) if values else name


def _told(error: ValueError) -> Said:
    """Say on one line why a variant is no card."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        return Phrase("{name}: {told}", name=where, told=what_is_wrong(first))
    return said(error)


def _proven(loaded: LoadedCard, runner: Runner, status: ProofStatus, reason: Said) -> Proven:
    card = loaded.card
    try:
        version = runner.torch_version
    except SandboxUnavailable:
        version = ""  # nothing was run yet: every card so far was skipped
    return Proven(card.card_id, card.revision, version, card.runs_on, status, str(reason), judge())
