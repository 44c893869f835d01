"""The weekly board of a group as a message, with the buttons by which people get on it and off it."""

from studybot.core.challenge import Group
from studybot.core.phrase import Phrase
from studybot.core.points import MEDALS
from studybot.flows.group_board import WeeklyBoard
from studybot.locale import Speech
from studybot.telegram_bot.group.buttons import OnBoard
from studybot.telegram_bot.group.lobby_view import plain_name, text
from studybot.telegram_bot.group.round_view import joined
from studybot.telegram_bot.view import Key, View

MOST_ROWS = 15


def board(group: Group, shown: WeeklyBoard, say: Speech) -> View:
    head = f"🏆 <b>{text(Phrase('The board of this week'), say)}</b>"
    rows = [
        text(
            Phrase("{mark} {name}: {points} p., challenges: {n}", mark=_mark(row.place, row.points),
                   name=plain_name(row.name), points=row.points, n=row.challenges),
            say,
        )
        for row in shown.rows[:MOST_ROWS]
    ]  # fmt: skip
    lines = [head, "\n".join(rows) if rows else text(Phrase("Nobody is on it yet."), say)]
    if shown.hidden:
        lines.append(text(Phrase("Played this week and not on it: {n}.", n=shown.hidden), say))
    told = Phrase("You are on it only if you want to be, and it begins anew on Monday.")
    lines.append(f"<i>{text(told, say)}</i>")
    return View(
        joined(lines),
        (
            (
                Key(f"🙋 {say(Phrase('With my name'))}", OnBoard(group.id, "name")),
                Key(f"🎭 {say(Phrase('Under another name'))}", OnBoard(group.id, "pseudonym")),
            ),
            (Key(say(Phrase("Not on it")), OnBoard(group.id, "hidden")),),
        ),
    )


def _mark(place: int, points: int) -> str:
    return MEDALS[place - 1] if place <= len(MEDALS) and points else f"{place}."
