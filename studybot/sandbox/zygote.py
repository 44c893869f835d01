"""The program inside the jail: one warm Python with torch, which forks a child for every snippet.

Started by `jail.py`, spoken to by `slot.py` in the messages of `messages.py` over one socket, its stdin. It
makes a child ahead of the job, walls it in, and hands its ends to the pool; when that child is gone, it makes
the next. No job and no answer ever passes through this process: a child is a copy of its memory, and must
find nothing of an earlier run in there.
"""

import contextlib
import gc
import os
import random
import select
import socket
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from studybot.sandbox import clocks, codec, prewarm, snippet, walls
from studybot.sandbox.messages import SEALED, ZYGOTE_ID, Born, Died, Job, Ready, Setup, job_from, setup_from

COLLAPSE_EVERY = 500  # children
GPU_MEMORY_SHARE = 0.5  # of the card's memory; torch's own allocator keeps to it, other ways to allocate do not
OURS = str(Path(__file__).parents[2])  # where our own modules are seen; the installed ones lie below, and stay


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nothing, number)
    if os.getuid() == 0:
        walls.drop_root(ZYGOTE_ID)
    walls.guard_zygote()
    setup = setup_from(codec.decode_frame(control.recv(codec.MAX_MESSAGE_BYTES)))
    gc.disable()  # what imports make stays: the collector would look at all of it over and over, a sixth of the start
    import torch

    torch.set_num_threads(1)
    if setup.device == "cuda" and not torch.backends.cuda.is_built():
        raise RuntimeError("this torch is built without CUDA: install one that has it")
    with untouched_gpu(torch):
        prewarm.warm(torch)
    gc.enable()
    prewarm.collapse_heap()
    if prewarm.threads() != 1:
        raise RuntimeError(f"{prewarm.threads()} threads before the first fork: children would hang")
    control.send(codec.encode(list(Ready(torch.__version__, walls.landlock_abi()))))
    Zygote(setup, torch, control, nothing).serve()


@contextlib.contextmanager
def untouched_gpu(torch: Any) -> Iterator[None]:
    """Keep CUDA out of this process, whose children could not use it any more: even to ask for it is too much."""
    asked = torch.cuda.is_available
    torch.cuda.is_available = lambda: False  # an optimiser's step asks
    yield
    torch.cuda.is_available = asked
    if torch.cuda.is_initialized() or prewarm.open_gpu_nodes():
        raise RuntimeError("CUDA was touched before the first fork: children could not use it")


class Zygote:
    def __init__(self, setup: Setup, torch: Any, control: socket.socket, nothing: int) -> None:
        self.setup = setup
        self.torch = torch
        self.control = control
        self.nothing = nothing
        self.outside_id = (os.getuid(), os.getgid())

    def serve(self) -> None:
        """Make one child after the other, until the pool closes its end."""
        number = 0
        while True:
            number += 1
            pid, process = self.spawn(number)
            if not self.outlives(process):
                return  # this is pid 1 of the jail: the kernel takes everything along
            _, status = os.waitpid(pid, 0)
            os.close(process)
            code = os.waitstatus_to_exitcode(status)  # a signal is told as a negative number
            self.control.send(codec.encode(list(Died(number, max(-code, 0), max(code, 0)))))
            if number % COLLAPSE_EVERY == 0:
                prewarm.collapse_heap()

    def spawn(self, number: int) -> tuple[int, int]:
        """Fork a child that waits for its job behind its walls, and hand its ends over.

        Returns its pid and a descriptor of its process, which is readable when it has ended.
        """
        job, to_job = os.pipe()
        from_stdout, stdout = os.pipe()
        from_stderr, stderr = os.pipe()
        from_answer, answer = os.pipe()
        pid = walls.clone_child()
        if pid == 0:
            self.live(job, stdout, stderr, answer)
        process = os.pidfd_open(pid)
        ends = (process, to_job, from_stdout, from_stderr, from_answer)
        socket.send_fds(self.control, [codec.encode(list(Born(number)))], ends)
        for end in (job, to_job, stdout, from_stdout, stderr, from_stderr, answer, from_answer):
            os.close(end)
        return pid, process

    def outlives(self, process: int) -> bool:
        """Wait for the child to end. Returns False where the pool is gone first: it says nothing otherwise."""
        poll = select.poll()
        poll.register(process, select.POLLIN)
        poll.register(self.control, select.POLLIN)
        return self.control.fileno() not in [end for end, _ in poll.poll()]

    def live(self, job_end: int, stdout: int, stderr: int, answer: int) -> NoReturn:
        """Be the child: raise the walls, wait for the job, run it, tell what became of it."""
        try:
            for end, number in ((self.nothing, 0), (stdout, 1), (stderr, 2)):
                os.dup2(end, number)
            _close_all_but(0, 1, 2, job_end, answer)
            statm = walls.build(self.setup, self.outside_id)
            if self.setup.device == "cuda":
                # Behind the walls, since the threads that this starts inherit them; the filter reaches them later.
                self.torch.cuda.set_per_process_memory_fraction(GPU_MEMORY_SHARE)
                self.torch.zeros(1, device="cuda")
            job = job_from(_receive(job_end))
            os.close(job_end)
            _prepare(job, self.torch)
            walls.seal(self.setup, job, walls.memory_of(self.setup, statm))
            os.write(answer, SEALED)
            if job.clock_ahead:
                clocks.set_ahead(job.clock_ahead)
            _write_all(answer, snippet.run(job.code, job.harness, self.torch))
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)


def _prepare(job: Job, torch: Any) -> None:
    """Make this process look like a fresh Python to the snippet, with dice of its own."""
    seed = int.from_bytes(os.urandom(8), "big") if job.seed is None else job.seed
    random.seed(seed)
    if torch.cuda.is_initialized():
        torch.manual_seed(seed % 2**64)
    else:  # the same dice: what torch.manual_seed keeps in mind for other devices takes a fifth of a run's time
        torch.default_generator.manual_seed(seed % 2**64)
    sys.modules["numpy"].random.seed(seed % 2**32)
    for number, name in ((1, "stdout"), (2, "stderr")):
        # Line by line, so that what was printed before a time-out is seen.
        stream = open(number, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    warnings.resetwarnings()
    warnings.simplefilter("default")
    sys.argv = [snippet.FILENAME]
    sys.path.remove(OURS)


def _close_all_but(*kept: int) -> None:
    edges = sorted(kept)
    for below, above in zip(edges, [*edges[1:], 4096], strict=True):
        os.closerange(below + 1, above)


def _receive(end: int) -> codec.Item:
    """Read one frame. Raises EOFError where the other side is gone."""
    return codec.decode(_read_exactly(end, codec.body_length(_read_exactly(end, codec.HEADER.size))))


def _read_exactly(end: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = os.read(end, count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _write_all(end: int, data: bytes) -> None:
    while data:
        data = data[os.write(end, data) :]


if __name__ == "__main__":
    main()
