"""docs/faults.md names every test of the fault suite, and none that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = set(re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")))
MARK = "mark.faults"


@pytest.mark.parametrize("file", sorted(NAMED))
def test_what_the_table_names_is_part_of_the_fault_suite(file: str) -> None:
    assert MARK in (ROOT / file).read_text(encoding="utf-8")


def test_the_table_names_all_of_the_fault_suite() -> None:
    marked = {path for path in (ROOT / "tests").rglob("test_*.py") if MARK in path.read_text(encoding="utf-8")}

    assert {str(path.relative_to(ROOT)) for path in marked} - {"tests/faults/test_table.py"} == NAMED
