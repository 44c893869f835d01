"""The composition root: the only place that names every adapter, the real clock and the real files."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from studybot.config import Config, WorkerConfig
from studybot.core.backlog import Backlog
from studybot.core.run import Device
from studybot.deck.keeper import DeckKeeper
from studybot.deck.live import LiveDeck
from studybot.deck.loader import load_deck
from studybot.deck.taking_in import FolderDesk
from studybot.errors import StoreError
from studybot.flows.outside import Outside
from studybot.garbage import spare_the_program
from studybot.health import Part
from studybot.ports import Clock
from studybot.sandbox import Health, Pool
from studybot.sandbox.jail import find_bubblewrap
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore, StoreClock, clock_of

if TYPE_CHECKING:  # python-telegram-bot and Celery are heavy, and most commands do without them
    from studybot.metrics import Metrics
    from studybot.sandbox.fleet import Fleet
    from studybot.telegram_bot.app import Account, StudyBot

    Sandbox: TypeAlias = Pool | Fleet

log = logging.getLogger(__name__)

TRY_FOLDER = Path("var/try")
"""What the local chat keeps: its own database, its messages and its clock, apart from the real bot's."""

LONGEST_SILENCE = timedelta(minutes=2)
"""Without contact for longer than this the bot is not healthy; by then it has tried a new connection, too."""

LONGEST_WAIT = timedelta(minutes=2)
"""An update that waits for longer than this, stored but not handled, shows that something does not work."""

MOST_SLOTS = 4


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class MovableClock:
    """The local chat's clock: real time plus what the newcomer moved it ahead by, kept across restarts."""

    path: Path
    ahead: timedelta = field(init=False)

    def __post_init__(self) -> None:
        text = self.path.read_text() if self.path.exists() else "0"
        self.ahead = timedelta(seconds=float(text))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, by: timedelta) -> None:
        self.ahead += by
        self.path.write_text(str(self.ahead.total_seconds()))


def open_pool(slots: int | None = None, *, python: Path | None = None) -> Pool:
    """Return the local sandbox, not started yet: one warm slot per core, but few on large machines.

    `python` is another interpreter than ours to run snippets with.
    """
    return Pool(slots=slots or min(os.cpu_count() or 1, MOST_SLOTS), python=python)


def open_store(config: Config) -> SqlStore:
    """Open the database, brought up to date first. Raises StoreError, StoreTooNew."""
    from studybot.store.upgrade import upgrade  # alembic is heavy, and only wanted here

    upgrade(config.database_url)
    return SqlStore(config.database_url)


def open_runner(config: Config, *, slots: int | None = None) -> "Sandbox":
    """Return what runs snippets, not started yet: the fleet where there is a broker, else jails on this machine.

    One or the other: no run that the fleet cannot make is ever made here instead.
    """
    if not config.broker_url:
        return open_pool(slots)
    from studybot.sandbox.fleet import Fleet  # Celery is heavy, and only wanted here

    return Fleet(config.broker_url)


def run_worker(config: WorkerConfig, *, device: Device, slots: int | None) -> None:
    """Work for the fleet until stopped. Raises SandboxUnavailable where no snippet can run on this machine."""
    from studybot.sandbox.fleet.worker import work

    pool = Pool.on_gpu() if device == "cuda" else open_pool(slots)
    work(config.broker_url, pool)


def worker_is_at_work(config: WorkerConfig) -> bool:
    """Tell whether the fleet hears of a worker on this machine."""
    from studybot.sandbox.fleet.worker import is_at_work

    return asyncio.run(is_at_work(config.broker_url))


@asynccontextmanager
async def open_outside(config: Config, own: Clock) -> AsyncIterator[Outside]:
    """Open everything the flows need. In the background the sandbox warms up and the deck is proved and followed.

    Time is told by this `own` clock, unless bots of other machines may share the database: then by that.
    """
    deck = LiveDeck(load_deck(config.cards))
    store = open_store(config)
    runner = open_runner(config)
    keeping = []
    try:
        clock = await clock_of(store, own)
        keeper = DeckKeeper(deck, config.cards, store, runner, clock)
        keeping.append(asyncio.create_task(_keep(keeper, runner), name="keep the deck"))
        if isinstance(clock, StoreClock):
            keeping.append(asyncio.create_task(clock.keep(), name="keep the time"))
        yield Outside(store, deck, runner, clock, SCHEDULERS, FolderDesk(keeper))
    finally:
        for task in keeping:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await runner.close()
        await store.close()


async def _keep(keeper: DeckKeeper, runner: "Sandbox") -> None:
    """Start the sandbox and keep the deck. The sandbox itself goes on trying to open, and knows why it cannot."""
    await runner.start()
    await keeper.keep()


async def look_at_health(outside: Outside, bot: "StudyBot | None" = None) -> dict[str, Part]:
    """Look at the parts that must work for a card to be asked, and reach whoever asked for it."""
    parts = {}
    health = getattr(outside.runner, "health", None)
    if isinstance(health, Health):
        missing = tuple(probe.name for probe in health.probes if probe.state == "missing")
        parts["sandbox"] = Part(health.state in {"ready", "starting"}, health.reason, missing)
    try:
        await outside.store.last_update_id()
        parts["database"] = Part(healthy=True)
    except StoreError as error:
        parts["database"] = Part(healthy=False, detail=str(error))
    try:
        parts["inbox"] = _inbox(await outside.store.backlog(), outside.clock.now())
    except StoreError:
        parts["inbox"] = Part(healthy=False, detail="the database does not tell")
    live = len(outside.deck.live())
    parts["deck"] = Part(healthy=True, detail=f"{live} cards are live")
    if bot is not None:
        parts["telegram"] = _contact(bot, outside.clock.now())
        parts["bots"] = Part(healthy=True, detail=f"bots on this database: {bot.bots}")
    return parts


def _inbox(backlog: Backlog, now: datetime) -> Part:
    if backlog.oldest_at is None:
        return Part(healthy=True, detail="nothing waits")
    age = now - backlog.oldest_at
    detail = f"{backlog.updates} updates wait, the oldest for {age.total_seconds():.0f} s"
    return Part(age < LONGEST_WAIT, detail)


async def _figures(outside: Outside, bot: "StudyBot") -> bytes:
    """Look at what cannot be counted as it happens, and return all figures."""
    metrics = bot.metrics
    with contextlib.suppress(StoreError):
        backlog = await outside.store.backlog()
        metrics.waiting_updates.set(backlog.updates)
        metrics.waiting_letters.set(backlog.letters)
        oldest = backlog.oldest_at
        metrics.oldest_update_seconds.set((outside.clock.now() - oldest).total_seconds() if oldest else 0)
    metrics.live_cards.set(len(outside.deck.live()))
    for name, part in (await look_at_health(outside, bot)).items():
        metrics.healthy.labels(name).set(part.healthy)
    return metrics.exposition()


def _contact(bot: "StudyBot", now: datetime) -> Part:
    last = bot.last_contact
    if bot.stands_by:
        return Part(healthy=True, detail="stands by: another bot asks for updates")
    if last is None:
        return Part(healthy=False, detail="no contact yet")
    return Part(now - last < LONGEST_SILENCE, detail=f"last contact {last.isoformat(timespec='seconds')}")


@asynccontextmanager
async def serving_web(
    outside: Outside, port: int | None, bot: "StudyBot", *, host: str = "127.0.0.1"
) -> AsyncIterator[None]:
    """Serve /healthz, /metrics and the bot's webhook, if it has one; without a port, nothing. Raises PortTaken."""
    if port is None:
        yield
        return
    from studybot.health import health_app
    from studybot.web import WebServer

    server = WebServer()
    also = [bot.webhook.route] if bot.webhook is not None else []
    app = health_app(lambda: look_at_health(outside, bot), lambda: _figures(outside, bot), also)
    await server.start(lambda _: app, port, host=host)
    log.info("health at http://%s:%d/healthz", host, server.port)
    try:
        yield
    finally:
        await server.stop()


def account_of(config: Config) -> "Account":
    """Return the bot account to be. Raises ConfigError where no token is set."""
    from studybot.telegram_bot.app import Account

    return Account(config.needed_token(), config.api_url)


async def serve_telegram(
    config: Config, *, webhook: bool = False, port: int | None = None, host: str = "127.0.0.1"
) -> None:
    """Run the bot in Telegram until cancelled; /healthz, /metrics and the webhook are on `port`, if there is one."""
    from studybot.metrics import Metrics
    from studybot.telegram_bot.app import StudyBot
    from studybot.telegram_bot.webhook import Address

    account, metrics = account_of(config), Metrics()
    address = Address(config.needed_webhook_url()) if webhook else None
    async with (
        open_outside(config, SystemClock()) as outside,
        StudyBot(
            account,
            config.first_settings(),
            _measured(outside, metrics),
            admins=config.admins,
            webhook=address,
            metrics=metrics,
        ) as bot,
        serving_web(outside, port, bot, host=host),
    ):
        log.info("updates come by %s", "webhook" if address else f"polling {config.api_url}")
        spare_the_program()
        await bot.run()


def _measured(outside: Outside, metrics: "Metrics") -> Outside:
    from studybot.measured import MeasuredRunner, measured_store

    return replace(
        outside, runner=MeasuredRunner(outside.runner, metrics), store=measured_store(outside.store, metrics)
    )


async def serve_local_chat(config: Config, *, port: int, announce: Callable[[str], None]) -> None:
    """Run the bot against the local chat until cancelled. `announce` is called with the page's address."""
    from studybot.local_chat import LocalChat
    from studybot.telegram_bot.app import Account, StudyBot

    find_bubblewrap()  # a newcomer is told at once, not by a bot whose code is resting
    TRY_FOLDER.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - before anybody is served
    clock = MovableClock(TRY_FOLDER / "clock")
    ticks: set[asyncio.Task[int]] = set()

    def advance(by: timedelta) -> None:
        """Move the clock, and let the bot look at it at once: the daily message need not wait for a minute."""
        clock.advance(by)
        task = asyncio.ensure_future(bot.tick())
        ticks.add(task)
        task.add_done_callback(ticks.discard)

    async with LocalChat(clock=clock.now, path=TRY_FOLDER / "chat.journal", port=port, advance=advance) as chat:
        chat.welcome()
        own = {"database_url": f"sqlite:///{TRY_FOLDER / 'studybot.db'}", "broker_url": ""}
        here = config.model_copy(update=own)
        account = Account(chat.token, chat.api_url)
        async with (
            open_outside(here, clock) as outside,
            StudyBot(account, config.first_settings(), outside, admins={chat.people[0].id}) as bot,
        ):
            announce(chat.page_url)
            await bot.run()
