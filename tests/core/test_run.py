"""A run result survives the trip through the store, and prints the object that scripts rely on."""

import json
import math

import pytest

from studybot.core.run import RunError, RunResult, RunStatus
from studybot.core.value import Opaque, Tensor, Value, from_record, plain, to_record

TENSOR = Tensor("float32", (2, 2), (1, 2), (1.0, -0.0, math.inf, 2.5), requires_grad=True, is_leaf=False)


def through_json(record: object) -> object:
    return json.loads(json.dumps(record))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="none"),
        pytest.param(True, id="bool"),
        pytest.param(2**70, id="int beyond 64 bits"),
        pytest.param(0.1, id="float"),
        pytest.param(-math.inf, id="infinity"),
        pytest.param(complex(1, -2), id="complex"),
        pytest.param(complex(math.inf, 0.5), id="infinite complex"),
        pytest.param("텐서\0\ud83d", id="any string"),
        pytest.param([1, [2.0, "x", None], TENSOR], id="nested list"),
        pytest.param(TENSOR, id="tensor"),
        pytest.param(Tensor("int64", (), (), (7,)), id="tensor without dimensions"),
        pytest.param(Tensor("bool", (2, 0), (1, 1), ()), id="empty tensor"),
        pytest.param(Tensor("float16", (9000,), (1,), None, device="cuda:0"), id="tensor too large to carry"),
        pytest.param(Opaque("Linear", "Linear(2, 3)"), id="opaque"),
    ],
)
def test_a_value_is_read_back_as_it_was(value: Value) -> None:
    again = from_record(through_json(to_record(value)))

    assert again == value
    assert type(again) is type(value)


def test_nan_is_read_back_as_nan() -> None:
    tensor = from_record(through_json(to_record(Tensor("float32", (1,), (1,), (math.nan,)))))

    assert isinstance(tensor, Tensor)
    assert tensor.values is not None
    assert math.isnan(tensor.values[0].real)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"pickle": "cos\nsystem"}, id="something else"),
        pytest.param({"float": "rm -rf"}, id="a float that is none"),
        pytest.param({"complex": ["x", 1]}, id="a complex number of text"),
        pytest.param(
            {"tensor": "float32", "shape": [1], "stride": [1], "values": ["x"], "device": "cpu"},
            id="a tensor of text",
        ),
    ],
)
def test_what_was_not_recorded_by_us_is_refused(record: object) -> None:
    with pytest.raises(ValueError, match=r"not a recorded|could not convert"):
        from_record(record)


def test_a_run_result_is_read_back_to_the_last_digit() -> None:
    result = RunResult(
        RunStatus.RAISED,
        stdout="36\n",
        stderr="warning\n",
        value=[TENSOR],
        error=RunError("RuntimeError", "a view was changed", 3),
        wall_ms=12.3456789,
        device="cuda",
        torch_version="2.13.0",
        starved=True,
    )

    assert RunResult.from_record(json.loads(json.dumps(result.to_record()))) == result


def test_scripts_get_plain_numbers_and_words() -> None:
    result = RunResult(RunStatus.OK, value=TENSOR, wall_ms=12.3456789)

    assert result.plain() == {
        "status": "ok",
        "stdout": "",
        "stderr": "",
        "value": {"dtype": "float32", "shape": [2, 2], "values": [[1.0, -0.0], ["inf", 2.5]]},
        "error": None,
        "wall_ms": 12.346,
        "device": "cpu",
    }


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (1 + 2j, "(1+2j)"),
        ([1, "a", None], [1, "a", None]),
        (Opaque("Linear", "Linear(2, 3)"), {"type": "Linear", "repr": "Linear(2, 3)"}),
        (Tensor("int64", (2, 0), (1, 1), ()), {"dtype": "int64", "shape": [2, 0], "values": [[], []]}),
        (Tensor("int64", (0, 2), (2, 1), ()), {"dtype": "int64", "shape": [0, 2], "values": []}),
        (Tensor("int64", (), (), (7,)), {"dtype": "int64", "shape": [], "values": 7}),
        (Tensor("int64", (9000,), (1,), None), {"dtype": "int64", "shape": [9000], "values": None}),
    ],
)
def test_plain_values_fit_into_json(value: Value, printed: object) -> None:
    assert plain(value) == printed
