"""Sentences of our own, still untranslated: the English template and what goes into it.

Pure code says *what* to tell a person; studybot/locale says it in their language at the edge. The texts of
cards are the author's (`core.card.Text`), not phrases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True, init=False)
class Phrase:
    """`Phrase("{n} cards are due", n=3)`: `template` is the key in locale/*.po, `values` fill its braces."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __init__(self, template: str, /, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", MappingProxyType(values))

    def filled(self, **values: object) -> "Phrase":
        """Return this sentence with other values."""
        return Phrase(self.template, **values)

    def __str__(self) -> str:
        return self.template.format(**self.values)


Said: TypeAlias = Phrase | str
"""A sentence of ours, or what somebody else said (an author, Python, torch), which nobody translates."""


class Sayable(Protocol):
    """What is said by a phrase of its own; its `str` is that in English."""

    @property
    def phrase(self) -> Phrase: ...


def said(error: BaseException) -> Said:
    """Return what an error says: the sentence to translate, where it has one."""
    return error.args[0] if error.args and isinstance(error.args[0], Phrase) else str(error)


def lines(told: Sequence[Said]) -> Phrase:
    """Return several sentences below one another."""
    names = [f"line{place}" for place in range(len(told))]
    return Phrase("\n".join(f"{{{name}}}" for name in names), **dict(zip(names, told, strict=True)))
