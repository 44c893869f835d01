"""What a group is told where people take turns: whose it is, and what has come of the turns before."""

from studybot.core.ballot import Follow
from studybot.core.phrase import Phrase
from studybot.group_ports import Evidence, RoundView
from studybot.locale import Speech
from studybot.telegram_bot.group.lobby_view import name_of, text


def turn_lines(view: RoundView, say: Speech) -> list[str]:
    """Return nothing where everybody votes at once."""
    if view.turn is None:
        return []
    lines = []
    if view.said:
        told = " ".join(say(said) for said in view.said)
        lines.append(f"🔁 {text(Phrase('Not yet. {why}', why=told), say)}")
    elif view.round.afters[-1] is Follow.PASS_ON and not view.program:
        lines.append(f"↪ {text(Phrase('Missed: it goes over.'), say)}")
    lines.append(f"👉 <b>{text(Phrase('It is your turn, {name}.', name=name_of(view.turn)), say)}</b>")
    return ["\n".join(lines)]


def relay_line(shown: Evidence, say: Speech) -> str:
    """Say whether a team has repaired its program, and with how many lines."""
    turns = len(shown.votes)
    if any(vote.right for vote in shown.votes):
        return f"🎉 {text(Phrase('Repaired together, with {n} changed lines.', n=turns), say)}"
    return text(Phrase("Not repaired this time: {n} lines were changed.", n=turns), say)
