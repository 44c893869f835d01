"""What people type as an answer, and how it is read: a big table, one row for each habit."""

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.kinds.literal import LONGEST_ANSWER, Unreadable, read

BARE, BRACKETS = True, False

READ: dict[str, tuple[Any, bool]] = {
    # numbers
    "36": (36, BARE),
    "-12": (-12, BARE),
    "+3": (3, BARE),
    "36.": (36.0, BARE),
    ".5": (0.5, BARE),
    "-.5": (-0.5, BARE),
    "3.14": (3.14, BARE),
    "1e-3": (0.001, BARE),
    "1.5E3": (1500.0, BARE),
    "1.e5": (100000.0, BARE),
    "1_000": (1000, BARE),
    "1,000": (1000, BARE),
    "10,000,000": (10_000_000, BARE),
    "-1,000.5": (-1000.5, BARE),
    "inf": (math.inf, BARE),
    "-inf": (-math.inf, BARE),
    "12,": (12, BARE),
    "(3)": (3, BARE),
    "tensor(5)": (5, BARE),
    "tensor(5.)": (5.0, BARE),
    "tensor(-inf)": (-math.inf, BARE),
    "tensor(1.2346e+08)": (123_460_000.0, BARE),
    "tensor(3., grad_fn=<AddBackward0>)": (3.0, BARE),
    "9" * 400: (int("9" * 400), BARE),
    # keyboards of all sorts
    "１２": (12, BARE),
    "１．５": (1.5, BARE),
    "−1": (-1, BARE),
    "–1": (-1, BARE),
    "－12．": (-12.0, BARE),
    "［1，2］": ([1, 2], BRACKETS),
    "（2，3）": ([2, 3], BRACKETS),
    "2、3": ([2, 3], BARE),
    "`[1, 2]`": ([1, 2], BRACKETS),
    "```\n[1, 2]\n```": ([1, 2], BRACKETS),
    "```python\n[1, 2]\n```": ([1, 2], BRACKETS),
    # lists
    "36, 81": ([36, 81], BARE),
    "36 81": ([36, 81], BARE),
    "36; 81": ([36, 81], BARE),
    "36., 81.": ([36.0, 81.0], BARE),
    "36.,81.": ([36.0, 81.0], BARE),
    "36. 81.": ([36.0, 81.0], BARE),
    "100,200": ([100, 200], BARE),
    "1, 000": ([1, 0], BARE),
    "[36, 81]": ([36, 81], BRACKETS),
    "[36 81]": ([36, 81], BRACKETS),
    "[36. 81.]": ([36.0, 81.0], BRACKETS),
    "[36.\t81.]": ([36.0, 81.0], BRACKETS),
    "[ 36.,\n  81. ]": ([36.0, 81.0], BRACKETS),
    "(36, 81)": ([36, 81], BRACKETS),
    "(2,)": ([2], BRACKETS),
    "[2]": ([2], BRACKETS),
    "[]": ([], BRACKETS),
    "()": ([], BRACKETS),
    "[[1, 2], [3, 4]]": ([[1, 2], [3, 4]], BRACKETS),
    "[[1 2] [3 4]]": ([[1, 2], [3, 4]], BRACKETS),
    "[1, 2], [3, 4]": ([[1, 2], [3, 4]], BARE),
    "(1, [2, 3])": ([1, [2, 3]], BRACKETS),
    "[True, False]": ([True, False], BRACKETS),
    "[nan, 1.]": ([math.nan, 1.0], BRACKETS),
    "[1,000]": ([1, 0], BRACKETS),
    # tensors, as torch prints them
    "tensor([36., 81.])": ([36.0, 81.0], BRACKETS),
    "Tensor([1,2])": ([1, 2], BRACKETS),
    "tensor( [ 1 , 2 ] )": ([1, 2], BRACKETS),
    "torch.tensor([1, 2])": ([1, 2], BRACKETS),
    "np.array([1, 2])": ([1, 2], BRACKETS),
    "tensor([[1, 2],\n        [3, 4]])": ([[1, 2], [3, 4]], BRACKETS),
    "tensor([1., 2.], requires_grad=True)": ([1.0, 2.0], BRACKETS),
    "tensor([1, 2], dtype=torch.int32)": ([1, 2], BRACKETS),
    "tensor([3.], device='cuda:0')": ([3.0], BRACKETS),
    "tensor([3.], grad_fn=<MulBackward0>)": ([3.0], BRACKETS),
    "tensor([], size=(0, 3))": ([], BRACKETS),
    "Parameter containing:\ntensor([1., 2.], requires_grad=True)": ([1.0, 2.0], BRACKETS),
    "tensor(1), tensor(2)": ([1, 2], BARE),
    "(tensor(1), tensor([2, 3]))": ([1, [2, 3]], BRACKETS),
    # shapes
    "(2, 3)": ([2, 3], BRACKETS),
    "torch.Size([2, 3])": ([2, 3], BRACKETS),
    "Size([2,3])": ([2, 3], BRACKETS),
    "torch.Size([])": ([], BRACKETS),
    "2x3": ([2, 3], BARE),
    "2 x 3": ([2, 3], BARE),
    "2X3x4": ([2, 3, 4], BARE),
    "2×3": ([2, 3], BARE),
    "2 * 3": ([2, 3], BARE),
    "shape (2, 3)": ([2, 3], BRACKETS),
    "shape: (2, 3)": ([2, 3], BRACKETS),
    "shape=(2, 3)": ([2, 3], BRACKETS),
    "size: [2, 3]": ([2, 3], BRACKETS),
    # words
    "true": (True, BARE),
    "True": (True, BARE),
    "FALSE": (False, BARE),
    "참": (True, BARE),
    "거짓": (False, BARE),
    "None": (None, BARE),
    "null": (None, BARE),
    "NaN": (math.nan, BARE),
    "int64": ("int64", BARE),
    "torch.int64": ("torch.int64", BARE),
    "dtype=torch.int64": ("torch.int64", BARE),
    "dtype: float": ("float", BARE),
    "ValueError": ("ValueError", BARE),
    "cuda:0": ("cuda:0", BARE),
    "0.weight": ("0.weight", BARE),
    "weight, bias": (["weight", "bias"], BARE),
    "'cat'": ("cat", BARE),
    '"cat"': ("cat", BARE),
    "‘cat’": ("cat", BARE),
    "“cat”": ("cat", BARE),
    "['0.weight', '0.bias']": (["0.weight", "0.bias"], BRACKETS),
    "['a b', 'c, d']": (["a b", "c, d"], BRACKETS),
    "['a', 1]": (["a", 1], BRACKETS),
    "['고양이', '개']": (["고양이", "개"], BRACKETS),
    "['2 x 3']": (["2 x 3"], BRACKETS),
}


@pytest.mark.parametrize("text", READ)
def test_an_answer_is_read_as_it_is_meant(text: str) -> None:
    expected, bare = READ[text]

    written = read(text)

    assert (repr(written.literal), written.bare) == (repr(expected), bare)


UNREAD = [
    *("", "   ", "\n", "?", "...", "👍", "👍👍👍", ",", ";"),
    *("[", "]", "(", "[1, 2", "1, 2]", "(1, 2]", "[(1, 2])", "tensor(", "'cat"),
    *("--5", "1 + 2", "x = 5", "{1, 2}", "{'a': 1}", "1/2", "[1, 2, ...]", "1 ... 3"),
    *("36과 81", "36, 81 입니다", "모르겠어요", "- 1"),
    *("[" * 20 + "]" * 20, "1 " * 501, "1" * (LONGEST_ANSWER + 1), "(" * 900),
    *("lambda: 1", "a\x00b", "<b>1</b>"),
]


@pytest.mark.parametrize("text", UNREAD, ids=lambda text: repr(text[:20]))
def test_what_is_no_value_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


@given(st.text(max_size=LONGEST_ANSWER + 10))
def test_any_text_is_read_or_unreadable(text: str) -> None:
    with suppress(Unreadable):
        read(text)


_NUMBERS = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False)
_NESTED = st.recursive(_NUMBERS | st.booleans(), lambda inner: st.lists(inner, max_size=4), max_leaves=20)


@given(st.lists(_NESTED, max_size=5))
def test_what_python_prints_is_read_back(data: list[Any]) -> None:
    text = repr(data)
    if len(text) > LONGEST_ANSWER or text.count("[") > 8:
        return

    assert repr(read(text).literal) == repr(data)
