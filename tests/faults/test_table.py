"""docs/faults.md names every test of the fault suite, and none that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| fault ")]
SEEN = re.compile(r"`(tests/[\w/]+\.py)`: ((?:`\w+`(?:, )?)+)")
NAMED = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
MARK = "mark.faults"


@pytest.mark.parametrize("file", sorted(NAMED))
def test_what_the_table_names_is_part_of_the_fault_suite(file: str) -> None:
    assert MARK in (ROOT / file).read_text(encoding="utf-8")


def test_the_table_names_all_of_the_fault_suite() -> None:
    marked = {path for path in (ROOT / "tests").rglob("test_*.py") if MARK in path.read_text(encoding="utf-8")}

    assert {str(path.relative_to(ROOT)) for path in marked} - {"tests/faults/test_table.py"} == NAMED


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_each_fault_names_tests_that_exist(row: str) -> None:
    seen = SEEN.findall(row)

    assert seen, "a row names a file and its tests"
    for file, names in seen:
        text = (ROOT / file).read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", names):
            told_elsewhere = (ROOT / "tests" / "end_to_end").glob("*_stories.py") if f".{name}" in text else ()
            assert any(f"def {name}(" in each for each in (text, *(file.read_text() for file in told_elsewhere))), name
