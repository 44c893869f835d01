"""A server that is told to stop gives the answers that are under way, and waits for nobody for ever."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from studybot import web
from studybot.web import HOST, WebServer


class Slow:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.told, self.cut_off = asyncio.Event(), asyncio.Event(), False
        self.app = Starlette(routes=[Route("/", self.answer)])

    async def answer(self, request: Request) -> PlainTextResponse:
        self.asked.set()
        try:
            await self.told.wait()
        except asyncio.CancelledError:
            self.cut_off = True
            raise
        return PlainTextResponse("at last")


async def test_an_answer_under_way_is_given_before_the_server_has_stopped() -> None:
    slow, server = Slow(), WebServer()
    await server.start(lambda _: slow.app, 0)
    async with httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.get(f"http://{HOST}:{server.port}/"))
        await slow.asked.wait()

        stopping = asyncio.create_task(server.stop())
        await asyncio.sleep(0)
        slow.told.set()

        assert (await asking).text == "at last"
        await stopping
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://{HOST}:{server.port}/")


async def test_an_answer_that_never_comes_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "STOP_SECONDS", 0.05)
    slow, server = Slow(), WebServer()
    await server.start(lambda _: slow.app, 0)
    async with httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.get(f"http://{HOST}:{server.port}/"))
        await slow.asked.wait()

        await server.stop()

        asking.cancel()
        await asyncio.wait([asking])
    assert slow.cut_off


async def test_a_connection_that_is_kept_open_does_not_hold_the_server_up() -> None:
    server = WebServer()
    await server.start(lambda _: Starlette(routes=[Route("/", lambda _: PlainTextResponse("here"))]), 0)
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://{HOST}:{server.port}/")).text == "here"

        await server.stop()
