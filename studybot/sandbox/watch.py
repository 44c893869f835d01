"""One run as the pool sees it: what its child writes, how long it takes, how it ends.

The child is a stranger. Its bytes are gathered up to their limits; only the first one, written before the
snippet starts, and the length of the answer are looked at here. The clock is ours.
"""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from studybot.sandbox import codec
from studybot.sandbox.messages import SEALED, Job

EndingKind: TypeAlias = Literal["answered", "died", "timeout", "output", "fault"]
_CHUNK = 65_536  # all that a pipe holds


class Child(NamedTuple):
    """The pool's ends of a child: its process as a pidfd, and the pipes to and from it."""

    process: int
    job: int
    stdout: int
    stderr: int
    answer: int

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.process, signal.SIGKILL)

    def close(self) -> None:
        for end in self:
            os.close(end)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, seen from outside. `answer` is what the child wrote, not looked at.

    Of a child that "died", `signal` says of what; 0 where it left by itself; and `filled_cage`, whether the jail's
    cgroup was full. Of a "timeout", `starved` says that the machine had too little time for it. A "fault" happens
    before any of the snippet's code has run, and is ours; the reason is in `stderr`.
    """

    kind: EndingKind
    stdout: bytes = b""
    stderr: bytes = b""
    answer: bytes = b""
    signal: int = 0
    filled_cage: bool = False
    starved: bool = False


class Watch:
    """Use once: `await Watch(...).run()`. The child may still live afterwards: kill it."""

    def __init__(self, child: Child, job: Job, *, wall_seconds: float, output_bytes: int) -> None:
        self.child = child
        self.wall_seconds = wall_seconds
        self.output_bytes = output_bytes
        self.unsent = codec.encode(list(job))
        self.written = {child.stdout: bytearray(), child.stderr: bytearray(), child.answer: bytearray()}
        self.starved = False
        self.loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[EndingKind] = self.loop.create_future()

    async def run(self) -> Ending:
        """Hand the job over, and wait until the child has answered, ended or gone too far."""
        for end in self.child[1:]:
            os.set_blocking(end, False)
        self.loop.add_writer(self.child.job, self._send)
        for end in self.written:
            self.loop.add_reader(end, self._read, end)
        self.loop.add_reader(self.child.process, self._bury)
        timer = self.loop.call_later(self.wall_seconds, self._settle, "timeout")
        try:
            kind = await self.ended
        finally:
            timer.cancel()
            self.loop.remove_writer(self.child.job)
            for end in (*self.written, self.child.process):
                self.loop.remove_reader(end)
        return self._ending(kind)

    def _settle(self, kind: EndingKind) -> None:
        if not self.ended.done():
            self.starved = kind == "timeout" and seconds_in_line(self.child.process) > self.wall_seconds / 2
            self.ended.set_result(kind)

    def _send(self) -> None:
        try:
            self.unsent = self.unsent[os.write(self.child.job, self.unsent) :]
        except BrokenPipeError:  # it died of its walls: its stderr says why
            self.unsent = b""
        if not self.unsent:
            self.loop.remove_writer(self.child.job)

    def _read(self, end: int) -> bool:
        """Take what is in a pipe. Returns False where nothing is left or ever will be."""
        try:
            data = os.read(end, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self.loop.remove_reader(end)
            return False
        self.written[end] += data
        if self._is_too_much():
            self._settle("output")
        elif end == self.child.answer and self._has_answered():
            # What was printed before the answer is in the pipes already.
            self._read(self.child.stdout)
            self._read(self.child.stderr)
            self._settle("answered")
        return True

    def _bury(self) -> None:
        """Take what an ended child left in its pipes."""
        self.loop.remove_reader(self.child.process)
        for end in self.written:
            while self._read(end) and not self.ended.done():
                pass
        self._settle("died" if self.written[self.child.answer].startswith(SEALED) else "fault")

    def _is_too_much(self) -> bool:
        return len(self.written[self.child.stdout]) + len(self.written[self.child.stderr]) > self.output_bytes

    def _has_answered(self) -> bool:
        """Tell whether a whole frame is there, or more than a frame may be: then it is the reader's to refuse."""
        answer = self.written[self.child.answer]
        start = len(SEALED) + codec.HEADER.size
        if len(answer) < start:
            return False
        length: int = codec.HEADER.unpack(answer[len(SEALED) : start])[0]
        return len(answer) >= start + min(length, codec.MAX_FRAME_BYTES)

    def _ending(self, kind: EndingKind) -> Ending:
        stdout, stderr, answer = (bytes(self.written[end]) for end in self.child[2:])
        return Ending(
            kind, stdout[: self.output_bytes], stderr[: self.output_bytes], answer[len(SEALED) :], starved=self.starved
        )


def seconds_in_line(process: int) -> float:
    """Return how long a process has waited for a processor while it could have run; 0 where the kernel tells nothing.

    `process` is its pidfd. Source: Linux, Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat".
    """
    try:
        about = dict(line.split(":", 1) for line in Path(f"/proc/self/fdinfo/{process}").read_text().splitlines())
        return int(Path(f"/proc/{int(about['Pid'])}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, LookupError):
        return 0.0
