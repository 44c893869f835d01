"""Everything that can be our fault, in one small tree.

    StudybotError
    ├── ConfigError            a setting is missing or wrong: nothing starts
    ├── DeckError              the deck's files cannot be read as cards; holds every problem found
    ├── StoreError             the database cannot be used
    │   └── StoreTooNew        it was written by a newer studybot than this one
    ├── SandboxUnavailable     no snippet can run now; nobody is graded
    │   └── SandboxBusy        too many runs are waiting; try again shortly
    ├── GroupGone              the bot was put out of a group: its challenge is called off
    ├── NoPicture              a card's picture cannot be drawn; its verdict stands without it
    └── PortTaken              the local chat's port is in use

What a learner gets wrong is a value (`Verdict`, `Rejected`), never an exception.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from studybot.core.phrase import Phrase, Said


class StudybotError(Exception):
    """The root: its text is one clear line (or a list of them) for a person to act on."""


class ConfigError(StudybotError):
    pass


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a deck file: where it is, and what to do about it."""

    file: str
    line: int
    message: Said

    @property
    def phrase(self) -> Phrase:
        return Phrase("{file}:{line}: {message}", file=self.file, line=self.line, message=self.message)

    def __str__(self) -> str:
        return str(self.phrase)


class DeckError(StudybotError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.file, one.line, str(one.message))))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StoreError(StudybotError):
    pass


class StoreTooNew(StoreError):
    pass


class SandboxUnavailable(StudybotError):
    pass


class SandboxBusy(SandboxUnavailable):
    """`place` is where in the line the run would have stood, from 1."""

    def __init__(self, message: str, *, place: int) -> None:
        super().__init__(message)
        self.place = place


class GroupGone(StudybotError):
    """The bot was put out of a group, or the group is gone."""


class NoPicture(StudybotError):
    pass


class PortTaken(StudybotError):
    pass
