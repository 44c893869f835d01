"""A sprint: quick cards with few short options, as quizzes of Telegram's own, without talk in between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from studybot.core.ballot import Follow
from studybot.core.card import Language
from studybot.core.challenge import Member, Rules, Vote
from studybot.core.phrase import Phrase
from studybot.core.sprint import SECONDS_BETWEEN, SECONDS_TO_ARRIVE, fits_poll, sprint_seconds
from studybot.flows.modes.live import Live
from studybot.flows.outside import Outside
from studybot.group_ports import RoundView
from studybot.kinds import Card
from studybot.locale import speech


class Sprint(Live):
    name: ClassVar[Phrase] = Phrase("sprint")
    evidence_lasts: ClassVar[timedelta] = timedelta(seconds=SECONDS_BETWEEN)

    def takes(self, card: Card) -> bool:
        question = card.question(0)
        return question.form == "one" and all(
            fits_poll(say(question.prompt), question.code, [say(option.label) for option in question.options])
            for say in map(speech, Language)
        )

    def pace(self, rules: Rules) -> Phrase:
        return Phrase("{n} s a quiz", n=sprint_seconds(rules.vote_seconds))

    async def seen(self, view: RoundView, *, outside: Outside) -> RoundView:
        return replace(view, as_poll=True)

    def closes_at(self, view: RoundView, now: datetime) -> datetime:
        return now + timedelta(seconds=sprint_seconds(view.challenge.rules.vote_seconds) + SECONDS_TO_ARRIVE)

    def follows(self, view: RoundView, votes: Sequence[Vote], here: Sequence[Member]) -> Follow:
        return Follow.EXPLAIN
