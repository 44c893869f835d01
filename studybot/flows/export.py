"""A learner takes their own data away: one JSON file for programs, and CSV tables for a spreadsheet."""

import asyncio
import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic import TypeAdapter

from studybot.core.export import Attempt, BoardName, GroupName, GroupPoints, GroupTake, GroupVote, Kept, Reported
from studybot.core.hold import Hold
from studybot.core.learner import Learner
from studybot.core.publication import Adjustment
from studybot.core.review import Review
from studybot.core.schedule import Memory, study_day
from studybot.flows.outside import Outside

CSV_ENCODING = "utf-8-sig"  # without the mark at its beginning spreadsheets read Korean as noise

_MEMORY = [field.name for field in fields(Memory)]
_REVIEW = [field.name for field in fields(Review) if field.name not in {"learner_id", "before", "after"}]
_ATTEMPT = [field.name for field in fields(Attempt)]
_HOLD = [field.name for field in fields(Hold)]
_ADJUSTMENT = [field.name for field in fields(Adjustment)]
_IN_GROUPS = {
    name: [field.name for field in fields(kind)]
    for name, kind in {
        "votes": GroupVote,
        "takes": GroupTake,
        "names": GroupName,
        "points": GroupPoints,
        "boards": BoardName,
    }.items()
}
_REPORT = [field.name for field in fields(Reported)]


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


async def export(learner: Learner, *, outside: Outside) -> tuple[File, ...]:
    """Return the learner's data as a JSON document and a zip of CSV tables, one table for each kind of data."""
    kept = await outside.store.kept_of(learner.id)
    day = study_day(outside.clock.now(), learner.settings.tz)
    return await asyncio.to_thread(_files, kept, f"studybot-{day}")


def to_json(kept: Kept) -> bytes:
    """Return everything as JSON, in UTF-8; `from_json` makes the same of it again."""
    return _adapter().dump_json(kept, indent=2)


def from_json(content: bytes) -> Kept:
    """Read what `to_json` wrote. Raises pydantic.ValidationError, a ValueError, for anything else."""
    return _adapter().validate_json(content)


def to_tables(kept: Kept) -> dict[str, bytes]:
    """Return CSV tables by their names; numbers and dates are written as in the JSON."""
    plain = _adapter().dump_python(kept, mode="json")
    person = plain["learner"]
    settings = {name: value for name, value in person.items() if name != "settings"} | person["settings"]
    settings["next_reminder_at"] = plain["next_reminder_at"]
    reviews = [
        one["review"]
        | {"text": one["text"], "undone_at": one["undone_at"]}
        | _prefixed("before", one["review"]["before"])
        | _prefixed("after", one["review"]["after"])
        for one in plain["reviews"]
    ]
    memories = [{"card_id": card_id} | memory for card_id, memory in plain["memories"].items()]
    holds = [{"card_id": card_id} | hold for card_id, hold in plain["holds"].items()]
    states = [f"{when}_{name}" for when in ("before", "after") for name in _MEMORY]
    return {
        "settings.csv": _table(["setting", "value"], [{"setting": name, "value": settings[name]} for name in settings]),
        "reviews.csv": _table([*_REVIEW, "text", "undone_at", *states], reviews),
        "attempts.csv": _table(_ATTEMPT, plain["attempts"]),
        "memories.csv": _table(["card_id", *_MEMORY], memories),
        "held-cards.csv": _table(["card_id", *_HOLD], holds),
        "reports.csv": _table(_REPORT, plain["reports"]),
        "changed-cards.csv": _table(_ADJUSTMENT, plain["adjustments"]),
        **{f"group-{name}.csv": _table(columns, plain["in_groups"][name]) for name, columns in _IN_GROUPS.items()},
    }


def _files(kept: Kept, name: str) -> tuple[File, ...]:
    return File(f"{name}.json", to_json(kept)), File(f"{name}-csv.zip", _zipped(to_tables(kept)))


@cache
def _adapter() -> TypeAdapter[Kept]:
    return TypeAdapter(Kept)


def _prefixed(when: str, memory: Mapping[str, Any] | None) -> dict[str, Any]:
    return {f"{when}_{name}": value for name, value in (memory or {}).items()}


def _table(columns: list[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(CSV_ENCODING)


def _zipped(tables: Mapping[str, bytes]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            archive.writestr(ZipInfo(name), table, ZIP_DEFLATED)
    return content.getvalue()
