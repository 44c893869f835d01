import re
from collections.abc import AsyncIterator, Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from studybot import wiring
from studybot.garbage import spare_the_program
from studybot.ports import Runner
from studybot.sandbox import Pool
from tests.lent_sandbox import LentSandbox
from tests.postgresql import migrated_database, own_postgresql_url, postgresql, postgresql_url
from tests.sandbox.fleet_parts import running_fleet

settings.register_profile("studybot", deadline=None)  # how quick a machine is, is no property of the code
settings.load_profile("studybot")

__all__ = ["migrated_database", "own_postgresql_url", "pool", "postgresql", "postgresql_url"]


ROOT = Path(__file__).parents[1]

TAKE_LONG = ("browser", "faults", "jail")
"""The marks of what waits for other processes: begun first, it is not what everything else waits for in the end."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Put the files that take long first. Within them, and between those of a kind, the order stays.

    What is marked `in_order` keeps its order even where the others are shuffled.
    """
    told = iter([item for item in items if item.get_closest_marker("in_order")])
    yield
    items[:] = [next(told) if item.get_closest_marker("in_order") else item for item in items]
    long = {item.path for item in items if any(item.get_closest_marker(mark) for mark in TAKE_LONG)}
    items.sort(key=lambda item: item.path not in long)


class OneSandboxForAll(LoadFileScheduling):  # type: ignore[misc]
    """Gives whole files to the workers, and all those that use the sandbox to the same one: a second would warm up."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "sandbox" if _uses_the_sandbox(file) else file


@cache
def _uses_the_sandbox(file: str) -> bool:
    # The process that hands the files out collects nothing itself: of a test it knows the name alone.
    return re.search(r'\bpool: |"pool"|\blent_sandbox\b', (ROOT / file).read_text("utf-8")) is not None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneSandboxForAll | None:
    return OneSandboxForAll(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """Take thousands of collected tests out of the garbage collector's sight, as the bot does with its program."""
    spare_the_program()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fleet", action="store_true", help="run every snippet through a fleet of two workers")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pool(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Runner]:
    """One real sandbox for the whole session: starting one takes seconds.

    What uses it must run in the same event loop: `pytestmark = [pytest.mark.jail, SESSION]`.
    """
    if request.config.getoption("--fleet"):
        async with running_fleet(tmp_path_factory.mktemp("fleet"), workers=2) as fleet:
            yield fleet
    else:
        async with Pool(slots=2) as pool:
            await pool.ready()
            yield pool


@pytest.fixture
def lent_sandbox(pool: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the composition root take the session's sandbox where it would open one: the same jails, warm already."""
    monkeypatch.setattr(wiring, "open_pool", lambda _slots: LentSandbox(pool))
