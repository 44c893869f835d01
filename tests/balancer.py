"""What stands before several bots with a webhook: gives each update to the next one that takes it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from studybot.telegram_bot.webhook import SECRET_HEADER
from studybot.web import WebServer


@dataclass
class Balancer:
    """`taken` counts the updates that each port took; `last_taker` took the latest."""

    ports: list[int] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)
    last_taker: int = 0
    _turn: int = 0

    async def forward(self, request: Request) -> Response:
        body, secret = await request.body(), request.headers.get(SECRET_HEADER, "")
        async with aiohttp.ClientSession() as session:
            for _ in self.ports:
                self._turn += 1
                port = self.ports[self._turn % len(self.ports)]
                try:
                    async with session.post(
                        f"http://127.0.0.1:{port}/telegram", data=body, headers={SECRET_HEADER: secret}
                    ) as answer:
                        if answer.ok:
                            self.taken[port] += 1
                            self.last_taker = port
                            return Response(status_code=answer.status)
                except aiohttp.ClientError:
                    continue
        return Response(status_code=502)


@asynccontextmanager
async def balancer() -> AsyncIterator[tuple[Balancer, str]]:
    """Serve one, and give the address that Telegram is to call."""
    balancer, server = Balancer(), WebServer()
    app = Starlette(routes=[Route("/telegram", balancer.forward, methods=["POST"])])
    await server.start(lambda _: app, 0)
    try:
        yield balancer, f"http://127.0.0.1:{server.port}/telegram"
    finally:
        await server.stop()
