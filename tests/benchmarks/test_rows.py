"""A row says what was seen, beside what, and whether its limit held."""

from collections.abc import Callable

import pytest

from benchmarks._command import ROWS
from benchmarks._row import Peer, Row, compared, not_measured, seen, told, wanted_of

RAW = Peer("raw", 10)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        pytest.param(seen("x", 2, "ms", at_most=2), "met", id="at the limit"),
        pytest.param(seen("x", 2.1, "ms", at_most=2), "missed", id="above it"),
        pytest.param(seen("x", 120, "/s", at_least=120), "met", id="as much as is wanted"),
        pytest.param(seen("x", 119, "/s", at_least=120), "missed", id="less than is wanted"),
        pytest.param(seen("x", 2, "ms"), "no limit", id="nothing is wanted"),
        pytest.param(compared("x", 19, "us", RAW, at_most=2), "met", id="twice the peer is allowed"),
        pytest.param(compared("x", 21, "us", RAW, at_most=2), "missed", id="more than twice the peer"),
        pytest.param(compared("x", 99, "us", RAW, ratio=1.9, at_most=2), "met", id="a ratio taken round by round"),
        pytest.param(not_measured("x", "no Anki here"), "not measured", id="not measured"),
    ],
)
def test_a_row_is_judged_by_its_limit(row: Row, verdict: str) -> None:
    assert row.verdict == verdict


@pytest.mark.parametrize(
    ("row", "strain"),
    [
        pytest.param(seen("x", 1, at_most=4), 0.25, id="a quarter of what is allowed"),
        pytest.param(seen("x", 8, at_most=4), 2, id="twice what is allowed"),
        pytest.param(seen("x", 8, at_least=4), 0.5, id="twice what is wanted"),
        pytest.param(compared("x", 20, "us", RAW, at_most=4), 0.5, id="of the ratio and not of the figure"),
        pytest.param(seen("x", 0, at_most=0), None, id="nothing of nothing has no factor"),
        pytest.param(seen("x", 3, at_most=0), None, id="nor has something of nothing"),
        pytest.param(seen("x", 3), None, id="no limit"),
    ],
)
def test_the_strain_is_the_part_of_the_limit_that_is_used(row: Row, strain: float | None) -> None:
    assert row.strain == strain


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Row("x"), id="nothing seen and no word why"),
        pytest.param(lambda: Row("x", 1.0, why_not="too slow"), id="seen and not seen"),
        pytest.param(lambda: seen("x", float("nan"), "MB"), id="no number"),
        pytest.param(
            lambda: Row("x", 1.0, wanted=compared("x", 1, "us", RAW, at_most=2).wanted), id="no ratio to judge"
        ),
    ],
)
def test_a_row_that_says_nothing_clear_is_refused(make: Callable[[], Row]) -> None:
    with pytest.raises(ValueError, match="x"):
        make()


def test_rows_come_back_from_json_as_they_were() -> None:
    rows = (seen("a", 1, "ms", at_most=2), compared("b", 30, "us", RAW, at_least=2), not_measured("c", "no Anki here"))

    text = ROWS.dump_json(rows)

    assert ROWS.validate_json(text) == rows
    assert b'"verdict":"met"' in text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1234.4, "us", "1,234 us"), (98.74, "ms", "98.7 ms"), (0.414, "x", "0.41x"), (3, "", "3"), (0.5, "s", "0.50 s")],
)
def test_a_figure_is_told_with_three_digits_that_count(value: float, unit: str, text: str) -> None:
    assert told(value, unit) == text


def test_a_limit_is_told_in_the_unit_of_what_it_limits() -> None:
    assert wanted_of(seen("x", 1, "ms", at_most=100)) == "at most 100 ms"
    assert wanted_of(compared("x", 1, "ms", RAW, at_least=0.8)) == "at least 0.8x"
    assert wanted_of(seen("x", 1, "ms")) == ""
