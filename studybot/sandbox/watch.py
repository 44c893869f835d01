"""One run as the zygote sees it: what its child writes, how long it takes, how it ends.

The child is a stranger. Its bytes are gathered up to their limits and passed on unread; only the first byte,
written before the snippet starts, and the length of the answer are looked at.
"""

import contextlib
import os
import select
import time
from typing import NamedTuple

from studybot.sandbox import codec
from studybot.sandbox.messages import Cancel, Ending, EndingKind, Job, request_from

SEALED = b"S"  # a child's first byte of answer: the walls stand, now comes the snippet
_CHUNK = 65_536  # all that a pipe holds


class Control(NamedTuple):
    """The zygote's ends of the pipes to and from the pool."""

    incoming: int
    outgoing: int


class Child(NamedTuple):
    """The zygote's ends of a child: its process, and the pipes to and from it."""

    pid: int
    process: int  # a pidfd: readable when it has ended
    job: int
    stdout: int
    stderr: int
    answer: int


class Watch:
    def __init__(self, child: Child, job: Job, control: Control) -> None:
        self.child = child
        self.job = job
        self.control = control
        self.written = {child.stdout: bytearray(), child.stderr: bytearray(), child.answer: bytearray()}
        self.poll = select.poll()
        for end in (*self.written, child.process, control.incoming):
            self.poll.register(end, select.POLLIN)

    def run(self) -> Ending:
        """Hand the job over, and wait until the child has answered, ended or gone too far."""
        deadline = time.monotonic() + self.job.wall_seconds
        with contextlib.suppress(BrokenPipeError):  # it died of its walls: its stderr says why
            write_all(self.child.job, codec.encode(list(self.job)))
        while True:
            left_ms = max(deadline - time.monotonic(), 0) * 1000
            ready = [end for end, _ in self.poll.poll(left_ms)]
            if not ready:
                return self.ending("timeout")
            if self.control.incoming in ready and self.is_cancelled():
                return self.ending("cancelled")
            self.read(ready)
            if self.has_answered():
                self.read_rest()
                return self.ending("output" if self.is_too_much() else "answered")
            if self.is_too_much():
                return self.ending("output")
            if ready == [self.child.process]:  # it has ended, and everything it wrote is read
                return self.post_mortem()

    def is_cancelled(self) -> bool:
        try:
            request = request_from(receive(self.control.incoming))
        except EOFError:
            os._exit(0)  # the pool is gone; the kernel takes the children along
        return isinstance(request, Cancel) and request.number == self.job.number

    def read(self, ready: list[int]) -> None:
        for end in self.written.keys() & set(ready):
            data = os.read(end, _CHUNK)
            self.written[end] += data
            if not data:
                self.poll.unregister(end)

    def read_rest(self) -> None:
        """Read what was printed before the answer: it is in the pipes already."""
        for end in (self.child.stdout, self.child.stderr):
            os.set_blocking(end, False)
            with contextlib.suppress(BlockingIOError):
                self.written[end] += os.read(end, _CHUNK)

    def has_answered(self) -> bool:
        """Tell whether a whole frame is there, or more than a frame may be: then it is the reader's to refuse."""
        answer = self.written[self.child.answer]
        start = len(SEALED) + codec.HEADER.size
        if len(answer) < start:
            return False
        length: int = codec.HEADER.unpack(answer[len(SEALED) : start])[0]
        return len(answer) >= start + min(length, codec.MAX_ANSWER_BYTES)

    def is_too_much(self) -> bool:
        printed = len(self.written[self.child.stdout]) + len(self.written[self.child.stderr])
        return printed > self.job.output_kib * 1024

    def post_mortem(self) -> Ending:
        """Say how a child ended that did not answer. It stays unburied, so that its number is not given again."""
        if not self.written[self.child.answer].startswith(SEALED):
            return self.ending("fault")
        status = os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOWAIT)
        assert status is not None  # noqa: S101 - only WNOHANG makes it None
        return self.ending("exited" if status.si_code == os.CLD_EXITED else "killed", status.si_status)

    def ending(self, kind: EndingKind, code: int = 0) -> Ending:
        limit = self.job.output_kib * 1024
        stdout, stderr = bytes(self.written[self.child.stdout]), bytes(self.written[self.child.stderr])
        note = stderr.decode("utf-8", "replace") if kind == "fault" else ""
        answer = bytes(self.written[self.child.answer][len(SEALED) :])
        return Ending(self.job.number, kind, code, stdout[:limit], stderr[:limit], answer, note)


def receive(end: int) -> codec.Item:
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


def write_all(end: int, data: bytes) -> None:
    while data:
        data = data[os.write(end, data) :]
