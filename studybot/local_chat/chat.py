"""The local chat as one object: start it, point a bot at `api_url`, and play people in the browser or in a test."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from studybot.local_chat import actions
from studybot.local_chat.faults import Break, Fault
from studybot.local_chat.flood import FloodLimits
from studybot.local_chat.page_api import Page
from studybot.local_chat.people import PATIENCE_SECONDS, Group, Person, Room, ids
from studybot.local_chat.poll import close_due_polls
from studybot.local_chat.server import Server
from studybot.local_chat.world import ApiCall, World
from studybot.web import HOST

Predicate = Callable[[], Any]


class LocalChat:
    """A Bot API server on loopback with a chat page.

    `clock` gives the time of messages, aware. `path` is a journal file that a restart goes on from; None keeps
    nothing. `advance` moves the clock, where it can be moved: the page then offers to.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        path: Path | None = None,
        port: int = 0,
        flood: FloodLimits | None = None,
        bot_name: str = "studybot",
        bot_username: str = "studybot_local_bot",
        advance: Callable[[timedelta], None] | None = None,
    ) -> None:
        self.world = World(path, clock=clock, flood=flood or FloodLimits())
        self.advance = advance
        self._people: dict[int, Person] = {}
        self._port = port
        self.server = Server(
            self.world, Page(self.world, advance=self._advance if advance else None, welcome=self.welcome).routes
        )
        self._poll_clock: asyncio.Task[None] | None = None
        self._delivering: asyncio.Task[None] | None = None
        self._clock_moved = asyncio.Event()
        if self.world.state.get("bot", "bot") is None:
            self._introduce(bot_name, bot_username)

    def _introduce(self, name: str, username: str) -> None:
        bot_id = 7_000_000_001
        token = f"{bot_id}:{secrets.token_urlsafe(26)[:35]}"
        bot = {"id": bot_id, "is_bot": True, "first_name": name, "username": username, "token": token}
        self.world.state.put("bot", "bot", bot)
        self.world.state.commit()

    # Serving

    async def start(self) -> None:
        """Serve. Raises PortTaken where the port is not free."""
        await self.server.start(self._port)
        self._poll_clock = asyncio.create_task(self._close_polls())
        self._delivering = asyncio.create_task(self.world.delivery.run())

    async def stop(self) -> None:
        for task in (self._poll_clock, self._delivering):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self.world.begin_closing()
        await self.server.stop()
        self.world.close()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            self.world.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def api_url(self) -> str:
        """What STUDYBOT_API_URL wants: the base up to and including /bot."""
        return f"http://{HOST}:{self.port}/bot"

    @property
    def file_url(self) -> str:
        """The base of file downloads, python-telegram-bot's `base_file_url`."""
        return f"http://{HOST}:{self.port}/file/bot"

    @property
    def page_url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @property
    def token(self) -> str:
        return str(self.world.state.bot["token"])

    @property
    def bot_username(self) -> str:
        return str(self.world.state.bot["username"])

    # People

    def person(self, name: str, *, language: str = "en", username: str | None = None) -> Person:
        """Return the person of that name, made up where there is none."""
        for record in self.world.state.rows("people").values():
            if record["first_name"] == name:
                return self._person(record["id"])
        record = actions.add_person(self.world, name, language=language, username=username)
        self.world.state.commit()
        return self._person(record["id"])

    def _person(self, person_id: int) -> Person:
        """Return the one object that stands for a person: it knows which messages they were given."""
        return self._people.setdefault(person_id, Person(self.world, person_id))

    @property
    def people(self) -> list[Person]:
        return [self._person(record["id"]) for record in self.world.state.rows("people").values()]

    def group(self, title: str, members: Sequence[Person], *, bot_is_admin: bool = False, basic: bool = False) -> Group:
        """Return the group of that title, made with these members where there is none. Basic ones can be upgraded."""
        for record in self.world.state.rows("chats").values():
            if record.get("title") == title and "migrated_to" not in record:
                return Group(self.world, record["id"])
        record = actions.add_group(self.world, title, ids(members), bot_is_admin=bot_is_admin, basic=basic)
        self.world.state.commit()
        return Group(self.world, record["id"])

    @property
    def rooms(self) -> list[Room]:
        return [Room(self.world, record["id"]) for record in self.world.state.rows("chats").values()]

    def welcome(self) -> None:
        """Make up three people and their study group where there is nobody yet, so that a newcomer finds a chat."""
        if self.people:
            return
        names = {"지우": "ko", "민준": "ko", "Alex": "en"}
        people = [self.person(name, language=language) for name, language in names.items()]
        self.group("PyTorch 스터디", people)

    # What a test needs beyond people

    async def wait_for(self, predicate: Predicate, *, timeout: float = PATIENCE_SECONDS) -> Any:  # noqa: ASYNC109
        """Wait until `predicate()` is true, asked again after every change, and return what it returned.

        A LookupError of it (no message there yet) is a no.
        """
        try:
            async with asyncio.timeout(timeout):
                return await self.world.state.until(lambda: _met(predicate))
        except TimeoutError:
            chats = "\n".join(str(room) for room in self.rooms if room.messages)
            raise TimeoutError(f"this did not become true in {timeout:g} s; the chats are\n{chats}") from None

    async def until_bot_listens(self, *, timeout: float = PATIENCE_SECONDS) -> None:  # noqa: ASYNC109
        """Wait until a bot asks for updates."""
        listens = asyncio.Event()

        def look(_: object = None) -> None:
            if self.world.updates.status == "listening":
                listens.set()

        look()
        self.world.signals.append(look)
        try:
            await asyncio.wait_for(listens.wait(), timeout)
        except TimeoutError:
            raise TimeoutError(f"no bot asked for updates in {timeout:g} s") from None
        finally:
            self.world.signals.remove(look)

    def fail_next(
        self,
        method: str,
        what: int | Break,
        *,
        times: int = 1,
        description: str = "",
        retry_after: int = 1,
    ) -> None:
        """Let the next calls of a method go wrong: an error code, "reset", "lost" or "timeout" (see Fault)."""
        self.world.faults.plan(method, Fault(what, description, retry_after), times)

    def redeliver(self, update_id: int | None = None) -> int:
        """Send the bot an update that it has had already, by default the last one; returns its id."""
        return self.world.updates.redeliver(update_id)

    def number_updates_anew(self, last: int) -> None:
        """Let the ids of updates go on after another one, as Telegram does after a week in which none came."""
        self.world.state.go_on_from("update", last)
        self.world.state.commit()

    @property
    def unconfirmed(self) -> list[dict[str, Any]]:
        """The updates that the bot has not confirmed."""
        return self.world.updates.pending

    @property
    def calls(self) -> list[ApiCall]:
        """What the bot asked, oldest first, getUpdates left out."""
        return [call for call in self.world.calls if call.method.lower() != "getupdates"]

    @property
    def refusals(self) -> list[ApiCall]:
        """The calls of the bot that were not answered with ok; what is not modified is no mistake."""
        return [call for call in self.calls if call.code != 200 and "not modified" not in call.description]

    def clock_moved(self) -> None:
        """Tell the chat that its clock was moved, so that polls whose time is over close at once."""
        self._clock_moved.set()
        self.world.signal({"kind": "clock"})

    def _advance(self, by: timedelta) -> None:
        if self.advance is not None:
            self.advance(by)
            self.clock_moved()

    async def _close_polls(self) -> None:
        """Close polls when their time comes; looks again after every change, and when the clock was moved."""
        stop = self.world.state.listen(
            lambda puts: self._clock_moved.set() if any(put[0] == "polls" for put in puts) else None
        )
        try:
            while True:
                self._clock_moved.clear()
                seconds = close_due_polls(self.world)
                self.world.state.commit()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._clock_moved.wait(), seconds)
        finally:
            stop()


def _met(predicate: Predicate) -> Any:
    try:
        return predicate()
    except LookupError:
        return False
