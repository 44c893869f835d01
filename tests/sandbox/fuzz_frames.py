"""Feed the reader of answers with a million hostile frames: make fuzz, or python -m tests.sandbox.fuzz_frames.

Every frame is one that a child could write: a valid one, a valid one with changed bytes, lengths, pieces or
headers, or dice. Reading it must give a status word, and must never allocate much more than the frame is long.
Whatever else happens is told with the seed and the frame, so that it can be repeated; the exit status is 1 then.
"""

import argparse
import random
import resource
import struct
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from studybot.sandbox import answer, codec
from studybot.sandbox.codec import Item, RawOpaque, RawSize, RawTensor, RawTuple
from studybot.sandbox.watch import Ending

MEMORY_MIB = 256  # for the whole process, beyond what it has at the start
MOST_BYTES_PER_BYTE = 64  # an empty list takes 5 bytes in a frame, and 64 in Python
ALWAYS_ALLOWED = 64 * 2**10
TAGS = b"NTFidcsbluzto"
DTYPES = [*answer._LETTERS, "bfloat16", "float8", "", "x" * 50]
EDGES = [0, 1, 2, 31, 32, 33, 255, 2**16, codec.MAX_ITEMS, codec.MAX_FRAME_BYTES, 2**31, 2**32 - 1]


class Dice:
    """Makes frames by a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ways: list[Callable[[], bytes]] = [
            self.valid, self.with_other_bytes, self.with_other_bytes, self.with_a_lying_length, self.cut,
            self.of_two_halves, self.with_other_header, self.of_random_bytes, self.of_random_tags, self.deep,
        ]  # fmt: skip

    def frame(self) -> bytes:
        return self.large() if self.random.random() < 0.0005 else self.random.choice(self.ways)()

    def valid(self) -> bytes:
        said: list[Item] = ["value", self.item(self.random.choice((1, 2, 3, 4, 6)))]
        if self.random.random() < 0.1:
            said = ["raised", self.text(), self.text(), self.random.choice((None, self.integer()))]
        return codec.encode(said)

    def with_other_bytes(self) -> bytes:
        frame = bytearray(self.valid())
        for _ in range(self.random.choice((1, 1, 1, 2, 4, 16))):
            frame[self.place(frame)] = self.random.randrange(256)
        return bytes(frame)

    def with_a_lying_length(self) -> bytes:
        """Overwrite four bytes anywhere with a length that is not there, or a size of a tensor with a huge one."""
        frame = bytearray(self.valid())
        at = self.place(frame)
        lie = struct.pack(">I", self.random.choice(EDGES)) if self.random.random() < 0.7 else b"\xff" * 8
        frame[at : at + len(lie)] = lie
        return self.framed(bytes(frame[codec.HEADER.size :]))

    def cut(self) -> bytes:
        frame = self.valid()
        return self.framed(frame[codec.HEADER.size : self.random.randrange(codec.HEADER.size, len(frame) + 1)])

    def of_two_halves(self) -> bytes:
        one, other = self.valid()[codec.HEADER.size :], self.valid()[codec.HEADER.size :]
        return self.framed(one[: self.place(one)] + other[self.place(other) :])

    def with_other_header(self) -> bytes:
        return struct.pack(">I", self.random.choice(EDGES)) + self.valid()[codec.HEADER.size :]

    def of_random_bytes(self) -> bytes:
        return self.framed(self.random.randbytes(self.random.randrange(200)))

    def of_random_tags(self) -> bytes:
        body = b"".join(
            bytes((self.random.choice(TAGS),))
            + struct.pack(">I", self.random.choice(EDGES))[: self.random.randrange(5)]
            for _ in range(self.random.randrange(60))
        )
        return self.framed(body)

    def deep(self) -> bytes:
        depth = self.random.choice((1, 30, 31, 32, 33, 1000))
        return self.framed((self.random.choice((b"l", b"u", b"z")) + struct.pack(">I", 1)) * depth + b"N")

    def large(self) -> bytes:
        """Fill a frame with what takes most memory for its length, up to the limits and just beyond."""
        many = self.random.choice((codec.MAX_ITEMS - 3, codec.MAX_ITEMS, codec.MAX_ITEMS + 1))
        one = self.random.choice((b"N", b"l" + bytes(4), b"u" + bytes(4), b"s" + bytes(4), b"o" + bytes(8)))
        one = self.random.choice((one, b"t" + bytes(10)))
        elements = self.random.choice((answer.MAX_ELEMENTS, answer.MAX_ELEMENTS + 1))
        tensor = RawTensor("int16", "cpu", True, True, (elements,), (1,), b"\x7f" * 2 * elements)
        whole = b"l" + struct.pack(">I", 2) + b"s" + struct.pack(">I", 5) + b"value"
        body = self.random.choice((b"l" + struct.pack(">I", many) + one * many, codec.encode(tensor)[4:]))
        return self.framed((whole + body)[: codec.MAX_FRAME_BYTES + 1])

    def framed(self, body: bytes) -> bytes:
        return codec.HEADER.pack(len(body)) + body

    def place(self, data: bytes | bytearray) -> int:
        return self.random.randrange(max(len(data), 1))

    def item(self, depth: int) -> Item:
        match self.random.randrange(12 if depth else 9):
            case 0:
                return self.random.choice((None, True, False))
            case 1:
                return self.integer()
            case 2:
                return self.random.choice((0.0, -0.0, 1e308, float("nan"), float("inf"), self.random.random()))
            case 3:
                return complex(self.random.random(), float("nan"))
            case 4 | 5:
                return self.text()
            case 6:
                return self.random.randbytes(self.random.randrange(40))
            case 7:
                return RawOpaque(self.text(), self.text())
            case 8:
                return self.tensor()
            case _:
                items = [self.item(depth - 1) for _ in range(self.random.randrange(5))]
                return self.random.choice((list, RawTuple, RawSize))(items)

    def integer(self) -> int:
        return self.random.getrandbits(self.random.choice((1, 8, 64, 4000))) * self.random.choice((1, -1))

    def text(self) -> str:
        return self.random.choice(("", "x", "float32", "can't allocate memory", "안녕", "\0", "a" * 200))

    def tensor(self) -> RawTensor:
        shape = tuple(
            self.random.choice((0, 1, 2, 3, 5, 2**63)) for _ in range(self.random.choice((0, 1, 2, 2, 3, 64)))
        )
        count = self.random.choice((0, 1, 4, 6, 8, 16, 24))
        dtype = self.random.choice(DTYPES)
        elements = self.random.choice((None, self.random.randbytes(count * self.random.choice((1, 2, 4, 8)))))
        if self.random.random() < 0.7:  # a right one, so that what comes after it is read as well
            dtype, shape = "float32", (count,)
            elements = self.random.randbytes(4 * count)
        return RawTensor(dtype, "cpu", requires_grad=True, is_leaf=False, shape=shape, stride=shape, elements=elements)


def read(frame: bytes) -> tuple[str, int, float]:
    """Return the status that a frame comes to, the most bytes that reading it allocated, and its seconds."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    began = time.perf_counter()
    status = answer.read(Ending("answered", answer=frame))[0].value
    return status, tracemalloc.get_traced_memory()[1] - before, time.perf_counter() - began


def limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY_MIB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    dice, came, failures = Dice(told.seed), Counter[str](), 0
    largest, longest, slowest = 0, 0, 0.0
    limit_memory()
    tracemalloc.start()
    began = time.monotonic()
    for number in range(told.frames):
        frame = dice.frame()
        try:
            status, allocated, seconds = read(frame)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            status, allocated, seconds = f"CRASH {type(error).__name__}", 0, 0.0
        if allocated > MOST_BYTES_PER_BYTE * len(frame) + ALWAYS_ALLOWED:
            status = "OVER-ALLOCATION"
        if status.isupper() or status.startswith("CRASH"):
            failures += 1
            print(f"frame {number} of seed {told.seed}: {status}: {allocated} bytes: {frame[:200].hex()}")
        came[status] += 1
        largest, longest = max(largest, allocated), max(longest, len(frame))
        slowest = max(slowest, seconds)
    print(f"{told.frames} frames of seed {told.seed} in {time.monotonic() - began:.0f} s, within {MEMORY_MIB} MiB")
    print(*(f"  {status:12} {count}" for status, count in sorted(came.items())), sep="\n")
    print(f"longest frame {longest} bytes; most allocated {largest} bytes; slowest {slowest * 1000:.1f} ms")
    print(f"crashes and over-allocations: {failures}")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
