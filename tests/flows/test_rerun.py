"""A report run again: the same as then, or told where it is not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from studybot.core.card import CardId, Picked, Recalled, Typed
from studybot.core.learner import LearnerId
from studybot.core.report import Report, ReportId, Said
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.schedule import Grade
from studybot.errors import SandboxUnavailable
from studybot.flows.rerun import answer_of, rerun
from studybot.kinds import card_from
from tests.fakes_runner import FakeRunner

BODY = {
    "id": "shape-of-zeros",
    "kind": "predict",
    "topic": "shapes",
    "question": {"ko": "shape은?", "en": "Which shape?"},
    "snippet": "torch.zeros(2, 3).shape",
    "expect": [2, 3],
    "explanation": {"ko": "그래요.", "en": "So it is."},
    "source": {"log": "a", "date": "2022-01-24"},
}
CARD = card_from(BODY)
RUN = RunResult(RunStatus.OK, value=[2, 3], wall_ms=3.0, torch_version="2.13.0+cpu")


def report(*said: Said, run: RunResult = RUN) -> Report:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    answer = said[-1].text if said else ""
    of = (CardId("shape-of-zeros"), CARD.revision, 7)
    return Report(ReportId(1), LearnerId(1), *of, answer, run, at, transcript=said)


async def test_the_same_output_and_verdicts_are_told_so() -> None:
    runner = FakeRunner(lambda _: replace(RUN, wall_ms=9.0))

    found = await rerun(report(Said("[3, 2]", right=False), Said("[2, 3]", right=True)), BODY, runner)

    assert found.same
    assert [one.same for one in found.answers] == [True, True]


async def test_another_output_is_told() -> None:
    found = await rerun(report(), BODY, FakeRunner(lambda _: replace(RUN, value=[2, 4])))

    assert not found.same_run


async def test_another_verdict_is_told() -> None:
    found = await rerun(report(Said("[2, 3]", right=False)), BODY, FakeRunner(lambda _: RUN))

    assert found.same_run
    assert [one.same for one in found.answers] == [False]


async def test_nan_is_the_same_as_itself() -> None:
    nan = replace(RUN, value=float("nan"))

    assert (await rerun(report(run=nan), BODY, FakeRunner(lambda _: replace(RUN, value=float("nan"))))).same_run


async def test_a_failure_of_the_sandbox_says_nothing_about_the_report() -> None:
    def failed(_: Snippet) -> RunResult:
        return RunResult(RunStatus.SANDBOX_FAULT)

    with pytest.raises(SandboxUnavailable):
        await rerun(report(), BODY, FakeRunner(failed))


def test_answers_are_read_as_they_were_given() -> None:
    choice = {name: value for name, value in BODY.items() if name != "expect"} | {
        "kind": "choice",
        "options": [
            {"text": {"ko": "a", "en": "a"}, "holds": "True", "right": True},
            {"text": {"ko": "b", "en": "b"}, "holds": "False"},
        ],
    }
    recall = {name: BODY[name] for name in ("id", "topic", "question", "explanation", "source")} | {
        "kind": "recall",
        "answer": {"ko": "a", "en": "a"},
    }

    assert answer_of(card_from(choice), "1", 7) == Picked("1")
    assert answer_of(card_from(recall), "4", 7) == Recalled(Grade.GOOD)
    assert answer_of(CARD, "4", 7) == Typed("4")
