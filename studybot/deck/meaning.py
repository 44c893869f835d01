"""What an edit changed, and whether it changed what a learner must know.

A machine cannot tell for certain: what is judged counts as meaning, what only helps or explains does not, and a
question counts where more of it changed than a slip or a nicer word. The author has the last word.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from studybot.deck.near import normalised

WORDS = frozenset({"question", "claim", "answer"})
"""What is read and understood: nearly the same words mean the same."""

CODE = frozenset({"snippet", "solution", "inputs", "check"})
BESIDE = frozenset(
    {
        "explanation", "hint", "hints", "source", "tags", "typical_seconds", "timeout_seconds", "picture",
        "few_variants", "mistakes", "topic", "device", "starter", "id",
    }
)  # fmt: skip
"""What explains, helps or proves, and is not asked."""

SAME_WORDS = 80
"""Of 100: from here on a text was only put better."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs, before and after as short text."""

    field: str
    before: str
    after: str
    is_meaning: bool


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what differs between two revisions of a card, in the order of its fields."""
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        Change(name, _shown(before.get(name)), _shown(after.get(name)), _is_meaning(name, before, after))
        for name in names
        if before.get(name) != after.get(name)
    )


def means_the_same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return not any(change.is_meaning for change in changes(before, after))


def _is_meaning(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    old, new = before.get(name), after.get(name)
    if name in BESIDE:
        return False
    if name in CODE:
        return normalised(str(old or "")) != normalised(str(new or ""))
    if name in WORDS:
        return bool(_likeness(old, new) < SAME_WORDS)
    if name == "options":
        return bool(_judged(old) != _judged(new))
    return True


def _likeness(old: Any, new: Any) -> float:
    """Return how alike two texts are, in the language in which they are the less alike."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return 0
    return min(fuzz.ratio(str(old.get(language, "")), str(new.get(language, ""))) for language in ("ko", "en"))


def _judged(options: Any) -> Any:
    """Return of options what is judged: which hold, and which are right. Their texts may be put better."""
    if not isinstance(options, list):
        return options
    return sorted((normalised(str(one.get("holds"))), bool(one.get("right"))) for one in options)


def _shown(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
