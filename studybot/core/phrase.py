"""Sentences of our own, still untranslated: the English template and what goes into it.

Pure code says *what* to tell a person; studybot/locale says it in their language at the edge. The texts of
cards are the author's (`core.card.Text`), not phrases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


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
