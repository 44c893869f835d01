import pytest

from studybot.core.look import LONGEST_VALUE, MOST_TENSORS, Look, SeenTensor
from studybot.core.run import RunError
from studybot.core.value import Value

X: list[Value] = ["x", "float32", [2], [1], True, True, "tensor([1., 1.])", True, "", "", ""]


def test_a_look_is_read_from_plain_lists() -> None:
    look = Look.read([["ValueError", "no", 3], "4", [X], 1])

    assert look.error == RunError("ValueError", "no", 3)
    assert look.value == "4"
    assert look.tensors == (
        SeenTensor("x", "float32", (2,), (1,), True, True, "tensor([1., 1.])", True, "", "", ""),
    )  # fmt: skip


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(4, id="a number"),
        pytest.param([None, 4, [], 0], id="a value that is no text"),
        pytest.param(["no", "4", [], 0], id="an error that is none"),
        pytest.param([None, "4", [[*X[:2], [2.5], *X[3:]]], 1], id="a shape of fractions"),
        pytest.param([None, "4", [[*X[:2], [True], *X[3:]]], 1], id="a shape of truths"),
        pytest.param([None, "4", [X[:5]], 1], id="a tensor cut short"),
        pytest.param([None, "4", [X] * (MOST_TENSORS + 1), 99], id="too many tensors"),
    ],
)
def test_what_a_snippet_forges_is_no_look(claim: Value) -> None:
    with pytest.raises(ValueError, match="that is no"):
        Look.read(claim)


def test_long_texts_are_cut_and_colours_are_left_out() -> None:
    look = Look.read([None, "\x1b[31m" + "a" * 2 * LONGEST_VALUE, [], 0])

    assert look.value is not None
    assert len(look.value) == LONGEST_VALUE
    assert look.value.startswith("aaa")
