"""A report once more: the card as it was shown, run again, and every answer judged again, with the same seeds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studybot.core.card import Answer, GaveUp, Picked, Recalled, Rejected, Trial, Typed, Verdict
from studybot.core.report import Report, Said
from studybot.core.run import RunResult, RunStatus
from studybot.core.schedule import Grade
from studybot.core.variant import seed_of_submission
from studybot.errors import SandboxUnavailable
from studybot.flows.answer import runs_of
from studybot.kinds import Card, card_from
from studybot.ports import Runner

ASKED_BY = "rerun"


@dataclass(frozen=True, slots=True)
class JudgedAgain:
    """An answer of the report and what it comes to now; `printed` is what the learner's code printed."""

    said: Said
    verdict: Verdict | Rejected

    @property
    def same(self) -> bool:
        return isinstance(self.verdict, Verdict) and self.verdict.right == self.said.right


@dataclass(frozen=True, slots=True)
class Rerun:
    """What came of a report once more. `card` is the revision and the variant that was shown."""

    report: Report
    card: Card
    run: RunResult
    answers: tuple[JudgedAgain, ...]

    @property
    def same_run(self) -> bool:
        """Whether torch says the same as then, to the last bit; how long it took does not matter."""
        return _said(self.run) == _said(self.report.run)

    @property
    def same(self) -> bool:
        return self.same_run and all(one.same for one in self.answers)


async def rerun(report: Report, body: Mapping[str, Any], runner: Runner) -> Rerun:
    """Run a report's card and judge its answers as they were then. Raises SandboxUnavailable."""
    card = card_from(body).variant(report.seed)
    snippet = card.answer_run()
    run = report.run if snippet is None else await runner.run(snippet, asked_by=ASKED_BY)
    if run.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable("the run failed in the sandbox")
    said = report.transcript or ((Said(report.answer, right=False),) if report.answer else ())
    answers = [
        JudgedAgain(one, await _judged(card, one, attempt, report, run, runner)) for attempt, one in enumerate(said)
    ]
    return Rerun(report, card, run, tuple(answers))


async def _judged(
    card: Card, said: Said, attempt: int, report: Report, run: RunResult, runner: Runner
) -> Verdict | Rejected:
    answer = answer_of(card, said.text, report.seed)
    if isinstance(answer, GaveUp):
        return Verdict(right=False)
    match card.trial(answer, seed=seed_of_submission(report.seed, attempt)):
        case None:
            return card.verdict(answer, run)
        case Rejected() as rejected:
            return rejected
        case Trial() as trial:
            tried, known = await runs_of(trial, runner, asked_by=ASKED_BY)
    if known.status is not RunStatus.OK:
        raise SandboxUnavailable(f"the reference ended in {known.status}")
    return card.judged(tried, known)


def answer_of(card: Card, text: str, seed: int) -> Answer:
    """Return the answer that was stored as this text."""
    match card.question(seed).form:
        case _ if not text:
            return GaveUp()
        case "one" | "several":
            return Picked(text)
        case "recalled" if text.isdecimal():
            return Recalled(Grade(int(text)))
        case _:
            return Typed(text)


def _said(run: RunResult) -> str:
    """Return what a run said as text: a NaN in it then equals itself."""
    return json.dumps({name: value for name, value in run.plain().items() if name not in {"wall_ms", "device"}})
