"""What is said of a name that nobody knows."""

import pytest

from studybot.deck.complaints import did_you_mean

IDS = ("shape-of-a-view", "contiguity-next-element", "contiguity-of-a-slice")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("shape-of-a-vew", 'did you mean "shape-of-a-view"?'),
        ("contig", "known are contiguity-next-element, contiguity-of-a-slice"),
        ("leaf", "known are shape-of-a-view, contiguity-next-element ..."),
        ("", "known are shape-of-a-view, contiguity-next-element ..."),
    ],
)
def test_what_is_close_or_begins_alike_is_named_first(word: str, said: str) -> None:
    assert str(did_you_mean(word, IDS, most=2)) == said
