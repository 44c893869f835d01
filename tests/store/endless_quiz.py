"""A process that answers for ever, telling after each saved review how many there are: made to be killed."""

import asyncio
import itertools
import sys
from datetime import timedelta

from studybot.core.schedule import Grade
from studybot.store import SqlStore
from tests.store.given import DAY, a_learner, a_quiz, answer


async def answer_for_ever(url: str) -> None:
    store = SqlStore(url)
    learner = await a_learner(store)
    saved = 0
    for days in itertools.count():
        day = DAY + timedelta(days=days)
        quiz = await a_quiz(store, learner, day=day)
        while showing := await store.next_showing(quiz.id):
            await answer(store, showing, Grade.HARD if saved % 3 else Grade.EASY, day=day)
            saved += 1
            print(saved, flush=True)


if __name__ == "__main__":
    asyncio.run(answer_for_ever(sys.argv[1]))
