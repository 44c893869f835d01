"""Five more: the day's quiz is done, and the learner wants to go on."""

from studybot.core.card import CardId
from studybot.core.learner import Learner
from studybot.core.more import pick_more
from studybot.core.quiz import Quiz
from studybot.core.schedule import study_day
from studybot.flows.outside import Outside
from studybot.flows.plan import picks


async def add_more(learner: Learner, total: int, *, outside: Outside) -> None:
    """Add some cards to today's quiz, if it is done and still has `total` cards: a second press adds nothing."""
    day = study_day(outside.clock.now(), learner.settings.tz)
    quiz = await outside.store.quiz_on(learner.id, day)
    if quiz is None or quiz.total != total or quiz.settled != total:
        return
    cards = await what_more(learner, quiz, outside=outside)
    await outside.store.extend_quiz(quiz.id, cards, total=total)


async def what_more(learner: Learner, quiz: Quiz, *, outside: Outside) -> list[CardId]:
    """Return the cards that could be added to a quiz."""
    return pick_more(
        await picks(learner, quiz.day, outside=outside),
        await outside.store.memories_of(learner.id),
        on=quiz.day,
        shown=await outside.store.cards_of_quiz(quiz.id),
    )
