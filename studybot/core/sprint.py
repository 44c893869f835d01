"""A sprint's questions are quizzes of Telegram's own, which are short and close by themselves."""

from collections.abc import Sequence

LONGEST_QUESTION = 300
LONGEST_OPTION = 100
MOST_OPTIONS = 12
LONGEST_EXPLANATION = 200
LONGEST_CODE = 1000
"""A quiz carries the code as its description, which may have 1,024 characters."""

ROOM_FOR_THE_NUMBER = 10
"""What "[12/20] " takes of the question."""

SHORTEST_SECONDS, LONGEST_SECONDS = 10, 30
SECONDS_TO_ARRIVE = 2
"""How long after the close the answers of the last moment are still waited for: Telegram has taken them."""

SECONDS_BETWEEN = 4
"""Long enough to read what was right."""


def fits_poll(question: str, code: str, options: Sequence[str]) -> bool:
    """Return whether a card can be asked as a quiz without anything being cut off."""
    return (
        units(question) <= LONGEST_QUESTION - ROOM_FOR_THE_NUMBER
        and units(code) <= LONGEST_CODE
        and 2 <= len(options) <= MOST_OPTIONS
        and len(set(options)) == len(options)
        and all(0 < units(option) <= LONGEST_OPTION for option in options)
    )


def sprint_seconds(vote_seconds: int) -> int:
    """Return how long a quiz is open: a third of what a group takes that talks."""
    return max(SHORTEST_SECONDS, min(LONGEST_SECONDS, vote_seconds // 3))


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters as Telegram counts them, with an ellipsis where it was longer."""
    if units(text) <= most:
        return text
    while units(text) > most - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def units(text: str) -> int:
    """Return a text's length as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
