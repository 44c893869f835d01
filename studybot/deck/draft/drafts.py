"""From what was sorted out of logs to drafts: every block's result is looked up in the sandbox, and shown as it is."""

import ast
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from studybot.core.phrase import Phrase, Said
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.show import evidence, first_line, shown
from studybot.core.value import Tensor, Value, to_record
from studybot.deck.draft.blocks import Program, needed_before
from studybot.deck.draft.people import is_private, without_people
from studybot.deck.draft.sorting import Prediction, Sorted, Statement
from studybot.deck.draft.topics import INBOX, topic_of
from studybot.errors import SandboxUnavailable
from studybot.kinds.address import holds_address
from studybot.kinds.agreement import difference, same_text
from studybot.kinds.literal import Unreadable, read
from studybot.ports import Runner

TODO = "TODO"
ASKED_BY = "draft"
LONGEST_QUOTE = 160
MOST_LINES = 25
MOST_ELEMENTS = 16
"""A learner types the answer, so it must be short enough to type."""

PLAIN = {bool, int, float, str, type(None)}
"""What an answer is made of."""

NEEDS_MORE = {
    "NameError",
    "ModuleNotFoundError",
    "ImportError",
    "FileNotFoundError",
    "SyntaxError",
    "UnboundLocalError",
}
"""Exceptions that say that a block is a part of something larger, and nothing about torch."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed card. `ran` is what execution said, `fields` are the card's as they will stand in YAML."""

    kind: str
    topic: str
    log: str
    path: str
    line: int
    confidence: float
    quote: str
    ran: str
    passage: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Undrafted:
    """A block that gives no draft: `is_broken` where Python cannot read it, otherwise it is left out for a reason."""

    path: str
    line: int
    reason: Said
    is_broken: bool = False


async def drafts_of(found: Sorted, runner: Runner | None, *, topics: Collection[str]) -> list[Draft | Undrafted]:
    """Make the drafts of one log, in the log's order. `runner` is needed only if `found.wants_runs`.

    Raises SandboxUnavailable where nothing can be run.
    """
    path = found.log.path
    made: list[Draft | Undrafted] = [
        Undrafted(path, block.broken.line, block.broken.words, is_broken=True) for block in found.broken
    ]
    if found.wants_runs and runner is None:
        raise ValueError("this log holds code: a runner is needed")
    if runner is not None:
        made += [await _of_prediction(prediction, found, runner, topics) for prediction in found.predictions]
    made += [await _of_statement(statement, found, runner, topics) for statement in found.statements]
    return sorted(made, key=lambda one: one.line)


async def _of_prediction(
    prediction: Prediction, found: Sorted, runner: Runner, topics: Collection[str]
) -> Draft | Undrafted:
    expectation, program = prediction.expectation, prediction.program
    path, line = found.log.path, expectation.line
    before = [*needed_before(program, prediction.earlier), *program.before(expectation.statement)]
    code = "\n".join([*before, _last(prediction, expectation.expression)])
    if reason := _unfit(code, expectation.said.text):
        return Undrafted(path, line, reason)
    run = await _settled(code, runner)
    if not isinstance(run, RunResult):
        return Undrafted(path, line, run)
    if expectation.said.is_shape and isinstance(run.value, Tensor):
        code = "\n".join([*before, _last(prediction, _shape_of(expectation.expression))])
        run = await _settled(code, runner)
        if not isinstance(run, RunResult):
            return Undrafted(path, line, run)
    if (
        run.error is not None
        and run.error.line is not None
        and run.error.line <= "\n".join(before).count("\n") + bool(before)
    ):
        return Undrafted(path, line, Phrase("a line above it raises {error}", error=_one_line(_got(run))))
    answer = _answer(run, expectation.said.asks, expects_none=expectation.said.text == "None")
    if not isinstance(answer, tuple):
        return Undrafted(path, line, answer)
    asks, expect = answer
    agrees = _agrees(expectation.said.text, asks == expectation.said.asks, run, asks)
    said = f"the log says {_one_line(expectation.said.text)}"
    got = _one_line(_got(run))
    ran = f"torch says {got}; {said}: " + ("they agree" if agrees else "THEY DIFFER")
    topic = topic_of(prediction.about, topics)
    fields = _fields(prediction.passage, "predict", topic, found, program.place.day) | {
        "question": QUESTIONS[asks],
        "asks": asks,
        "snippet": code + "\n",
        "expect": expect,
    }
    quote = _quote(program.statements[expectation.statement])
    confidence = 0.9 if agrees else 0.7
    return Draft("predict", topic, found.log.name, path, line, confidence, quote, ran, prediction.passage, fields)


QUESTIONS = {
    "value": {"ko": "마지막 줄의 값은 무엇일까요?", "en": "What is the value of the last line?"},
    "output": {"ko": "무엇이 출력될까요?", "en": "What does it print?"},
    "exception": {"ko": "어떤 예외가 발생할까요?", "en": "Which exception is raised?"},
}
"""Our own words, which fit any snippet."""


async def _of_statement(statement: Statement, found: Sorted, runner: Runner | None, topics: Collection[str]) -> Draft:
    topic = topic_of(statement.about, topics)
    fields = _fields(statement.passage, statement.kind, topic, found, statement.place.day)
    ran = "nothing was run"
    todo = {"ko": TODO, "en": TODO}
    match statement.kind:
        case "claim":
            snippet, ran = await _beside(statement.beside, runner)
            fields |= {"claim": todo, "snippet": snippet, "holds": TODO}
        case "discussion":
            fields |= {"question": todo}
        case "recall":
            term = statement.term
            fields |= {
                "question": {"ko": f"`{term}`: 무엇을 뜻하나요?", "en": f"What does `{term}` mean?"},
                "answer": todo,
            }
    path, line = found.log.path, statement.place.line
    quote = _quote(statement.text)
    return Draft(
        statement.kind, topic, found.log.name, path, line, statement.confidence, quote, ran, statement.passage, fields
    )


async def _beside(program: Program | None, runner: Runner | None) -> tuple[str, str]:
    """Return a claim's snippet and what execution said of the block beside it: it serves if it runs by itself."""
    if program is None or runner is None:
        return TODO, "nothing was run: no code stands beside it"
    place = f"the code block on line {program.place.line}"
    if reason := _unfit(program.code):
        return TODO, f"{place} was not run: {reason}"
    run = await _settled(program.code, runner)
    if not isinstance(run, RunResult):
        return TODO, f"{place}: {run}"
    if run.status is RunStatus.RAISED:
        return TODO, f"{place} raises {_one_line(_got(run))}"
    told = _one_line(evidence(run))
    return f"# TODO: end with a bool: did the claim hold?\n{program.code}\n", f"{place} runs" + (
        f" and gives {told}" if told else ""
    )


def _last(prediction: Prediction, expression: str) -> str:
    """Return the lines that end the snippet: the statement itself, or the expression whose value is asked."""
    statement = prediction.program.statements[prediction.expectation.statement]
    if not expression or prediction.expectation.said.asks != "value":
        return statement
    is_assignment = isinstance(prediction.program.nodes[prediction.expectation.statement], ast.Assign)
    return f"{statement}\n{expression}" if is_assignment else expression


def _shape_of(expression: str) -> str:
    return f"{expression}.shape" if expression.isidentifier() else f"({expression}).shape"


def _unfit(code: str, said: str = "") -> Phrase | None:
    """Return why a piece of code is not to be drafted at all, or nothing."""
    constants = (node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant))
    if any(map(is_private, (said, *(value for value in constants if isinstance(value, str))))):
        return Phrase("a text in the code may name a person or holds a link: take it out")
    if not all(mark.isprintable() or mark in "\n\t" for mark in code):
        return Phrase("odd characters stand in the code: write it anew")
    if code.count("\n") >= MOST_LINES:
        return Phrase("longer than {n} lines with all it needs: shorten it", n=MOST_LINES)
    return None


async def _settled(code: str, runner: Runner) -> RunResult | Phrase:
    """Run code twice and return what came of it, or why that is no answer to ask for."""
    first = await _run(code, runner)
    match first.status:
        case RunStatus.OK:
            pass
        case RunStatus.RAISED if first.error and first.error.type in NEEDS_MORE:
            return Phrase("it does not run by itself: {error}", error=_one_line(_got(first)))
        case RunStatus.RAISED:
            pass
        case _:
            return Phrase("it does not run to its end: {status}", status=first.status.value)
    second = await _run(code, runner)
    if _came(first) != _came(second):
        return Phrase("two runs gave different results: it rolls dice, or looks at a clock")
    return first


async def _run(code: str, runner: Runner) -> RunResult:
    for _ in range(2):
        result = await runner.run(Snippet(code), asked_by=ASKED_BY, urgent=False)
        if result.status is not RunStatus.SANDBOX_FAULT:
            return result
    raise SandboxUnavailable(result.stderr.strip() or "the sandbox failed and gave no reason")


def _came(run: RunResult) -> str:
    raised = run.error.type if run.error else ""
    return json.dumps([run.status.value, run.stdout, to_record(run.value), raised])


def _got(run: RunResult) -> str:
    if run.error is not None:
        return f"{run.error.type}: {first_line(run.error.message)}".removesuffix(": ")
    return run.stdout if run.value is None and run.stdout else shown(run.value)


def _answer(run: RunResult, asks: str, *, expects_none: bool) -> tuple[str, Any] | Phrase:
    """Return what a card about this run asks for and expects, or why there is nothing to ask."""
    if run.error is not None:
        return "exception", run.error.type
    if asks == "exception" and run.value is None and not run.stdout.strip():
        return Phrase("the log says it raises, and it does not; nothing else is to be seen")
    if asks == "output" or (asks == "exception" and run.value is None):
        text = run.stdout.strip()
        if not text or len(text) > LONGEST_QUOTE or holds_address(text):
            return Phrase("what it prints is nothing to type")
        return "output", text
    if run.value is None and not expects_none:
        return Phrase("it has no value")
    expect = _expect(run.value)
    if holds_address(run.value) or not all(type(leaf) in PLAIN for leaf in _leaves(expect)):
        return Phrase("its value is no plain data")
    if len(list(_leaves(expect))) > MOST_ELEMENTS:
        return Phrase("more than {n} elements: too long to type", n=MOST_ELEMENTS)
    return "value", expect


def _expect(value: Value) -> Any:
    if isinstance(value, Tensor):
        nested = value.nested()
        return [None] * (MOST_ELEMENTS + 1) if nested is None else _expect_plain(nested)
    return _expect_plain(value)


def _expect_plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_expect(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _agrees(said: str, is_same_question: bool, run: RunResult, asks: str) -> bool:
    if not is_same_question:
        return False
    if asks == "exception":
        return run.error is not None and run.error.type == said
    if asks == "output":
        return same_text(said, run.stdout) or run.stdout.strip().endswith(said)
    if isinstance(run.value, str):
        return same_text(said.removeprefix("torch."), run.value.removeprefix("torch."))
    try:
        return difference(read(said), run.value, tolerance=1e-3) is None
    except Unreadable:
        return False


def _fields(passage: str, kind: str, topic: str, found: Sorted, day: date | None) -> dict[str, Any]:
    """Return the fields that every card has; those of the kind join them."""
    return {
        "id": f"{topic if topic != INBOX else 'draft'}-{passage[:8]}",
        "kind": kind,
        "explanation": {"ko": TODO, "en": TODO},
        "source": {"log": found.log.name, "date": day or TODO},
    }


def _quote(text: str) -> str:
    return first_line(_one_line(without_people(text)), LONGEST_QUOTE)


def _one_line(text: str) -> str:
    return first_line(" ".join("".join(mark if mark.isprintable() else " " for mark in text).split()), LONGEST_QUOTE)
