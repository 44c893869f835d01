"""How well schedulers foresee what is remembered: their predictions, by replay, and three measures of them.

The measures are those of open-spaced-repetition/srs-benchmark; docs/scheduling.md says exactly how they are taken.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from studybot.core.card import CardId
from studybot.core.schedule import PASSING, Answered, Memory, Scheduler, SchedulerName

ENOUGH = 400
"""Below this many reviews, which of two schedulers comes out first may be chance."""

CONSTANT = "constant"

Log: TypeAlias = tuple[CardId, Answered]
"""One review of one learner, as the log tells it."""

SURE = sys.float_info.epsilon
"""No prediction counts as surer than this: being wrong would cost an infinite loss."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A review that shows whether a card was still known, and what each scheduler expected just before it.

    `nth` counts the learner's reviews of the card, the first included, which is none of the trials; `forgotten`
    how often the card was forgotten before, at any but the first of them.
    """

    remembered: bool
    elapsed_days: int
    nth: int
    forgotten: int
    expected: Mapping[SchedulerName, float]


@dataclass(frozen=True, slots=True)
class Score:
    """`auc` is None where everything was remembered, or nothing."""

    log_loss: float
    rmse_bins: float
    auc: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`scores` has a line for each scheduler and one for `CONSTANT`, and none where there are no trials yet.

    `reviews` counts the trials, `cards` and `learners` those that have any; `remembered` is a share of the trials.
    """

    reviews: int
    cards: int
    learners: int
    remembered: float
    scores: Mapping[str, Score]

    @property
    def is_enough(self) -> bool:
        return self.reviews >= ENOUGH


@dataclass(slots=True)
class _Past:
    memories: dict[SchedulerName, Memory]
    day_number: int
    nth: int = 1
    forgotten: int = 0


def compare(logs: Iterable[Iterable[Log]], schedulers: Mapping[SchedulerName, Scheduler]) -> Comparison:
    """Measure each scheduler on the reviews of all learners together, whichever of them scheduled.

    The constant, to be beaten, is each learner's own average over these very reviews: it has the gift of hindsight.
    """
    trials: list[Trial] = []
    constant: list[float] = []
    cards: set[CardId] = set()
    learners = 0
    for log in logs:
        theirs = list(trials_of(log, schedulers))
        cards |= {card_id for card_id, _ in theirs}
        known = sum(trial.remembered for _, trial in theirs)
        trials += [trial for _, trial in theirs]
        constant += [known / len(theirs) for _ in theirs]
        learners += bool(theirs)
    if not trials:
        return Comparison(0, 0, 0, 0.0, {})
    scores = {str(name): score(trials, [trial.expected[name] for trial in trials]) for name in schedulers}
    scores[CONSTANT] = score(trials, constant)
    remembered = sum(trial.remembered for trial in trials) / len(trials)
    return Comparison(len(trials), len(cards), learners, remembered, scores)


def trials_of(log: Iterable[Log], schedulers: Mapping[SchedulerName, Scheduler]) -> Iterator[tuple[CardId, Trial]]:
    """Yield a learner's trials. What did not count (a drill, an early answer) is none: no scheduler hears of it."""
    past: dict[CardId, _Past] = {}
    for card_id, answered in log:
        if not answered.counted:
            continue
        day, grade, _ = answered
        before = past.get(card_id)
        if before is None:
            first = {name: scheduler.follow(None, answered) for name, scheduler in schedulers.items()}
            past[card_id] = _Past(first, day.toordinal())
            continue
        before.nth += 1
        remembered = grade >= PASSING
        expected = {name: scheduler.recall(before.memories[name], on=day) for name, scheduler in schedulers.items()}
        yield card_id, Trial(remembered, day.toordinal() - before.day_number, before.nth, before.forgotten, expected)
        for name, scheduler in schedulers.items():
            before.memories[name] = scheduler.follow(before.memories[name], answered)
        before.day_number = day.toordinal()
        before.forgotten += not remembered


def score(trials: Sequence[Trial], expected: Sequence[float]) -> Score:
    """Measure predictions, one for each trial. Raises ValueError where there are none."""
    if not trials:
        raise ValueError("there is nothing to measure")
    remembered = [trial.remembered for trial in trials]
    return Score(log_loss(remembered, expected), rmse_bins(trials, expected), auc(remembered, expected))


def log_loss(remembered: Sequence[bool], expected: Sequence[float]) -> float:
    """Return the mean of -ln(p) for what was remembered, and of -ln(1 - p) for what was forgotten."""
    losses = []
    for known, chance in zip(remembered, expected, strict=True):
        sure = min(max(chance, SURE), 1 - SURE)
        losses.append(-math.log(sure if known else 1 - sure))
    return math.fsum(losses) / len(losses)


def rmse_bins(trials: Sequence[Trial], expected: Sequence[float]) -> float:
    """Return how far the predictions are off on average within bins of alike reviews, weighted by their size.

    Reviews are alike if they agree, on scales of powers, in days since the last review (3.62), number of reviews
    (1.89) and times forgotten (1.73).
    """
    bins: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    for trial, chance in zip(trials, expected, strict=True):
        alike = (_step(trial.elapsed_days, 3.62), _step(trial.nth, 1.89), _step(trial.forgotten, 1.73))
        bins[alike].append(chance - trial.remembered)
    squares = [math.fsum(misses) ** 2 / len(misses) for misses in bins.values()]  # mean squared, times the size
    return math.sqrt(math.fsum(squares) / len(trials))


def auc(remembered: Sequence[bool], expected: Sequence[float]) -> float | None:
    """Return how often a card that was remembered was given a higher chance than one forgotten; ties count half."""
    known = sum(remembered)
    forgotten = len(remembered) - known
    if not known or not forgotten:
        return None
    below, ahead = 0, 0.0
    tied: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for was_known, chance in zip(remembered, expected, strict=True):
        tied[chance][was_known] += 1
    for _, (lost, kept) in sorted(tied.items()):
        ahead += kept * (below + lost / 2)
        below += lost
    return ahead / (known * forgotten)


def _step(count: int, base: float) -> int:
    """Return the power of `base` that `count` has reached; -1 for none at all."""
    return math.floor(math.log(count) / math.log(base)) if count else -1
