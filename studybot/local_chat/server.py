"""Serves the Bot API and the page on one loopback port."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from studybot.local_chat.bot_api import BotApi
from studybot.local_chat.guard import Guard
from studybot.local_chat.world import World
from studybot.web import WebServer


class Server:
    def __init__(self, world: World, routes: list[BaseRoute]) -> None:
        self.world = world
        self._extra = routes
        self._web = WebServer()

    @property
    def port(self) -> int:
        return self._web.port

    def app(self, port: int) -> ASGIApp:
        """Return the whole application, as it is served on a port; tests of the rules can do without a socket."""
        api = BotApi(self.world)
        routes: list[BaseRoute] = [
            Route("/bot{token}/{method}", api.answer, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", api.download),
            *self._extra,
        ]
        return Guard(Starlette(routes=routes), port)

    async def start(self, port: int) -> None:
        await self._web.start(self.app, port)

    async def stop(self) -> None:
        await self._web.stop()
