"""Runs made by two workers over a real Redis: the promises of a runner, the attacks, and what is lost on the way."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from studybot.core.run import Limits, RunStatus, Snippet
from studybot.errors import SandboxBusy, SandboxUnavailable
from studybot.sandbox.fleet import Fleet, broker, client, roster
from studybot.sandbox.fleet.celery_app import open_celery
from studybot.sandbox.fleet.job import Job, JobId
from studybot.sandbox.fleet.worker import is_at_work
from studybot.sandbox.line import MOST_PER_ASKER
from tests.sandbox import test_attacks
from tests.sandbox.fleet_parts import (
    PATIENT_SECONDS,
    Redis,
    WorkerProcess,
    running_redis,
    running_workers,
    until,
)
from tests.sandbox.marks import IN_THE_JAIL
from tests.sandbox.runner_contract import RunnerContract

pytestmark = [*IN_THE_JAIL, pytest.mark.faults]

PATIENT_MS = int(PATIENT_SECONDS * 1000)
URGENT = broker.queue_of("cpu", urgent=True)
SUM = Snippet("torch.ones(3).sum().item()")
SLOW = Snippet("import time\ntime.sleep(1.5)\n'done'")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def redis(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Redis]:
    async with running_redis(tmp_path_factory.mktemp("redis")) as redis:
        yield redis


@pytest.fixture(scope="module")
def log(redis: Redis) -> Path:
    return redis.folder / "workers.log"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hired(redis: Redis, log: Path) -> AsyncIterator[list[WorkerProcess]]:
    async with running_workers(redis.url, 2, log) as workers:
        yield workers


@pytest_asyncio.fixture(loop_scope="session")
async def workers(hired: list[WorkerProcess], redis: Redis, log: Path) -> list[WorkerProcess]:
    """Two workers; one that an earlier test has ended is replaced."""
    for number, worker in enumerate(hired):
        if worker.process.returncode is not None:
            hired[number] = await WorkerProcess.start(redis.url, log)
    return hired


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def joined(redis: Redis) -> AsyncIterator[Fleet]:
    async with Fleet(redis.url, grace_seconds=PATIENT_SECONDS) as fleet:
        yield fleet


@pytest_asyncio.fixture(loop_scope="session")
async def fleet(joined: Fleet, workers: list[WorkerProcess]) -> Fleet:
    await joined.ready()
    await until(lambda: joined.slots >= len(workers))
    return joined


class TestFleet(RunnerContract):
    @pytest.fixture
    def runner(self, fleet: Fleet) -> Fleet:
        return fleet


HOSTILE = [
    "a busy loop hits the time limit",
    "a huge tensor hits the memory limit",
    "printing for ever hits the output limit",
    "a null pointer is a crash",
    "leaving early with status 0 is a crash",
]


@pytest.mark.parametrize("attack", HOSTILE)
async def test_an_attack_ends_as_it_does_at_home(fleet: Fleet, attack: str) -> None:
    code, status = test_attacks.ENDS[attack]

    result = await fleet.run(Snippet(code, limits=test_attacks.SHORT))

    assert result.status is status


async def test_a_snippet_on_a_worker_sees_no_broker_and_no_environment(fleet: Fleet, redis: Redis) -> None:
    code = (
        "import os, socket\n"
        "def reached():\n"
        "    try:\n"
        f"        socket.socket(socket.AF_UNIX).connect({redis.url.removeprefix('unix://')!r})\n"
        "        return True\n"
        "    except OSError:\n"
        "        return False\n"
        "[reached(), [name for name in os.environ if 'STUDYBOT' in name]]"
    )

    result = await fleet.run(Snippet(code))

    assert result.value == [False, []]


async def test_what_travels_is_plain_json_and_a_worker_does_not_log_it(fleet: Fleet, redis: Redis, log: Path) -> None:
    await fleet.run(Snippet("secret = 'nightingale'"))

    assert "nightingale" not in told(log)
    assert "SecurityWarning" not in told(log)
    assert "ended in ok" in told(log)


async def test_an_urgent_run_goes_before_those_that_may_wait(fleet: Fleet) -> None:
    ended: list[str] = []

    async def noted(name: str, *, urgent: bool) -> None:
        await fleet.run(Snippet("import time\ntime.sleep(0.2)"), asked_by=name, urgent=urgent)
        ended.append(name)

    patient = [asyncio.create_task(noted("verifier", urgent=False)) for _ in range(12)]
    await asyncio.sleep(0)
    await noted("ann", urgent=True)
    await asyncio.gather(*patient)

    assert ended.index("ann") < 8


async def test_too_many_runs_of_one_learner_are_turned_away_with_their_place(fleet: Fleet) -> None:
    many = MOST_PER_ASKER + 2 * client.RUNS_PER_SLOT * fleet.slots
    runs = [asyncio.create_task(fleet.run(SUM, asked_by="ann")) for _ in range(many)]

    results = await asyncio.gather(*runs, return_exceptions=True)

    busy = [one for one in results if isinstance(one, SandboxBusy)]
    assert busy
    assert busy[0].place > 1
    assert all(isinstance(one, SandboxBusy) or one.value == 3.0 for one in results)  # type: ignore[union-attr]


async def test_a_job_that_nobody_waits_for_any_more_is_not_run(fleet: Fleet, redis: Redis, log: Path) -> None:
    late = Job(JobId("past-its-deadline"), SUM, urgent=True, reply_to="studybot:replies:nobody")

    # Without a ticket: it has run out.
    await fleet._redis.lpush(URGENT, broker.message(late, URGENT))
    await fleet.run(SUM)

    await until(lambda: "job past-its-deadline is no longer wanted" in log.read_text())
    assert "job past-its-deadline ended" not in told(log)


async def test_a_job_that_comes_twice_is_run_once(fleet: Fleet, redis: Redis, log: Path) -> None:
    job = Job(JobId("delivered-twice"), SUM, urgent=True, reply_to="studybot:replies:twice")
    client = broker.open_redis(redis.url)
    await client.set(broker.ticket_of(job.id), "", px=PATIENT_MS)

    for _ in range(2):
        await client.lpush(URGENT, broker.message(job, URGENT))
        heard = await client.blpop([job.reply_to], timeout=30)
        assert heard is not None
        assert json.loads(str(heard[1]).partition(" ")[2])["value"] == 3.0

    assert told(log).count("job delivered-twice ended") == 1
    await client.aclose()


async def test_a_message_that_is_no_job_is_thrown_away(fleet: Fleet, redis: Redis, log: Path) -> None:
    celery = open_celery(redis.url)

    await asyncio.to_thread(celery.send_task, broker.RUN, args=[{"code": "1"}], queue=URGENT, ignore_result=True)

    assert (await fleet.run(SUM)).value == 3.0
    await until(lambda: "a message is thrown away" in log.read_text())


async def test_a_job_stands_in_its_queue_as_celery_itself_would_have_put_it(tmp_path: Path) -> None:
    job = Job(JobId("seven"), Snippet("'é'", seed=3), urgent=True, reply_to="studybot:replies:us")
    async with running_redis(tmp_path) as redis, broker.open_redis(redis.url) as client:
        await broker.Post(client).send(job, wanted_seconds=60)
        ours = json.loads(str(await client.lpop(URGENT)))
        assert 0 < await client.pttl(broker.ticket_of(job.id)) <= 60_000
        celery = open_celery(redis.url)
        shown = {"argsrepr": broker.PRIVATE, "kwargsrepr": broker.PRIVATE, "ignore_result": True}
        await asyncio.to_thread(
            celery.send_task, broker.RUN, args=[job.to_record()], task_id=job.id, queue=URGENT, **shown
        )
        theirs = json.loads(str(await client.lpop(URGENT)))

    ours_told, theirs_told = ours.pop("body"), theirs.pop("body")
    assert json.loads(ours_told)[:2] == json.loads(base64.b64decode(theirs_told))[:2] == [[job.to_record()], {}]
    # What Celery writes beyond that is what its protocol calls optional, or its own way to the same.
    assert theirs["headers"].items() >= ours["headers"].items()
    del ours["properties"]["delivery_tag"]
    assert theirs["properties"].items() >= ours["properties"].items()
    assert theirs["properties"].keys() - ours["properties"].keys() == {
        "argsrepr", "body_encoding", "delivery_tag", "kwargsrepr", "reply_to",
    }  # fmt: skip
    assert {**theirs, "headers": {}, "properties": {}} == {**ours, "headers": {}, "properties": {}}


async def test_a_redis_that_is_killed_in_mid_run_costs_no_run(fleet: Fleet, redis: Redis) -> None:
    runs = [asyncio.create_task(fleet.run(SLOW, asked_by=f"learner {n}")) for n in range(4)]
    await taken_by(fleet, 1)

    await redis.kill()  # and with it every queue, ticket and reply
    await redis.start()

    async with asyncio.timeout(PATIENT_SECONDS):
        results = await asyncio.gather(*runs)
    assert [result.value for result in results] == ["done"] * 4


async def test_a_run_that_is_asked_for_while_the_broker_is_away_is_made_when_it_is_back(
    fleet: Fleet, redis: Redis
) -> None:
    await redis.kill()
    run = asyncio.create_task(fleet.run(SUM))
    await until(lambda: bool(fleet._posted))
    await asyncio.sleep(0.1)  # the first sending has failed
    await redis.start()

    async with asyncio.timeout(PATIENT_SECONDS / 2):  # and not only when its own time is over
        assert (await run).value == 3.0


async def test_without_a_broker_nothing_runs_anywhere(tmp_path: Path) -> None:
    async with Fleet(f"unix://{tmp_path / 'nobody'}", grace_seconds=0.0) as fleet:
        with pytest.raises(SandboxUnavailable, match="The broker does not answer"):
            await fleet.run(SUM)

        assert fleet.health.state == "down"


async def test_without_a_worker_nothing_runs_anywhere(tmp_path: Path) -> None:
    async with running_redis(tmp_path) as redis, Fleet(redis.url, grace_seconds=0.0) as fleet:
        with pytest.raises(SandboxUnavailable, match="No worker of the fleet is there"):
            await fleet.run(SUM)


async def test_a_job_whose_workers_vanish_one_after_the_other_is_given_up_and_grades_nobody(tmp_path: Path) -> None:
    async with running_redis(tmp_path) as redis, Fleet(redis.url, grace_seconds=PATIENT_SECONDS) as fleet:
        client = broker.open_redis(redis.url)
        await roster.tell(client, roster.Worker("takes-none", "cpu", 1, "2.13.0+cpu"))
        run = asyncio.create_task(fleet.run(SUM))
        async with asyncio.timeout(PATIENT_SECONDS):
            while not run.done():
                for job_id in fleet._posted:
                    await client.set(broker.ticket_of(job_id), "a-worker-that-is-gone", px=PATIENT_MS)
                await asyncio.sleep(0.05)

        with pytest.raises(SandboxUnavailable, match="given to 3 workers"):
            await run
        await client.aclose()


async def test_the_check_of_a_worker_at_work_passes(fleet: Fleet, redis: Redis) -> None:
    assert await is_at_work(redis.url)


async def test_a_device_that_no_worker_has_is_refused(fleet: Fleet) -> None:
    with pytest.raises(SandboxUnavailable, match="cuda"):
        await fleet.run(Snippet("1", device="cuda"))

    assert await fleet.devices() == ("cpu",)


async def test_code_beyond_its_size_is_refused_before_it_is_sent(fleet: Fleet) -> None:
    result = await fleet.run(Snippet("#" * 70_000))

    assert (result.status, result.torch_version) == (RunStatus.REFUSED, fleet.torch_version)


async def test_a_run_that_is_given_up_is_withdrawn(fleet: Fleet) -> None:
    run = asyncio.create_task(fleet.run(Snippet("while True: pass", limits=Limits(wall_seconds=0.5))))
    await taken_by(fleet, 1)
    (job_id,) = fleet._posted

    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run

    async with asyncio.timeout(PATIENT_SECONDS):
        while await fleet._redis.exists(broker.ticket_of(job_id)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_run_whose_worker_is_killed_comes_back_from_the_other(
    fleet: Fleet, redis: Redis, workers: list[WorkerProcess], log: Path
) -> None:
    runs = [asyncio.create_task(fleet.run(SLOW, asked_by=f"learner {n}")) for n in range(2)]
    names = await taken_by(fleet, 2)
    async with asyncio.timeout(PATIENT_SECONDS):
        await workers[0].kill()

        results = await asyncio.gather(*runs)

    assert len(set(names)) == 2  # each worker had one of the runs
    assert [result.value for result in results] == ["done", "done"]


async def test_a_worker_that_is_told_to_stop_finishes_its_run_first(fleet: Fleet, workers: list[WorkerProcess]) -> None:
    runs = [asyncio.create_task(fleet.run(SLOW, asked_by=f"learner {n}")) for n in range(fleet.slots)]
    await taken_by(fleet, len(runs))

    status = await workers[1].stop()

    results = await asyncio.gather(*runs)
    assert status == 0
    assert [result.value for result in results] == ["done"] * len(results)


async def taken_by(fleet: Fleet, count: int) -> list[str]:
    """Wait until so many of the fleet's open jobs are in the hands of workers, and return their names."""
    async with asyncio.timeout(PATIENT_SECONDS):
        while True:
            texts = [str(await fleet._redis.get(broker.ticket_of(job_id))) for job_id in fleet._posted]
            names = [text for text in texts if text in {worker.name for worker in fleet.workers}]
            if len(names) >= count:
                return names
            await asyncio.sleep(0.02)


def told(log: Path) -> str:
    return log.read_text()
