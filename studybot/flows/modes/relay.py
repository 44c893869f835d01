"""A relay: a team repairs one broken program, one line each. After each change the whole program is run and judged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from studybot.core.ballot import Ballots, Follow, MemberId
from studybot.core.card import CardId, Rejected, Typed
from studybot.core.challenge import Counted, Member, Played, Rules, Step, Vote
from studybot.core.phrase import Phrase
from studybot.core.points import Level, Score
from studybot.core.relay import changed, read_change, turns, whose_turn
from studybot.core.variant import seed_from
from studybot.errors import SandboxUnavailable
from studybot.flows.answer import judged
from studybot.flows.modes.live import Live
from studybot.flows.outside import Outside
from studybot.group_ports import RoundView
from studybot.kinds import Card
from studybot.kinds.written import WrittenCode

TURN_LASTS = 2
"""How much longer than a vote a turn takes: a line is to be read, found and written."""


class Relay(Live):
    name: ClassVar[Phrase] = Phrase("relay")
    changes: ClassVar[bool] = True  # whose turn it is
    teaches: ClassVar[bool] = False  # a line in a program of many is nobody's own answer

    def why_not(self, here: Sequence[Member]) -> Phrase | None:
        return None if len(here) > 1 else Phrase("A relay takes two at least.")

    def takes(self, card: Card) -> bool:
        return card.kind == "fix"

    def cards(self, rules: Rules) -> int:
        return 1

    def pace(self, rules: Rules) -> Phrase:
        return Phrase("{n} s a turn", n=rules.vote_seconds * TURN_LASTS)

    async def seen(self, view: RoundView, *, outside: Outside) -> RoundView:
        votes = await outside.store.votes_of(view.round.id)
        team = [member for member in await outside.store.members(view.challenge.id) if member.here]
        turn = whose_turn([member.person for member in team], view.round.ballot)
        program = program_of(view, votes)
        said: tuple[Phrase, ...] = ()
        if view.round.ballot and view.round.step is Step.VOTE:
            said = await _what_the_run_said(view, program, outside)
        return replace(view, turn=next((one for one in team if one.person == turn), None), program=program, said=said)

    def read(self, view: RoundView, text: str) -> str | Rejected:
        """Return the whole program as it is after the change that a text asks for."""
        change = read_change(text, view.program)
        return change if isinstance(change, Rejected) else changed(view.program, change)

    def closes_at(self, view: RoundView, now: datetime) -> datetime:
        return now + timedelta(seconds=view.challenge.rules.vote_seconds * TURN_LASTS)

    def closes_early(self, view: RoundView, counted: Counted) -> bool:
        return True  # one line each

    def follows(self, view: RoundView, votes: Sequence[Vote], here: Sequence[Member]) -> Follow:
        if any(vote.right for vote in votes):
            return Follow.EXPLAIN
        team = [member.person for member in here]
        took = view.round.ballot + 1
        latest = range(took - len(team), took)
        silent = took >= len(team) and not any(vote.ballot in latest for vote in votes)
        return Follow.EXPLAIN if silent or took >= turns(team) else Follow.PASS_ON

    def scores(self, played: Played, levels: Mapping[MemberId, Level]) -> tuple[Score, ...]:
        return ()  # it is the team's

    def worth_talk(self, played: Played) -> tuple[Ballots, ...]:
        """What was repaired is settled, whoever wrote the wrong lines before."""
        broken = {one.id for one in played.rounds if not any(vote.right for vote in played.votes.get(one.id, ()))}
        return tuple(played.ballots_of(one) for one in played.rounds if one.id in broken and played.votes.get(one.id))

    def missed(self, played: Played, person: MemberId) -> tuple[CardId, ...]:
        """Whatever the team could not repair, everybody who took part meets again."""
        return tuple(
            one.card_id
            for one in played.rounds
            if (votes := played.votes.get(one.id, ()))
            and not any(vote.right for vote in votes)
            and any(vote.person == person for vote in votes)
        )


def program_of(view: RoundView, votes: Sequence[Vote]) -> str:
    """Return the program as it stood at the beginning of the turn, or in the end: each vote holds all of it."""
    is_open = view.round.step is Step.VOTE
    made = [vote for vote in votes if vote.ballot < view.round.ballot or not is_open]
    if made:
        return max(made, key=lambda vote: vote.ballot).text
    return view.card.given or "" if isinstance(view.card, WrittenCode) else view.card.snippet


async def _what_the_run_said(view: RoundView, program: str, outside: Outside) -> tuple[Phrase, ...]:
    """Run the program and return why it is not right yet; nothing where it cannot be run now."""
    seed = seed_from("relay", view.round.id, view.round.ballot)
    run = view.round.asked.run
    asked_by = f"challenge {view.challenge.id}"
    try:
        verdict = await judged(view.card, Typed(program), run, seed=seed, asked_by=asked_by, outside=outside)
    except SandboxUnavailable:
        return ()
    if isinstance(verdict, Rejected):
        return (verdict.why,)
    return (*([verdict.why] if verdict.why else []), *verdict.also)
