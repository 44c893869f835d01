"""The weekly board of a group: who wants to be on it, and how it stands."""

from dataclasses import dataclass, replace

from studybot.core.ballot import MemberId
from studybot.core.board import Naming, Row, Shown, board, free_pseudonym, monday, names_on_board
from studybot.core.challenge import Group, Member, Played
from studybot.core.schedule import study_day
from studybot.core.variant import seed_from
from studybot.flows.modes import mode_of
from studybot.flows.outside import Outside


@dataclass(frozen=True, slots=True)
class WeeklyBoard:
    """The rows of this week; `hidden` counts those who earned points and are not on the board."""

    rows: tuple[Row, ...]
    hidden: int


async def note_earnings(played: Played, *, outside: Outside) -> None:
    """Store what a challenge brought its members, once it is over."""
    challenge = played.challenge
    levels = await outside.store.levels(challenge)
    points = {score.member: score.points for score in mode_of(challenge).scores(played, levels)}
    day = study_day(outside.clock.now(), challenge.group.tz)
    await outside.store.save_earnings(challenge.id, points, on=day)


async def weekly_board(group: Group, *, outside: Outside) -> WeeklyBoard:
    today = study_day(outside.clock.now(), group.tz)
    earned = await outside.store.earnings(group.id, since=monday(today))
    names = names_on_board(await outside.store.namings(group.id), group.language)
    return WeeklyBoard(board(earned, names, today=today), len({one.member for one in earned} - set(names)))


async def name_on_board(group: Group, member: Member, how: Shown, *, outside: Outside) -> Naming:
    """Put somebody on a group's board, or take them off it; returns how they are named there now.

    A pseudonym is drawn once, and stays: nobody is recognised by the moment at which a new name appears.
    """
    namings = await outside.store.namings(group.id)
    before = namings.get(member.person, Naming(member.name))
    naming = replace(before, name=member.name, board=how)
    if how == "pseudonym" and naming.pseudonym is None:
        taken = {one.pseudonym for person, one in namings.items() if person != member.person}
        drawn = _drawn(group, member.person, outside)
        naming = replace(naming, pseudonym=free_pseudonym(drawn, {one for one in taken if one is not None}))
    await outside.store.save_naming(group.id, member.person, naming)
    return naming


def _drawn(group: Group, person: MemberId, outside: Outside) -> int:
    """Draw by the moment, too: a number that follows from the person alone would tell who it is."""
    return seed_from("pseudonym", group.id, person, outside.clock.now().isoformat())
