"""Histories of answers, as a learner might live them."""

from collections.abc import Sequence
from datetime import date

from studybot.core.schedule import Grade, Memory, Scheduler

DAY = date(2026, 1, 1)


def on_due_days(scheduler: Scheduler, given: Sequence[int], start: date = DAY) -> list[Memory]:
    """Return the memory after each grade, every one given on its due day; drills are left out."""
    memory: Memory | None = None
    memories = []
    for grade in given:
        memory = scheduler.review(memory, Grade(grade), on=memory.due_on if memory else start)
        memories.append(memory)
    return memories
