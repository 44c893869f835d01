"""Finding a card again by a word of it."""

from collections.abc import Sequence

MOST_FOUND = 5


def score(words: Sequence[str], *, marks: str, text: str) -> int:
    """Return how well a card fits: 0 unless every word is somewhere in it; what is in its marks counts double."""
    marks, text = marks.casefold(), text.casefold()
    points = [2 * (word in marks) + (word in text) for word in map(str.casefold, words)]
    return sum(points) if points and all(points) else 0
