"""Cards where a deck has them, and a runner that gives what a test writes down."""

from collections.abc import Iterator

from studybot.core.run import RunError, RunResult, RunStatus, Snippet
from studybot.core.value import Value
from studybot.deck.loader import LoadedCard
from studybot.kinds import Card
from tests.fakes_runner import FakeRunner


def loaded(card: Card, line: int = 14) -> LoadedCard:
    return LoadedCard(card, "cards/tensors/views.yaml", line)


def gave(value: Value = None, stdout: str = "") -> RunResult:
    return RunResult(RunStatus.OK, stdout=stdout, value=value)


def raised(name: str, message: str = "", line: int | None = None) -> RunResult:
    return RunResult(RunStatus.RAISED, error=RunError(name, message, line))


def in_turn(*results: RunResult) -> FakeRunner:
    """Return a runner that gives these results one after the other, and then from the first again."""
    endless = _again_and_again(results)

    def next_one(_: Snippet) -> RunResult:
        return next(endless)

    return FakeRunner(next_one)


def _again_and_again(results: tuple[RunResult, ...]) -> Iterator[RunResult]:
    while True:
        yield from results
