"""A card with parameters: what is filled in where, and what a variant is."""

from typing import Any

import pytest
from pydantic import ValidationError

from studybot.kinds import card_from
from studybot.kinds.predict import Predict
from tests.fakes import cube_card, predict_card

FEW: dict[str, Any] = {"params": {"a": {"integer": [5, 6]}, "b": {"choice": [1, 2]}}, "few_variants": "four are enough"}


def expected_of(expect: str, asks: str = "value") -> object:
    card = predict_card(expect=expect, asks=asks, snippet="print({{ a }})", **FEW).variant(1)
    assert isinstance(card, Predict)
    return card.expect


def test_a_filled_in_expectation_is_data() -> None:
    a = cube_card().variant(3).values

    assert cube_card().variant(3).model_dump()["expect"] == 3 * a["k"] * a["a"] ** 2
    assert expected_of("[{{ 1 }}, 2.5, true and not]") == "[1, 2.5, true and not]"
    assert expected_of("[{{ 1 }}, 2.5, True]") == [1, 2.5, True]


def test_what_is_printed_stays_text() -> None:
    assert expected_of("(1, {{ 2 }})", asks="output") == "(1, 2)"
    assert expected_of("{{ 0.5 }}0", asks="output") == "0.50"


def test_the_same_seed_is_the_same_variant_after_a_restart() -> None:
    card = cube_card()
    again = card_from(card.body())

    assert again.revision == card.revision
    assert [again.variant(seed).question(seed) for seed in range(20)] == [
        card.variant(seed).question(seed) for seed in range(20)
    ]


def test_every_variant_has_the_cards_revision() -> None:
    card = cube_card()

    assert {card.variant(seed).revision for seed in range(5)} == {card.revision}


def test_another_formula_is_another_revision() -> None:
    assert cube_card(expect="{{ 3 * k * a * a }}").revision != cube_card().revision


def test_the_corners_and_fifty_variants_are_proved() -> None:
    variants = list(cube_card().variants_to_prove())

    values = [(one.values["k"], one.values["a"]) for one in variants]
    assert len(values) == len(set(values)) >= 50
    assert {(k, a) for k in (2, 9) for a in (-5, 5)} <= set(values)
    assert all(a != 0 for _, a in values)


def test_a_formula_that_cannot_be_computed_is_told_at_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        cube_card(hint={"ko": "{{ q }}", "en": "{{ k }}"})

    (error,) = caught.value.errors()
    assert error["loc"] == ("hint", "ko")
    assert error["msg"] == "the formula cannot be computed: 'q' is undefined"


def test_a_variant_that_is_no_card_is_a_value_error() -> None:
    card = predict_card(snippet="x = [{{ '1' if n < 90 else '(' }}]", params={"n": {"integer": [1, 99]}})
    seeds = [seed for seed in range(99) if card.variant_key(seed) in {f'{{"n": {n}}}' for n in range(90, 100)}]

    with pytest.raises(ValueError, match=r"was never closed|does not match"):
        card.variant(seeds[0])
