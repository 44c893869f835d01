"""Serve a Starlette application on one port, inside the caller's event loop: loopback, unless told otherwise."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from studybot.errors import PortTaken

HOST = "127.0.0.1"
STOP_SECONDS = 2
LOOK_SECONDS = 0.002


class _Server(uvicorn.Server):
    """A server that leaves the signals of the process to its owner, and stops when it is told to, not a tick later."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told_to_stop = asyncio.Event()

    async def main_loop(self) -> None:
        await self.told_to_stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is being answered finish, and end with it: uvicorn looks every tenth of a second only."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while state.connections or state.tasks:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            for task in state.tasks:
                task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listening_socket(port: int, host: str = HOST) -> socket.socket:
    """Take a port (0: any free one). Raises PortTaken."""
    # Named as TCP, or asyncio would not switch Nagle's algorithm off: every answer would wait 40 ms.
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(128)
    except OSError as error:
        taken.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            why = "is in use" if error.errno == errno.EADDRINUSE else "is not open to you"
            raise PortTaken(f"Port {port} {why}. Choose another one: --port {max(port, 1024) + 1}") from error
        raise
    taken.setblocking(False)
    return taken


class WebServer:
    """Start it with the application for the port that it gets; the caller's signals stay the caller's."""

    def __init__(self) -> None:
        self.port = 0
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self, app_of: Callable[[int], ASGIApp], port: int, *, host: str = HOST) -> None:
        """Listen on a port (0: any free one). Raises PortTaken."""
        listener = listening_socket(port, host)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            app_of(self.port),
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            if self._serving.done():
                await self._serving
            await asyncio.sleep(0)

    async def stop(self) -> None:
        if self._server is None or self._serving is None:
            return
        self._server.told_to_stop.set()
        await self._serving
        self._server = self._serving = None
