"""The top of a deck file: its fields beside the cards."""

from typing import Any, Literal

from studybot.kinds.card import Part, Slug, Words

FORMAT = 1
"""The version of the file format. A file of a later one is refused, for it may mean something else."""


class DeckHeader(Part):
    """A deck file: the cards of one topic, in the folder that bears the topic's name."""

    format: Literal[1]
    """The version of this file format."""
    topic: Slug
    """The name of the folder this file lies in."""
    title: Words
    """The topic's name for learners."""
    cards: list[Any]
