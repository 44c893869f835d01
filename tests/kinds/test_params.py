"""params: a small closed vocabulary, drawn alike on every machine, and told in a sentence where it is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from studybot.kinds.params import WANTED_VARIANTS, Params

EVERY_KIND = {
    "n": {"integer": [2, 5]},
    "x": {"float": [0.5, 3.0], "digits": 1},
    "op": {"choice": ["sum", "mean"]},
    "s": {"shape": [[2, 3], [1, 4]]},
    "p": {"permutation": 3},
    "dice": {"seed": True},
    "total": {"derive": "n * prod(s)"},
}


def params(**body: object) -> Params:
    return Params.model_validate(body)


def test_a_draw_is_the_same_on_every_machine() -> None:
    drawn = params(params=EVERY_KIND).draw(7)

    assert drawn == {
        "n": 3, "x": 2.3, "op": "sum", "s": [2, 1], "p": [2, 1, 0], "dice": 386, "total": 6,
    }  # fmt: skip


@given(st.integers(0, 2**31 - 1))
def test_every_draw_stays_in_its_ranges(seed: int) -> None:
    drawn = params(params=EVERY_KIND, where="n != s[0]").draw(seed)

    assert 2 <= drawn["n"] <= 5
    assert 0.5 <= drawn["x"] <= 3.0
    assert round(drawn["x"], 1) == drawn["x"]
    assert drawn["op"] in {"sum", "mean"}
    assert drawn["s"][0] in {2, 3}
    assert sorted(drawn["p"]) == [0, 1, 2]
    assert drawn["total"] == drawn["n"] * drawn["s"][0] * drawn["s"][1]
    assert drawn["n"] != drawn["s"][0]


def test_a_new_parameter_leaves_the_draws_of_the_others_alone() -> None:
    more = {"first": {"integer": [1, 9]}, **EVERY_KIND}

    assert params(params=EVERY_KIND).draw(7).items() <= params(params=more).draw(7).items()


def test_all_corners_of_the_ranges_are_yielded() -> None:
    two = params(params={"n": {"integer": [2, 50]}, "m": {"integer": [0, 9]}}, where="n != 2 or m != 0")

    assert [(one["n"], one["m"]) for one in two.corners()] == [(2, 9), (50, 0), (50, 9)]


def test_with_many_parameters_each_end_is_still_among_the_corners() -> None:
    many = params(params={f"p{place}": {"integer": [0, 9]} for place in range(8)})

    corners = list(many.corners())

    assert all({corner[f"p{place}"] for corner in corners} >= {0, 9} for place in range(8))
    assert len(corners) == 16


BROKEN = {
    "no word": ({"n": {"whole": [1, 2]}}, 'parameter "n" needs one of: integer, float, choice'),
    "two words": ({"n": {"integer": [1, 2], "seed": True}}, 'parameter "n" needs one of'),
    "backwards": ({"n": {"integer": [5, 2]}}, 'parameter "n".integer: the range runs backwards: write [2, 5]'),
    "no list": ({"n": {"integer": 5}}, 'parameter "n".integer: '),
    "an unknown field": ({"n": {"integer": [1, 99], "digits": 1}}, 'parameter "n".digits: '),
    "a reserved name": ({"torch": {"integer": [1, 99]}}, 'a parameter cannot be called "torch"'),
    "a formula in the future": ({"m": {"derive": "n + 1"}, "n": {"integer": [1, 99]}}, "'n' is undefined"),
    "choices that stand twice": ({"n": {"choice": [1, 2] * 25}}, "params: only 2 variants, and 50 are wanted"),
    "few variants": ({"n": {"integer": [1, 49]}}, "params: only 49 variants, and 50 are wanted"),
}


@pytest.mark.parametrize(("body", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_wrong_with_parameters_is_told(body: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        params(params=body)

    assert told in str(caught.value)


def test_a_condition_that_nothing_fits_is_told() -> None:
    with pytest.raises(ValidationError, match="200 draws, and none fits where: n > 99"):
        params(params={"n": {"integer": [1, 99]}}, where="n > 99")


def test_few_variants_are_allowed_with_a_reason() -> None:
    assert params(params={"n": {"integer": [1, 4]}}, few_variants="There are four reductions.").count() == 4


def test_a_condition_counts_when_variants_are_counted() -> None:
    pairs = {"n": {"integer": [2, 5]}, "m": {"integer": [2, 5]}, "op": {"choice": ["a", "b", "c", "d", "d"]}}
    with pytest.raises(ValidationError, match="only 48 variants"):
        params(params=pairs, where="n != m")
    with pytest.raises(ValidationError, match="only 30 variants"):
        params(params={"n": {"integer": [1, 60]}}, where="n > 30")
    assert params(params={"n": {"integer": [1, 120]}}, where="n % 2 == 0").count() >= WANTED_VARIANTS
