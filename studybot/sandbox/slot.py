"""One jail with one warm zygote, as the event loop sees it: start it, give it a job, put it away."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from studybot.errors import SandboxUnavailable
from studybot.sandbox import codec
from studybot.sandbox.cgroup import Cage
from studybot.sandbox.codec import BadFrame
from studybot.sandbox.jail import outside_environment
from studybot.sandbox.messages import Born, Died, Job, News, Ready, Setup, news_from
from studybot.sandbox.watch import Child, Ending, Watch

log = logging.getLogger(__name__)

START_SECONDS = 60.0  # importing torch takes two seconds, on a cold disk many more
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
PATIENCE_SECONDS = 5.0  # for what a zygote does in milliseconds; beyond, it counts as dead

N = TypeVar("N", Ready, Died)


class SlotDied(Exception):
    """The zygote is gone, or no longer answers; whatever ran in it is lost."""


class Slot:
    """Use `Slot.start`. One run at a time; after `SlotDied` the slot is of no more use."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket, news: int, hash_seed: int) -> None:
        self.process = process  # bubblewrap; the zygote is its child
        self.hash_seed = hash_seed
        self.zygote_pid = 0
        self.cage: Cage | None = None
        self.ready = Ready("", 0)
        self.jobs_done = 0
        self._times_full = 0
        self._control = control
        self._complaints: deque[str] = deque(maxlen=20)
        self._listener = asyncio.create_task(self._listen(cast("asyncio.StreamReader", process.stderr)))
        self._news = news
        self._held: list[int] = []  # pidfds: of bubblewrap, and of the zygote once it is known
        self._ended = asyncio.Event()  # one of the two is gone
        self._closing: asyncio.Task[None] | None = None
        self._hold(process.pid)

    @classmethod
    async def start(cls, command_line: Callable[[int], list[str]], setup: Setup, *, hash_seed: int) -> "Slot":
        """Start a jail and wait until its zygote is warm. Raises SandboxUnavailable with what it said.

        `command_line` is given the pipe's end on which bubblewrap tells of the zygote.
        """
        launch = asyncio.ensure_future(cls._launch(command_line, hash_seed))
        try:
            slot = await asyncio.shield(launch)
        except asyncio.CancelledError:  # asyncio may forget a process half made
            with contextlib.suppress(OSError, SandboxUnavailable):
                await (await launch).close()
            raise
        try:
            async with asyncio.timeout(START_SECONDS):
                slot._control.send(codec.encode(list(setup)))
                slot.ready = await slot._hear(Ready)
            slot._find_zygote()
        except (EOFError, BadFrame, OSError, TimeoutError) as error:
            await slot.close()
            said = "; ".join(slot._complaints) or f"{type(error).__name__} before it was warm"
            raise SandboxUnavailable(f"The jail does not start: {said}") from error
        except BaseException:
            await slot.close()
            raise
        return slot

    @classmethod
    async def _launch(cls, command_line: Callable[[int], list[str]], hash_seed: int) -> "Slot":
        # Messages keep their bounds on this kind of socket, and may carry descriptors.
        control, control_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        news, news_end = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *command_line(news_end),
                stdin=control_end.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env=outside_environment(),
                pass_fds=(news_end,),
                start_new_session=True,  # Ctrl-C in the terminal is for the bot, which then closes the jail
            )
        except BaseException:
            control.close()
            os.close(news)
            raise
        finally:
            control_end.close()
            os.close(news_end)
        control.setblocking(False)
        os.set_blocking(news, False)
        return cls(process, control, news, hash_seed)

    @property
    def is_alive(self) -> bool:
        return not self._ended.is_set()

    async def death(self) -> None:
        """Wait until bubblewrap or the zygote is gone: what is left of the jail is of no more use."""
        await self._ended.wait()

    def resident_mib(self) -> float:
        """Return how much memory the zygote has resident, 0 where that cannot be seen."""
        try:
            pages = int(Path(f"/proc/{self.zygote_pid}/statm").read_text().split()[1])
        except OSError:
            return 0.0
        return pages * PAGE_BYTES / 2**20

    async def run(self, job: Job, *, wall_seconds: float, output_bytes: int) -> Ending:
        """Run one job in the next child and return how it ended. Cancelling this kills the child.

        Raises SlotDied if there is no child; the jail is gone then, with everything in it.
        """
        self.jobs_done += 1
        try:
            child = await self._next_child()
            try:
                ending = await Watch(child, job, wall_seconds=wall_seconds, output_bytes=output_bytes).run()
            finally:
                child.kill()  # whatever it still does, it does no longer
                child.close()
            if ending.kind in ("died", "fault"):
                async with asyncio.timeout(PATIENCE_SECONDS):  # or the zygote died of the same
                    signal_number = (await self._hear(Died)).signal
                ending = replace(ending, signal=signal_number, filled_cage=self._has_filled_its_cage())
        except (EOFError, BadFrame, OSError, TimeoutError) as error:
            await self.close()
            raise SlotDied("; ".join(self._complaints) or type(error).__name__) from error
        return ending

    def _has_filled_its_cage(self) -> bool:
        before, self._times_full = self._times_full, 0 if self.cage is None else self.cage.times_full()
        return self._times_full > before

    async def _next_child(self) -> Child:
        """Take over the child that waits for a job; it is there already, if the last run is some time ago."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                news, ends = await self._receive()
                if isinstance(news, Born) and len(ends) == len(Child._fields):
                    return Child(*ends)
                _close_all(ends)

    async def close(self) -> None:
        """Kill the jail with everything in it, and wait until it is gone, however often this is called.

        Cancelling it does not leave a jail half closed.
        """
        self._kill()
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self.process.wait()
        await asyncio.wait([self._listener])
        self._control.close()
        # asyncio leaves the pipes of a killed child open until they are collected, and warns of it then.
        transport: Any = self.process._transport  # type: ignore[attr-defined]
        transport.close()
        if self.cage is not None:
            self.cage.remove()

    def _kill(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # it never came so far
            self._find_zygote()
        self._ended.set()
        while self._held:
            end = self._held.pop()
            asyncio.get_running_loop().remove_reader(end)
            # The zygote is pid 1 of the jail: the kernel kills everything in there with it.
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(end, signal.SIGKILL)
            os.close(end)

    def _hold(self, pid: int) -> None:
        """Take hold of a process, to kill it and to learn of its end.

        asyncio's own `wait` returns only when nobody has the pipes open any more, which a zygote whose bubblewrap
        was killed still has.
        """
        try:
            end = os.pidfd_open(pid)
        except ProcessLookupError:
            self._ended.set()
            return
        self._held.append(end)
        asyncio.get_running_loop().add_reader(end, self._bury, end)

    def _bury(self, end: int) -> None:
        asyncio.get_running_loop().remove_reader(end)
        self._ended.set()

    def _find_zygote(self) -> None:
        """Take hold of the zygote's process, by what bubblewrap tells of it on its information pipe.

        Killing bubblewrap alone is not enough where root started it: the zygote is another user then, whom
        bubblewrap, having dropped its capabilities, cannot take along.
        """
        if self._news == -1:
            return
        try:
            news = json.loads(os.read(self._news, 4096))
            self.zygote_pid = news["child-pid"]
            self._hold(self.zygote_pid)
        finally:
            os.close(self._news)
            self._news = -1

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        """Keep what the jail says on stderr: bubblewrap's complaints, a zygote's traceback."""
        while line := await stderr.readline():
            text = line.decode("utf-8", "replace").rstrip()
            self._complaints.append(text)
            log.debug("jail pid=%s: %s", self.process.pid, text)

    async def _hear(self, kind: type[N]) -> N:
        """Wait for the next message of this kind."""
        while True:
            news, ends = await self._receive()
            _close_all(ends)
            if isinstance(news, kind):
                return news

    async def _receive(self) -> tuple[News, list[int]]:
        """Return the zygote's next message, with the descriptors that came along. Raises EOFError at its end."""
        while True:
            try:
                data, ends, _, _ = socket.recv_fds(
                    self._control, codec.MAX_MESSAGE_BYTES, len(Child._fields), socket.MSG_CMSG_CLOEXEC
                )
            except BlockingIOError:
                await _readable(self._control)
                continue
            if not data:
                raise EOFError
            return news_from(codec.decode_frame(data)), ends


async def _readable(end: socket.socket) -> None:
    loop, is_readable = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(end, is_readable.set)
    try:
        await is_readable.wait()
    finally:
        loop.remove_reader(end)


def _close_all(ends: list[int]) -> None:
    for end in ends:
        os.close(end)
