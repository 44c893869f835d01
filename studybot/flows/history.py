"""A learner looks back at their answers."""

from dataclasses import dataclass

from studybot.core.learner import Learner
from studybot.core.progress import Named
from studybot.core.review import Review
from studybot.flows.outside import Outside
from studybot.flows.progress import named

PAGE = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and what its card is called; None where nobody knows any more."""

    review: Review
    name: Named | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Twenty answers, latest first. Page 0 is the latest; `older` says whether there is a page after this one."""

    number: int
    answers: tuple[Answered, ...]
    older: bool


async def my_history(learner: Learner, page: int, *, outside: Outside) -> HistoryPage:
    """Return a page of the learner's answers; those that were undone are left out."""
    reviews = await outside.store.latest_reviews(learner.id, limit=PAGE + 1, skip=page * PAGE)
    shown = reviews[:PAGE]
    names = await named({review.card_id: review.revision for review in reversed(shown)}, outside=outside)
    answers = tuple(Answered(review, names.get(review.card_id)) for review in shown)
    return HistoryPage(page, answers, older=len(reviews) > PAGE)
