"""/healthz says whether cards can be asked, and why not."""

import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from studybot.config import load_config
from studybot.flows.outside import Outside
from studybot.health import Part, health_app
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot.app import StudyBot
from studybot.wiring import look_at_health, open_outside
from tests.fakes import FakeDeck, FrozenClock
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore


async def answer(parts: dict[str, Part]) -> httpx.Response:
    async def look() -> dict[str, Part]:
        return parts

    transport = httpx.ASGITransport(app=health_app(look))
    async with httpx.AsyncClient(transport=transport, base_url="http://health") as client:
        return await client.get("/healthz")


async def test_a_service_that_works_is_healthy() -> None:
    response = await answer({"sandbox": Part(healthy=True, detail="Every wall holds.")})

    assert response.status_code == 200
    assert response.json() == {
        "healthy": True,
        "parts": {"sandbox": {"healthy": True, "detail": "Every wall holds.", "missing": []}},
    }


async def test_one_part_that_does_not_work_is_told_with_the_reason() -> None:
    down = Part(healthy=False, detail="The self-test did not pass: network.", missing=("network",))

    response = await answer({"sandbox": down, "database": Part(healthy=True)})

    assert response.status_code == 503
    assert response.json()["parts"]["sandbox"]["missing"] == ["network"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(Path(__file__).parent / "end_to_end" / "deck" / "shapes", tmp_path / "cards" / "shapes")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.jail
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.usefixtures("lent_sandbox")
async def test_the_real_parts_are_looked_at(home: Path) -> None:
    config = load_config(_env_file=None)
    async with open_outside(config, FrozenClock()) as outside:
        await outside.deck.ready()

        parts = await look_at_health(outside)

    assert {name: part.healthy for name, part in parts.items()} == {
        "sandbox": True,
        "database": True,
        "inbox": True,
        "deck": True,
    }
    assert parts["deck"].detail == "5 cards are live"


@pytest.mark.jail
async def test_a_sandbox_that_cannot_start_is_unhealthy_and_says_why(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    config = load_config(_env_file=None)
    async with open_outside(config, FrozenClock()) as outside:
        with pytest.raises(Exception, match="bubblewrap is not installed"):
            await outside.deck.ready()

        sandbox = (await look_at_health(outside))["sandbox"]

    assert not sandbox.healthy
    assert "bubblewrap is not installed" in sandbox.detail


@pytest.mark.parametrize(
    ("minutes", "healthy", "detail"),
    [(None, False, "no contact yet"), (1, True, "2026-11-16T00:00:00+00:00"), (3, False, "2026-11-16T00:00:00+00:00")],
    ids=["not yet", "a minute ago", "three minutes ago"],
)
async def test_the_last_contact_with_telegram_is_told(minutes: int | None, healthy: bool, detail: str) -> None:
    clock = FrozenClock()
    last = None if minutes is None else clock.now()
    bot = cast("StudyBot", SimpleNamespace(last_contact=last, stands_by=False, bots=1))
    clock.move(timedelta(minutes=minutes or 0))
    outside = Outside(MemoryStore(), FakeDeck([]), FakeRunner(), clock, SCHEDULERS)

    part = (await look_at_health(outside, bot))["telegram"]

    assert part.healthy is healthy
    assert detail in part.detail


async def test_a_bot_that_stands_by_is_healthy_though_it_asks_for_nothing() -> None:
    bot = cast("StudyBot", SimpleNamespace(last_contact=None, stands_by=True, bots=2))
    outside = Outside(MemoryStore(), FakeDeck([]), FakeRunner(), FrozenClock(), SCHEDULERS)

    parts = await look_at_health(outside, bot)

    assert parts["telegram"] == Part(healthy=True, detail="stands by: another bot asks for updates")
    assert parts["bots"].detail == "bots on this database: 2"


@pytest.mark.parametrize(("minutes", "healthy"), [(1, True), (3, False)])
async def test_an_update_that_waits_for_long_shows_that_something_does_not_work(minutes: int, healthy: bool) -> None:
    clock, store = FrozenClock(), MemoryStore()
    outside = Outside(store, FakeDeck([]), FakeRunner(), clock, SCHEDULERS)
    assert (await look_at_health(outside))["inbox"] == Part(healthy=True, detail="nothing waits")
    await store.receive([{"update_id": 1}], at=clock.now())

    clock.move(timedelta(minutes=minutes))

    part = (await look_at_health(outside))["inbox"]
    assert part == Part(healthy, f"1 updates wait, the oldest for {60 * minutes} s")
