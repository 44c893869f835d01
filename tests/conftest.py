from collections.abc import AsyncIterator

import pytest_asyncio

from studybot.sandbox import Pool
from tests.postgresql import migrated_database, own_postgresql_url, postgresql, postgresql_url

__all__ = ["migrated_database", "own_postgresql_url", "pool", "postgresql", "postgresql_url"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pool() -> AsyncIterator[Pool]:
    """One real sandbox for the whole session: starting one takes seconds.

    What uses it must run in the same event loop: `pytestmark = [pytest.mark.jail, SESSION]`.
    """
    async with Pool(slots=2) as pool:
        await pool.ready()
        yield pool
