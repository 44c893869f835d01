"""One jail with one warm zygote, as the event loop sees it: start it, give it a job, put it away."""

import asyncio
import contextlib
import itertools
import json
import logging
import os
import signal
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from studybot.errors import SandboxUnavailable
from studybot.sandbox import codec
from studybot.sandbox.codec import BadFrame, Item
from studybot.sandbox.messages import Cancel, Ending, Job, Ready, Setup, ending_from, ready_from

log = logging.getLogger(__name__)

START_SECONDS = 60.0  # importing torch takes two seconds, on a cold disk many more
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
GRACE_SECONDS = 2.0  # what the zygote may take beyond a job's own time before it counts as dead


class SlotDied(Exception):
    """The zygote is gone, or no longer answers; whatever ran in it is lost."""


class Slot:
    """Use `Slot.start`. One job at a time; after `SlotDied` the slot is of no more use."""

    def __init__(self, process: asyncio.subprocess.Process, news: int) -> None:
        self.process = process  # bubblewrap; the zygote is its child
        self._stdin = cast("asyncio.StreamWriter", process.stdin)
        self._stdout = cast("asyncio.StreamReader", process.stdout)
        self._stderr = cast("asyncio.StreamReader", process.stderr)
        self.ready = Ready("", 0)
        self.jobs_done = 0
        self._numbers = itertools.count(1)
        self._complaints: deque[str] = deque(maxlen=20)
        self._listener = asyncio.create_task(self._listen())
        self._news = news
        self._zygote: int | None = None  # a pidfd
        self._zygote_pid = 0
        self._is_killed = False

    @classmethod
    async def start(cls, command_line: Callable[[int], list[str]], setup: Setup) -> "Slot":
        """Start a jail and wait until its zygote is warm. Raises SandboxUnavailable with what it said.

        `command_line` is given the pipe's end on which bubblewrap tells of the zygote.
        """
        news, news_end = os.pipe()
        os.set_blocking(news, False)
        try:
            process = await asyncio.create_subprocess_exec(
                *command_line(news_end),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(news_end,),
                start_new_session=True,  # Ctrl-C in the terminal is for the bot, which then closes the jail
            )
        finally:
            os.close(news_end)
        slot = cls(process, news)
        try:
            async with asyncio.timeout(START_SECONDS):
                await slot._send(list(setup))
                slot.ready = ready_from(await slot._receive())
            slot._find_zygote()
        except (EOFError, BadFrame, OSError, TimeoutError) as error:
            await slot.close()
            said = "; ".join(slot._complaints) or f"{type(error).__name__} before it was warm"
            raise SandboxUnavailable(f"The jail does not start: {said}") from error
        except BaseException:
            await slot.close()
            raise
        return slot

    @property
    def is_alive(self) -> bool:
        return not self._is_killed and self.process.returncode is None

    async def death(self) -> None:
        """Wait until the jail is gone."""
        await self.process.wait()

    def resident_mib(self) -> float:
        """Return how much memory the zygote has resident, 0 where that cannot be seen."""
        try:
            pages = int(Path(f"/proc/{self._zygote_pid}/statm").read_text().split()[1])
        except OSError:
            return 0.0
        return pages * PAGE_BYTES / 2**20

    def number(self) -> int:
        return next(self._numbers)

    async def run(self, job: Job) -> Ending:
        """Run one job and return how its child ended. Cancelling this kills the child.

        Raises SlotDied if no ending came; the jail is gone then, with everything in it.
        """
        self.jobs_done += 1
        try:
            await self._send(list(job))
            try:
                return await self._ending_of(job, within=job.wall_seconds + GRACE_SECONDS)
            except asyncio.CancelledError:
                await self._cancel(job)
                raise
        except (EOFError, BadFrame, ConnectionError, TimeoutError) as error:
            await self.close()
            raise SlotDied("; ".join(self._complaints) or type(error).__name__) from error

    async def _cancel(self, job: Job) -> None:
        try:
            await self._send(list(Cancel(job.number)))
            await self._ending_of(job, within=GRACE_SECONDS)
        except asyncio.CancelledError:  # twice: no time to wait for the ending, so the jail goes
            self._kill()
            raise

    async def _ending_of(self, job: Job, within: float) -> Ending:
        async with asyncio.timeout(within):
            ending = ending_from(await self._receive())
        if ending.number != job.number:
            raise BadFrame(f"job {job.number} was answered by {ending.number}")
        return ending

    async def close(self) -> None:
        """Kill the jail with everything in it. Does nothing the second time."""
        self._kill()
        await self.process.wait()
        await asyncio.wait([self._listener])
        # asyncio leaves the pipes of a killed child open until they are collected, and warns of it then.
        transport: Any = self.process._transport  # type: ignore[attr-defined]
        transport.close()

    def _kill(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # it never came so far
            self._find_zygote()
        self._is_killed = True
        if self._zygote is not None:
            # The zygote is pid 1 of the jail: the kernel kills everything in there with it.
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._zygote, signal.SIGKILL)
            os.close(self._zygote)
            self._zygote = None
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    def _find_zygote(self) -> None:
        """Take hold of the zygote's process, by what bubblewrap tells of it on its information pipe.

        Killing bubblewrap alone is not enough where root started it: the zygote is another user then, whom
        bubblewrap, having dropped its capabilities, cannot take along.
        """
        if self._news == -1:
            return
        try:
            news = json.loads(os.read(self._news, 4096))
            self._zygote_pid = news["child-pid"]
            self._zygote = os.pidfd_open(self._zygote_pid)
        finally:
            os.close(self._news)
            self._news = -1

    async def _listen(self) -> None:
        """Keep what the jail says on stderr: bubblewrap's complaints, a zygote's traceback."""
        while line := await self._stderr.readline():
            text = line.decode("utf-8", "replace").rstrip()
            self._complaints.append(text)
            log.debug("jail pid=%s: %s", self.process.pid, text)

    async def _send(self, item: list[Any]) -> None:
        self._stdin.write(codec.encode(item))
        await self._stdin.drain()

    async def _receive(self) -> Item:
        header = await self._stdout.readexactly(codec.HEADER.size)
        return codec.decode(await self._stdout.readexactly(codec.body_length(header)))
