"""Which topic of the deck a passage belongs to, by the words of the topic's name."""

from collections.abc import Collection, Sequence

from studybot.deck.draft.words import stems

INBOX = "inbox"
"""Where drafts go whose topic is not clear."""

LONGEST_ENDING = 3
SHORTEST_STEM = 5


def topic_of(texts: Sequence[str], topics: Collection[str]) -> str:
    """Return the topic all words of which occur in the first text that has one; of several, the most exact."""
    for text in texts:
        words = stems(text)
        fitting = [
            topic for topic in topics if all(any(_alike(part, word) for word in words) for part in topic.split("-"))
        ]
        if fitting:
            return max(fitting, key=lambda topic: (topic.count("-"), -_first(topic, words)))
    return INBOX


def _first(topic: str, words: Sequence[str]) -> int:
    first, *_ = topic.split("-")
    return next(place for place, word in enumerate(words) if _alike(first, word))


def _alike(one: str, other: str) -> bool:
    """Return whether two words are one but for their endings: contiguity and contiguous, hooks and hook."""
    if one == other or one == f"{other}s":
        return True
    differs = (place for place, (mark, mark_too) in enumerate(zip(one, other, strict=False)) if mark != mark_too)
    same = next(differs, min(len(one), len(other)))
    return same >= SHORTEST_STEM and max(len(one), len(other)) - same <= LONGEST_ENDING
