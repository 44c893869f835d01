"""The end of a challenge as a message: the table, the gain, and what is worth more talk."""

from fractions import Fraction

from studybot.core.challenge import Member
from studybot.core.phrase import Phrase
from studybot.core.points import Standing
from studybot.flows.modes import mode_of
from studybot.group_ports import Ending
from studybot.locale import Speech
from studybot.telegram_bot.group.buttons import OfChallenge
from studybot.telegram_bot.group.lobby_view import name_of, text
from studybot.telegram_bot.group.round_view import joined
from studybot.telegram_bot.markup import clipped, line_html
from studybot.telegram_bot.view import Key, Link, View

MOST_ROWS = 15
LONGEST_QUESTION = 120


def end(ending: Ending, say: Speech, *, link: str) -> View:
    played = ending.played
    cards = len(played.rounds)
    people = len({vote.person for votes in played.votes.values() for vote in votes})
    lines = [f"🏁 <b>{text(Phrase('The end. Cards: {cards}, people: {people}', cards=cards, people=people), say)}</b>"]
    if ending.standings:
        lines.append(_table(ending, say))
    else:
        told = (
            Phrase("You played as one team: the points are everybody's.")
            if people
            else Phrase("Nobody voted this time.")
        )
        lines.append(text(told, say))
    lines.append("\n".join(text(tie, say) for tie in ending.ties))
    lines.append(_gain(ending, say))
    if ending.to_talk:
        head = text(Phrase("Worth more talk:"), say)
        questions = [f"• {line_html(clipped(say(one), LONGEST_QUESTION, 1))}" for one in ending.to_talk]
        lines.append("\n".join([f"💬 {head}", *questions]))
    lines.append(
        f"<i>{text(Phrase('/summary gives the notes of this session as a file for your study log.'), say)}</i>"
    )
    of = played.challenge.id
    keys = (
        (Key(f"📚 {say(Phrase('Study these in private'))}", Link(link)),),
        (
            Key(f"🔁 {say(Phrase('Again'))}", OfChallenge("again", of)),
            Key(f"🖊 {say(Phrase('Name me in the notes'))}", OfChallenge("named", of)),
        ),
    )
    return View(joined(lines), keys)


def _table(ending: Ending, say: Speech) -> str:
    members = {member.person: member for member in ending.played.members}
    second = mode_of(ending.played.challenge).second_chance
    rows = [
        _row(standing, members.get(standing.score.member), second, say) for standing in ending.standings[:MOST_ROWS]
    ]
    left = len(ending.standings) - MOST_ROWS
    return "\n".join([*rows, f"… +{left}"] if left > 0 else rows)


def _row(standing: Standing, member: Member | None, second: Phrase, say: Speech) -> str:
    score = standing.score
    name = name_of(member) if member is not None else "?"
    parts = [say(Phrase("right {right} of {n}", right=score.right, n=score.voted))]
    if score.came_round:
        parts.append(say(second.filled(n=score.came_round)))
    if score.moved_others:
        parts.append(say(Phrase("moved others {n}", n=score.moved_others)))
    if score.improved:
        parts.append(say(Phrase("better than usual")))
    told = Phrase("{name}: {points} p. ({how})", name=name, points=score.points, how=", ".join(parts))
    return f"{standing.medal or f'{standing.place}.'} {text(told, say)}"


def _gain(ending: Ending, say: Speech) -> str:
    talk = ending.discussed
    if not talk.votes:
        return ""
    told = Phrase(
        "Discussion: {before} of {votes} right before, {after} after. Gain {gain}.",
        before=talk.right_before,
        after=talk.right_after,
        votes=talk.votes,
        gain=shown_gain(talk.gain),
    )
    return f"📈 {text(told, say)}"


def shown_gain(gain: Fraction | None) -> str:
    """Return the gain with two digits; "-" where nothing was left to gain."""
    return "-" if gain is None else f"{float(gain):.2f}"
