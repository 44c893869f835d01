"""A tuple is a list in all but its looks, from the run to the chat and the store."""

import json

import pytest

from studybot.core.run import RunResult, RunStatus
from studybot.core.show import evidence, shown
from studybot.core.value import Size, Tuple, Value, from_record, plain, to_record


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Tuple([1, 12, 4]), "(1, 12, 4)"),
        (Tuple([1]), "(1,)"),
        (Tuple([]), "()"),
        (Size([2, 3]), "torch.Size([2, 3])"),
        (Tuple([Size([2]), [1]]), "(torch.Size([2]), [1])"),
    ],
)
def test_a_tuple_is_shown_as_torch_shows_it(value: Value, text: str) -> None:
    assert shown(value) == text
    assert evidence(RunResult(RunStatus.OK, value=value)) == text


@pytest.mark.parametrize("value", [Tuple([1, Size([2, 3])]), Size([]), [Tuple([0.5, "a"])]])
def test_a_tuple_survives_the_store_and_is_a_list_for_scripts(value: Value) -> None:
    again = from_record(json.loads(json.dumps(to_record(value))))

    assert shown(again) == shown(value)
    assert plain(value) == json.loads(json.dumps(plain(value)))
    assert type(plain(value)) is list
