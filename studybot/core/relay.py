"""A relay: a team repairs one broken program, and each member in turn changes one line of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from studybot.core.ballot import MemberId
from studybot.core.card import Rejected
from studybot.core.phrase import Phrase

TURNS_EACH = 2
"""So often everybody's turn comes, as long as the program is broken."""

FEWEST_TURNS, MOST_TURNS = 4, 6
"""Each turn is one message or edit in the group: with the evidence and its picture a round stays within eight."""

LONGEST_LINE = 200
LONGEST_PROGRAM = 40
"""In lines: more than that is no snippet any more."""

HOW_TO_CHANGE = Phrase("Write 3: and the new line to change line 3, 3+: to put a line after it, 3-: to take it away.")

_CHANGE = re.compile(r"\s*(\d{1,3})\s*(\+|-)?\s*(?::|：|$)[ \t]?(.*)", re.DOTALL)
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to one line of a program, counted from 1; with line 0 a line is put before the first."""

    what: Literal["replace", "insert", "delete"]
    line: int
    text: str = ""


def read_change(text: str, program: str) -> Change | Rejected:
    """Read "3: y = x", "3+: y = x" or "3-:" as a change of this program, or say why it is none."""
    found = _CHANGE.fullmatch(text)
    if found is None:
        return Rejected(HOW_TO_CHANGE)
    line, mark, written = int(found[1]), found[2], found[3].rstrip()
    lines = program.splitlines()
    if not (0 if mark == "+" else 1) <= line <= len(lines):
        return Rejected(Phrase("There is no line {line}: the program has {n}.", line=line, n=len(lines)))
    if "\n" in written:
        return Rejected(Phrase("One line each: the next one is somebody else's."))
    if len(written) > LONGEST_LINE:
        return Rejected(Phrase("That line is too long: {most} characters at most.", most=LONGEST_LINE))
    if mark == "-":
        return Change("delete", line) if not written and len(lines) > 1 else Rejected(HOW_TO_CHANGE)
    if not written.strip():
        return Rejected(HOW_TO_CHANGE)
    if mark == "+":
        if len(lines) >= LONGEST_PROGRAM:
            return Rejected(Phrase("The program is long enough: change a line of it."))
        return Change("insert", line, _indented(written, _indent_after(lines, line)))
    return _replaced(line, lines[line - 1], written)


def _replaced(line: int, before: str, written: str) -> Change | Rejected:
    if written == before:
        return Rejected(Phrase("Line {line} says that already.", line=line))
    if written.strip() == before.strip():  # only its indentation is meant
        return Change("replace", line, written)
    return Change("replace", line, _indented(written, _indent_of(before)))


def changed(program: str, change: Change) -> str:
    """Return the program after a change; what is read twice is still one change, so give it the program it was for."""
    lines = program.splitlines()
    match change.what:
        case "replace":
            lines[change.line - 1] = change.text
        case "insert":
            lines.insert(change.line, change.text)
        case "delete":
            del lines[change.line - 1]
    return "\n".join(lines) + "\n"


def numbered(program: str) -> str:
    """Return a program with the numbers of its lines, by which they are changed."""
    lines = program.rstrip("\n").splitlines()
    width = len(str(len(lines)))
    return "\n".join(f"{number:>{width}}  {line}".rstrip() for number, line in enumerate(lines, 1))


def turns(team: Sequence[MemberId]) -> int:
    """Return how many turns a team has at most."""
    return max(FEWEST_TURNS, min(MOST_TURNS, TURNS_EACH * len(team)))


def whose_turn(team: Sequence[MemberId], turn: int) -> MemberId | None:
    """Return who changes a line in a turn, counted from 0; None where nobody is left. `team` stands in its order."""
    return team[turn % len(team)] if team else None


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _indent_after(lines: Sequence[str], line: int) -> int:
    """Return how far the line after this one is to be indented: further where it opens a block."""
    if line == 0:
        return _indent_of(lines[0])
    before = lines[line - 1]
    return _indent_of(before) + _INDENT * before.rstrip().endswith(":")


def _indented(written: str, by: int) -> str:
    """Return a line as far in as it was written, or where its writer left that open, as far as its place asks."""
    return written if _indent_of(written) else " " * by + written
