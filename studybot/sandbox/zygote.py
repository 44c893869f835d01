"""The program inside the jail: one warm Python with torch, which forks a child for every snippet.

Started by `jail.py`, spoken to by `slot.py` in the frames of `messages.py` over stdin and stdout. It keeps
one spare child, forked and walled in ahead of time, so that a job finds its child waiting. It never runs a
snippet itself and never looks at what a child writes: it passes the bytes on.
"""

import os
import random
import signal
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

from studybot.sandbox import codec, prewarm, snippet, walls
from studybot.sandbox.messages import ZYGOTE_ID, Job, Ready, Setup, request_from, setup_from
from studybot.sandbox.watch import SEALED, Child, Control, Watch, receive, write_all

COLLAPSE_EVERY = 500  # jobs
OURS = str(Path(__file__).parents[2])  # where our own modules are seen; the installed ones lie below, and stay


def main() -> None:
    control = _take_control()
    if os.getuid() == 0:
        walls.drop_root(ZYGOTE_ID)
    walls.guard_zygote()
    setup = setup_from(receive(control.incoming))
    import torch

    torch.set_num_threads(1)
    prewarm.warm(torch)
    prewarm.collapse_heap()
    if prewarm.threads() != 1:
        raise RuntimeError(f"{prewarm.threads()} threads before the first fork: children would hang")
    write_all(control.outgoing, codec.encode(list(Ready(torch.__version__, walls.landlock_abi()))))
    Zygote(setup, torch, control).serve()


class Zygote:
    def __init__(self, setup: Setup, torch: Any, control: Control) -> None:
        self.setup = setup
        self.torch = torch
        self.control = control
        self.outside_id = (os.getuid(), os.getgid())
        self.nothing = os.open(os.devnull, os.O_RDWR)

    def serve(self) -> None:
        """Answer jobs, one at a time, until the pool closes its end."""
        served = 0
        spare = self.spawn()
        while job := self.next_job():
            ending = Watch(spare, job, self.control).run()
            os.kill(spare.pid, signal.SIGKILL)  # whatever it still does, it does no longer
            write_all(self.control.outgoing, codec.encode(list(ending)))
            _bury(spare)
            spare = self.spawn()
            served += 1
            if served % COLLAPSE_EVERY == 0:
                prewarm.collapse_heap()

    def next_job(self) -> Job | None:
        while True:
            try:
                request = request_from(receive(self.control.incoming))
            except EOFError:
                return None
            if isinstance(request, Job):
                return request
            # A Cancel that crossed its job's Ending on the way: nothing to do.

    def spawn(self) -> Child:
        """Fork a child and leave it waiting for its job behind its walls."""
        job_end, job = os.pipe()
        stdout, stdout_end = os.pipe()
        stderr, stderr_end = os.pipe()
        answer, answer_end = os.pipe()
        pid = walls.clone_child()
        if pid == 0:
            self.live(job_end, stdout_end, stderr_end, answer_end)
        for end in (job_end, stdout_end, stderr_end, answer_end):
            os.close(end)
        return Child(pid, os.pidfd_open(pid), job, stdout, stderr, answer)

    def live(self, job_end: int, stdout: int, stderr: int, answer: int) -> NoReturn:
        """Be the child: raise the walls, wait for the job, run it, tell what became of it."""
        try:
            for end, number in ((self.nothing, 0), (stdout, 1), (stderr, 2)):
                os.dup2(end, number)
            _close_all_but(0, 1, 2, job_end, answer)
            address_space = walls.build(self.setup, self.outside_id)
            job = request_from(receive(job_end))
            os.close(job_end)
            if isinstance(job, Job):
                _prepare(job, self.torch)
                walls.seal(self.setup, job, address_space)
                os.write(answer, SEALED)
                write_all(answer, snippet.run(job.code, self.torch))
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)


def _bury(child: Child) -> None:
    os.waitpid(child.pid, 0)
    for end in (child.process, child.job, child.stdout, child.stderr, child.answer):
        os.close(end)


def _prepare(job: Job, torch: Any) -> None:
    """Make this process look like a fresh Python to the snippet, with dice of its own."""
    seed = int.from_bytes(os.urandom(8), "big") if job.seed is None else job.seed
    random.seed(seed)
    torch.manual_seed(seed % 2**64)
    sys.modules["numpy"].random.seed(seed % 2**32)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    warnings.resetwarnings()
    warnings.simplefilter("default")
    sys.argv = [snippet.FILENAME]
    sys.path.remove(OURS)


def _take_control() -> Control:
    """Move the pool's pipes away from stdin and stdout, where prints would disturb them."""
    control = Control(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return control


def _close_all_but(*kept: int) -> None:
    edges = sorted(kept)
    for below, above in zip(edges, [*edges[1:], 4096], strict=True):
        os.closerange(below + 1, above)


if __name__ == "__main__":
    main()
