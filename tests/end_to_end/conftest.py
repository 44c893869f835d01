import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from studybot.sandbox.fleet import Fleet
from tests.sandbox.fleet_parts import PATIENT_SECONDS, running_redis, running_workers, until

DECK = Path(__file__).parent / "deck"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small deck of every kind, as the working directory."""
    shutil.copytree(DECK, tmp_path / "cards")
    monkeypatch.chdir(tmp_path)
    for name in ("STUDYBOT_TOKEN", "STUDYBOT_API_URL", "STUDYBOT_DATABASE_URL", "STUDYBOT_CARDS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def broker_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Return the address of a Redis with two workers that are ready."""
    async with running_redis(tmp_path_factory.mktemp("redis")) as redis, running_workers(redis.url, 2):
        async with Fleet(redis.url, grace_seconds=PATIENT_SECONDS) as fleet:
            await until(lambda: fleet.slots >= 2)
        yield redis.url


def only_topic(home: Path, topic: Path) -> Path:
    """Let the deck of a home be one topic and no more; returns its file."""
    shutil.rmtree(home / "cards")
    shutil.copytree(topic, home / "cards" / topic.name)
    return home / "cards" / topic.name / f"{topic.name}.yaml"
