"""The same stories on a small deployment and on the large ones, over HTTP, with torch in the jail; bots are killed.

Only time is made up: it stands still until a story moves it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.end_to_end import group_stories, private_stories
from tests.end_to_end.deployment import Deployment, deployed
from tests.end_to_end.player import PATIENT_SECONDS
from tests.postgresql import Server

pytestmark = [pytest.mark.jail, pytest.mark.faults, pytest.mark.in_order, pytest.mark.asyncio(loop_scope="module")]

SMALL = "SQLite and one bot that polls"
MIDDLE = "PostgreSQL and two bots by webhook"
LARGE = "PostgreSQL, two bots by webhook and a fleet of two workers"

Story = Callable[[Deployment], Awaitable[None]]


@pytest.fixture(scope="module")
def parts(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Start what the bots need, and return where it is and how many of them there shall be."""
    if request.param == SMALL:
        return {}
    server: Server = request.getfixturevalue("postgresql")
    database = server.url(server.new_database(request.getfixturevalue("migrated_database")))
    if request.param == MIDDLE:
        return {"database": database, "webhooks": 2, "topics": ["writing"]}
    return {"database": database, "webhooks": 2, "broker": request.getfixturevalue("broker_url")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployment(parts: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """Deploy the bot once for all stories: what starts takes longer than what is played."""
    async with deployed(tmp_path_factory.mktemp("deployment"), **parts) as deployment:
        yield deployment


PRIVATE = (
    private_stories.a_quiz_and_the_next_day,
    private_stories.everybody_is_reminded_once,
    private_stories.code_is_answered_and_the_bot_at_it_is_killed,
    private_stories.a_killed_bot_goes_on_at_the_same_card,
    private_stories.a_press_just_before_the_kill_counts_once,
    private_stories.an_answer_is_taken_back,
)
GROUPS = (
    group_stories.five_people_play_and_a_bot_is_killed_in_mid_vote,
    group_stories.every_mode_is_played_and_a_bot_is_killed_in_a_relay,
)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("story", [*PRIVATE, *GROUPS])
@pytest.mark.parametrize("parts", [SMALL, LARGE], indirect=True, scope="module")
async def test_the_story_is_the_same(deployment: Deployment, story: Story) -> None:
    await deployment.mend()
    before = len(deployment.chat.refusals)

    try:
        await story(deployment)
    finally:
        print(*(log.read_text() for log in deployment.home.glob("*.log")), sep="\n")  # seen where it fails

    assert not refused(deployment, since=before)


@pytest.mark.parametrize("parts", [LARGE], indirect=True, scope="module")
async def test_each_of_the_bots_is_well_and_knows_of_the_other(deployment: Deployment) -> None:
    await deployment.mend()
    gus = deployment.chat.person("Gus")
    for _ in deployment.bots:  # each is brought one, and has heard of Telegram now
        await gus.send("/help")
        await gus.next_message(timeout=PATIENT_SECONDS)

    async with httpx.AsyncClient(timeout=60) as client:
        for url in deployment.health:
            while (told := (await client.get(url)).json())["parts"]["bots"]["detail"] != "bots on this database: 2":
                """The one that came first looks every few seconds how many there are."""
            assert told["healthy"], told
            assert set(told["parts"]) == {"sandbox", "database", "inbox", "deck", "telegram", "bots"}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("parts", [MIDDLE], indirect=True, scope="module")
async def test_where_a_bot_dies_its_jails_die_and_the_others_run_the_code(deployment: Deployment) -> None:
    await private_stories.code_is_answered_and_the_bot_at_it_is_killed(deployment)

    assert not refused(deployment)


def refused(deployment: Deployment, *, since: int = 0) -> list[str]:
    """Return what the bots were refused; that a poll may run out just before a bot ends it is in their nature."""
    refusals = [f"{call.method}: {call.description}" for call in deployment.chat.refusals[since:]]
    return [line for line in refusals if "poll has already been closed" not in line]
