"""What is said across the wall, one frame per message: a list of the fields.

The pool sends `Setup` to the zygote once. The zygote answers `Ready` once, then `Born` for every child it has
made, with the child's ends as descriptors, and `Died` when it is gone. The `Job` goes from the pool to the
child by a pipe that the zygote does not hold. So the zygote never has a byte of a snippet or of its answer in
its memory, of which every later child is a copy.

Read on both sides of the wall, so this imports nothing but the codec.
"""

from typing import NamedTuple, TypeAlias

from studybot.sandbox.codec import BadFrame, Item

ZYGOTE_ID = 64_999  # who a zygote started by root becomes: an id that no account has
SEALED = b"S"  # the first byte of a child's answer: the walls stand, now comes the snippet


class Setup(NamedTuple):
    """What the zygote needs before it can wall in a child."""

    device: str  # cpu or cuda
    seccomp: bytes  # a BPF program for this machine
    scratch_mib: int
    scratch_files: int
    processes: int  # threads, in fact: a second process is not allowed
    open_files: int
    file_mib: int


class Ready(NamedTuple):
    torch_version: str
    landlock_abi: int  # 0 where the kernel has none


class Born(NamedTuple):
    """A child waits for its job. Its ends travel along: see `slot.Child`."""

    number: int


class Died(NamedTuple):
    """A child is gone: by this signal, or with this exit status where `signal` is 0."""

    number: int
    signal: int
    status: int


class Job(NamedTuple):
    code: str
    harness: str  # a program of ours around the code; empty where the code runs by itself
    seed: int | None
    clock_ahead: int  # seconds
    cpu_seconds: int
    memory_mib: int


News: TypeAlias = Ready | Born | Died


def setup_from(item: Item) -> Setup:
    match item:
        case list([str(device), bytes(seccomp), int(mib), int(files), int(processes), int(open_files), int(file_mib)]):
            return Setup(device, seccomp, mib, files, processes, open_files, file_mib)
    raise BadFrame("no setup")


def job_from(item: Item) -> Job:
    match item:
        case list([str(code), str(harness), int() | None as seed, int(ahead), int(cpu), int(memory)]):
            return Job(code, harness, seed, ahead, cpu, memory)
    raise BadFrame("no job")


def news_from(item: Item) -> News:
    match item:
        case list([str(version), int(abi)]):
            return Ready(version, abi)
        case list([int(number)]):
            return Born(number)
        case list([int(number), int(signal), int(status)]):
            return Died(number, signal, status)
    raise BadFrame("no news of a zygote")
