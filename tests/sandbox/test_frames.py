"""The frame parser, fed with what a hostile child could write."""

import struct
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studybot.core.run import RunError, RunStatus
from studybot.sandbox import answer, codec
from studybot.sandbox.codec import BadFrame
from studybot.sandbox.watch import Ending
from tests.sandbox.fuzz_frames import ALWAYS_ALLOWED, MOST_BYTES_PER_BYTE, Dice, read

items = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=30,
)


@given(items)
def test_an_item_survives_the_wall(item: codec.Item) -> None:
    assert codec.decode(codec.encode(item)[codec.HEADER.size :]) == item


@settings(max_examples=3000)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_item_or_a_bad_frame_and_nothing_else(data: bytes) -> None:
    try:
        codec.decode(data)
    except BadFrame:
        return


@settings(max_examples=1000)
@given(items, st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_is_an_item_or_a_bad_frame_and_nothing_else(item: codec.Item, at: int, byte: int) -> None:
    data = bytearray(codec.encode(item)[codec.HEADER.size :])
    data[at % len(data)] = byte
    try:
        codec.decode(bytes(data))
    except BadFrame:
        return


@pytest.mark.parametrize("kind", [b"l", b"s", b"b", b"i"])
def test_a_length_that_promises_gigabytes_allocates_nothing(kind: bytes) -> None:
    with pytest.raises(BadFrame):
        codec.decode(kind + struct.pack(">I", 2**32 - 1))


def test_nesting_without_end_is_a_bad_frame() -> None:
    with pytest.raises(BadFrame):
        codec.decode((b"l" + struct.pack(">I", 1)) * 10_000 + b"N")


def test_what_a_forged_answer_says_is_cut_before_anybody_reads_it() -> None:
    frame = codec.encode(["raised", "N" * 10**5, "m" * 10**5, 2**64])

    status, _, error = answer.read(Ending("answered", answer=frame))

    assert status is RunStatus.RAISED
    assert error == RunError("N" * answer.MOST_NAME, "m" * answer.MOST_TEXT, None)


def test_two_thousand_hostile_frames_are_read_without_a_crash_or_much_memory() -> None:
    dice = Dice(seed=1)
    tracemalloc.start()
    for _ in range(2000):
        frame = dice.frame()

        _, allocated, _ = read(frame)

        assert allocated <= MOST_BYTES_PER_BYTE * len(frame) + ALWAYS_ALLOWED
    tracemalloc.stop()
