import logging
import threading

import pytest

from studybot.core.card import Language
from studybot.core.run import RunError, RunResult, RunStatus
from studybot.core.value import Tensor, Value
from studybot.errors import NoPicture, SandboxUnavailable
from studybot.local_chat.image_size import picture_size
from studybot.pictures import drawn, memory, picture_of, picture_proofs
from tests.fakes import predict_card
from tests.fakes_runner import FakeRunner
from tests.pictures.layouts import GRAPH, TRANSPOSED


def telling(value: Value = None, status: RunStatus = RunStatus.OK, error: RunError | None = None) -> FakeRunner:
    return FakeRunner(lambda snippet: RunResult(status, value=value, error=error))


@pytest.mark.parametrize(("picture", "value"), [("memory", TRANSPOSED), ("graph", GRAPH)])
async def test_a_card_becomes_a_picture_by_one_run_of_its_snippet(picture: str, value: Value) -> None:
    card, runner = predict_card(picture=picture, seed=7), telling(value)

    png = await picture_of(card, runner, Language.KO)

    assert png is not None
    assert picture_size(png) is not None
    (asked,) = runner.asked
    assert (asked.code, asked.seed) == (card.snippet, 7)
    assert asked.harness


async def test_drawing_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def draw(*_: object) -> bytes:
        threads.append(threading.get_ident())
        return b"PNG"

    monkeypatch.setattr(memory, "memory_layout", draw)

    await picture_of(predict_card(picture="memory"), telling(TRANSPOSED), Language.KO)

    assert threads
    assert threads[0] != threading.get_ident(), "the event loop's thread is free meanwhile"


async def test_a_card_without_a_picture_costs_no_run() -> None:
    runner = telling()

    assert await picture_of(predict_card(), runner, Language.KO) is None
    assert not runner.asked


FAILURES = {
    "no tensor": (telling(None), "the snippet makes no tensor"),
    "time-out": (telling(status=RunStatus.TIMEOUT), "its run ended in timeout"),
    "an exception": (telling(status=RunStatus.RAISED, error=RunError("ValueError", "no", 1)), "ValueError: no"),
    "no layout": (telling("rubbish"), "that is no layout of a tensor"),
    "our fault": (telling(status=RunStatus.SANDBOX_FAULT), "failed in the sandbox"),
    "no sandbox": (FakeRunner(down=SandboxUnavailable("down")), "down"),
}


@pytest.mark.parametrize(("runner", "why"), FAILURES.values(), ids=FAILURES)
async def test_where_nothing_can_be_drawn_the_log_says_why_and_nothing_is_raised(
    runner: FakeRunner, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert await picture_of(predict_card(picture="memory"), runner, Language.KO) is None

    assert "no picture card=double" in caplog.text
    assert why in caplog.text


async def test_even_a_fault_of_ours_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    runner = FakeRunner(lambda snippet: 1 / 0)  # type: ignore[arg-type, return-value]

    assert await picture_of(predict_card(picture="graph"), runner, Language.EN) is None
    assert "drawing failed card=double" in caplog.text


def test_a_card_with_a_picture_is_proved_to_have_one() -> None:
    (proof,) = picture_proofs(predict_card(picture="memory"))
    too_many: Value = ["x", "int64", [5, 5], [5, 1], 0, 25, 0, Tensor("int64", (25,), (1,), tuple(range(25)))]

    assert proof.judge(RunResult(RunStatus.OK, value=TRANSPOSED)) is None
    refuted = proof.judge(RunResult(RunStatus.OK, value=too_many))
    assert refuted is not None
    assert str(refuted.got) == "x has 25 elements: 24 at most are drawn"


def test_a_card_without_a_picture_needs_no_proof_of_one() -> None:
    assert picture_proofs(predict_card()) == ()


async def test_an_author_is_told_why_there_is_no_picture() -> None:
    with pytest.raises(NoPicture, match="write `picture: memory` or `picture: graph`"):
        await drawn(predict_card(), telling(), Language.EN)
