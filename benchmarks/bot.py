"""The whole bot against a bare echo bot on the same server, as ratios measured in one run.

    python -m benchmarks.bot

An answer is a press that comes by HTTP, is stored, graded, saved to SQLite, and shown by an edit; the card's run was
made when it was asked, so no sandbox takes part. The echo bots only send a text back. Each bot is a process of its own;
the people and the server share another. They take turns, round by round.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks._claims import Claims, InstantRunner
from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared, seen
from studybot.core.card import Language
from studybot.core.learner import Settings
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Message, Person
from studybot.schedulers import SCHEDULERS

ROUNDS = 7
ANSWERS = 600  # a turn of a fifth of a second would be waiting for its first and its last wave for a tenth of it
IN_FLIGHT = 64
TAPS_PER_SECOND = 20
TAPS = 300
PATIENCE_SECONDS = 30.0


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the machine's own clock is what is measured


# the bots, each in a process of its own


async def serve_ours(token: str, api_url: str, database: str) -> None:
    from studybot.garbage import spare_the_program
    from studybot.store import SqlStore
    from studybot.store.upgrade import upgrade
    from studybot.telegram_bot.app import Account, StudyBot
    from studybot.telegram_bot.pace import NO_LIMITS

    url = f"sqlite:///{database}"
    upgrade(url)
    store, deck = SqlStore(url), Claims(1)
    for card in deck.cards:
        await store.save_card(card.card_id, card.revision, card.body())
    outside = Outside(store, deck, InstantRunner(), SystemClock(), SCHEDULERS)
    first = Settings(language=Language.EN)
    async with StudyBot(Account(token, api_url), first, outside, limits=NO_LIMITS) as bot:
        spare_the_program()  # as `studybot run` does
        await bot.run()


async def serve_echo(token: str, api_url: str, transport: str) -> None:
    """Echo with each transport at its best: httpx is slower the more it has to do at once."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, MessageHandler, filters

    from studybot.telegram_bot.transport import AiohttpRequest

    async def echo(update: Update, _: Any) -> None:
        assert update.effective_message
        await update.effective_message.reply_text(update.effective_message.text or "")

    builder = ApplicationBuilder().token(token).base_url(api_url)
    if transport == "fastest":
        builder = (
            builder.request(AiohttpRequest(connections=64))
            .get_updates_request(AiohttpRequest(connections=2))
            .concurrent_updates(16)
        )
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(poll_interval=0, timeout=30)
        await asyncio.Event().wait()


# the people


class Stage:
    """A server of its own with a bot on it, and whoever talks to it."""

    def __init__(self, chat: LocalChat, pid: int) -> None:
        self.chat = chat
        self._pid = pid
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        chat.world.state.listen(self._on_change)

    @property
    def cpu_seconds(self) -> float:
        """What the bot's process has used so far."""
        times = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")

    def _on_change(self, puts: list[Any]) -> None:
        """Tell whoever waits for the bot's next word in their chat."""
        bot = self.chat.world.state.bot["id"]
        for table, _, record in puts:
            if table == "messages" and record is not None and record["from"]["id"] == bot:
                waiting = self._waiting.pop(record["chat"]["id"], None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(record)

    async def after(self, person: Person, act: Callable[[], object]) -> dict[str, Any]:
        """Do something and return the bot's next message, or edit, in that chat."""
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[person.id] = waiting
        done = act()
        if isinstance(done, Awaitable):
            await done
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await waiting

    async def echo(self, person: Person) -> None:
        await self.after(person, lambda: person.send("hello"))

    async def ask(self, person: Person) -> "tuple[Person, Message, str]":
        """Have a card shown to a newcomer; return what to press."""
        shown = await self.after(person, lambda: person.send("/today"))
        message = Message(self.chat.world, shown["chat"]["id"], shown["message_id"])
        return person, message, str(message.data_of(message.buttons[0][1])["callback_data"])

    async def answer(self, asked: "tuple[Person, Message, str]") -> None:
        person, message, data = asked
        await self.after(person, lambda: person.tap(message, data))


async def at_once(items: Sequence[Any], act: Callable[[Any], Awaitable[Any]]) -> tuple[list[Any], float]:
    """Do something with every item, `IN_FLIGHT` at a time; return the results and how many a second."""
    results: list[Any] = []
    left: Iterator[Any] = iter(items)

    async def work() -> None:
        for item in left:
            results.append(await act(item))  # noqa: PERF401 - the items are shared between the workers

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    return results, len(items) / (time.perf_counter() - began)


async def taps_at_a_pace(stage: Stage, asked: Sequence[Any]) -> list[float]:
    """Tap at an even pace, whatever the bot does, and return the seconds from each tap to its edit."""
    took = []

    async def tap(each: Any) -> None:
        began = time.perf_counter()
        await stage.answer(each)
        took.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as group:
        for each in asked:
            group.create_task(tap(each))
            await asyncio.sleep(1 / TAPS_PER_SECOND)
    return took


@asynccontextmanager
async def staged(kind: str, *more: str) -> AsyncIterator[Stage]:
    """Serve a local chat, and run a bot on it in a process of its own."""
    async with LocalChat(clock=SystemClock().now, flood=NO_FLOOD_LIMITS) as chat:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.bot",
            "--serve",
            kind,
            chat.token,
            chat.api_url,
            *more,
            cwd=Path(__file__).parent.parent,
        )
        try:
            await chat.until_bot_listens(timeout=PATIENCE_SECONDS)
            yield Stage(chat, process.pid)
        finally:
            process.kill()
            await process.wait()


async def measure(folder: Path, *, rounds: int = ROUNDS) -> list[Row]:
    async with (
        staged("ours", str(folder / "studybot.db")) as ours,
        staged("echo", "stock") as stock,
        staged("echo", "fastest") as fastest,
    ):
        turns: dict[str, list[Turn]] = {"ours": [], "stock": [], "fastest": []}
        echoers = {stage: [stage.chat.person(f"Person {n}") for n in range(ANSWERS)] for stage in (stock, fastest)}
        for round_ in range(rounds + 1):
            people = [ours.chat.person(f"Person {round_}-{n}") for n in range(ANSWERS)]
            asked, _ = await at_once(people, ours.ask)
            turns["stock"].append(await speed(stock, echoers[stock], stock.echo))
            turns["ours"].append(await speed(ours, asked, ours.answer))
            turns["fastest"].append(await speed(fastest, echoers[fastest], fastest.echo))
        people = [ours.chat.person(f"Tapper {n}") for n in range(TAPS)]
        asked, _ = await at_once(people, ours.ask)
        p95 = statistics.quantiles(await taps_at_a_pace(ours, asked), n=20)[-1]
    return report({name: each[1:] for name, each in turns.items()}, p95)  # the first round warms everybody up


@dataclass(frozen=True)
class Turn:
    per_second: float
    cpu_ms: float


async def speed(stage: Stage, items: Sequence[Any], act: Callable[[Any], Awaitable[Any]]) -> Turn:
    before = stage.cpu_seconds
    _, rate = await at_once(items, act)
    return Turn(rate, (stage.cpu_seconds - before) / len(items) * 1000)


def report(turns: dict[str, list[Turn]], p95: float) -> list[Row]:
    """Return what was seen beside what is wanted. Ratios are taken round by round."""
    rate = {name: statistics.median(each.per_second for each in rounds) for name, rounds in turns.items()}
    cpu = {name: statistics.median(each.cpu_ms for each in rounds) for name, rounds in turns.items()}

    def ratio(of: str) -> float:
        return statistics.median(
            ours.per_second / theirs.per_second for ours, theirs in zip(turns["ours"], turns[of], strict=True)
        )

    stock, fastest = Peer("echoes, stock", rate["stock"]), Peer("echoes, fastest", rate["fastest"])
    return [
        compared("answers, stock transport", rate["ours"], "/s", stock, ratio=ratio("stock"), at_least=1),
        compared("answers, fastest transport", rate["ours"], "/s", fastest, ratio=ratio("fastest"), at_least=0.4),
        seen(f"tap to edit at {TAPS_PER_SECOND} taps/s, p95", p95 * 1000, "ms", at_most=150),
        compared("CPU of the bot for an answer", cpu["ours"], "ms", Peer("an echo, stock", cpu["stock"])),
        compared("the same, beside the fastest", cpu["ours"], "ms", Peer("an echo, fastest", cpu["fastest"])),
    ]


def main() -> None:
    match sys.argv[1:]:
        case ["--serve", "ours", token, api_url, database]:
            asyncio.run(serve_ours(token, api_url, database))
        case ["--serve", "echo", token, api_url, transport]:
            asyncio.run(serve_echo(token, api_url, transport))
        case _:
            given = arguments(__doc__).parse_args()
            with tempfile.TemporaryDirectory() as folder:
                rows = asyncio.run(measure(Path(folder), rounds=3 if given.quick else ROUNDS))
            tell(rows, given)


if __name__ == "__main__":
    main()
