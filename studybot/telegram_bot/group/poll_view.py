"""A sprint's card as a quiz of Telegram's own: what it asks, and what it says once somebody has answered."""

from studybot.core.sprint import LONGEST_EXPLANATION, LONGEST_QUESTION, cut
from studybot.flows.modes import cards_of
from studybot.group_ports import RoundView
from studybot.locale import Speech
from studybot.telegram_bot.markup import code, to_plain
from studybot.telegram_bot.view import Quiz


def quiz(view: RoundView, say: Speech) -> Quiz:
    shown = view.question
    keys = view.card.right_keys(view.round.asked.run)
    right = next(place for place, option in enumerate(shown.options) if option.key in keys)
    total = max(cards_of(view.challenge), view.number)
    explanation = " ".join(to_plain(say(view.card.explanation.text)).split())
    return Quiz(
        question=cut(f"[{view.number}/{total}] {to_plain(say(shown.prompt))}", LONGEST_QUESTION),
        options=tuple(to_plain(say(option.label)) for option in shown.options),
        right=right,
        explanation=cut(explanation, LONGEST_EXPLANATION),
        description=code(shown.code) if shown.code else "",
    )
