"""What the pool and the zygote say to each other: one frame per message, a list of the fields.

Pool to zygote: `Setup` once, then `Job` and `Cancel`. Zygote to pool: `Ready` once, then one `Ending` for
every job. Read on both sides of the wall, so this imports nothing but the codec.
"""

from typing import Literal, NamedTuple, TypeAlias

from studybot.sandbox.codec import BadFrame, Item

EndingKind: TypeAlias = Literal["answered", "exited", "killed", "timeout", "output", "cancelled", "fault"]
ZYGOTE_ID = 64_999  # who a zygote started by root becomes: an id that no account has

ENDING_KINDS: tuple[EndingKind, ...] = (
    "answered", "exited", "killed", "timeout", "output", "cancelled", "fault",
)  # fmt: skip


class Setup(NamedTuple):
    """What the zygote needs before it can wall in a child."""

    seccomp: bytes  # a BPF program for this machine
    scratch_mib: int
    scratch_files: int
    processes: int  # threads, in fact: a second process is not allowed
    open_files: int
    file_mib: int


class Ready(NamedTuple):
    torch_version: str
    landlock_abi: int  # 0 where the kernel has none


class Job(NamedTuple):
    number: int
    code: str
    seed: int | None
    wall_seconds: float
    cpu_seconds: int
    memory_mib: int
    output_kib: int


class Cancel(NamedTuple):
    number: int


class Ending(NamedTuple):
    """How a child ended, seen from outside it. `answer` is what the child wrote, not looked at.

    `code` is the exit status of an "exited" child and the signal of a "killed" one, else 0. `note` says what
    went wrong in a "fault", which happens before any of the snippet's code has run.
    """

    number: int
    kind: EndingKind
    code: int
    stdout: bytes
    stderr: bytes
    answer: bytes
    note: str


def setup_from(item: Item) -> Setup:
    match item:
        case list([bytes(seccomp), int(mib), int(files), int(processes), int(open_files), int(file_mib)]):
            return Setup(seccomp, mib, files, processes, open_files, file_mib)
    raise BadFrame("no setup")


def ready_from(item: Item) -> Ready:
    match item:
        case list([str(version), int(abi)]):
            return Ready(version, abi)
    raise BadFrame("no ready")


def request_from(item: Item) -> Job | Cancel:
    match item:
        case list([int(number)]):
            return Cancel(number)
        case list([int(number), str(code), int() | None as seed, float(wall), int(cpu), int(memory), int(output)]):
            return Job(number, code, seed, wall, cpu, memory, output)
    raise BadFrame("neither job nor cancel")


def ending_from(item: Item) -> Ending:
    match item:
        case list([int(number), str(kind), int(code), bytes(out), bytes(err), bytes(answer), str(note)]):
            for known in ENDING_KINDS:
                if kind == known:
                    return Ending(number, known, code, out, err, answer, note)
    raise BadFrame("no ending")
