import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from studybot.cli import cards
from studybot.core.learner import LearnerId
from studybot.store.store import SqlStore
from studybot.store.upgrade import upgrade
from tests.store.given import ASKED, NOW, a_learner, a_quiz, the_next


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'studybot.db'}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYBOT_DATABASE_URL", url)
    upgrade(url)
    return url


async def a_report(url: str) -> LearnerId:
    store = SqlStore(url)
    learner = await a_learner(store)
    showing = await the_next(store, await a_quiz(store, learner))
    await store.save_asked(showing.id, ASKED)
    await store.save_attempt(showing.id, "35", right=False, update_id=1, at=NOW)
    report = await store.save_report(learner.id, showing.id, update_id=50, at=NOW)
    assert report is not None
    await store.note_report(report.id, learner.id, "the key is wrong")
    await store.close()
    return learner.id


def test_reports_are_listed_with_all_that_is_needed(url: str) -> None:
    asyncio.run(a_report(url))

    listed = CliRunner().invoke(cards.app, ["reports"])

    assert listed.exit_code == 0
    assert listed.stdout.splitlines()[:2] == ["#1 2026-03-10 00:30 views revision r1 seed 7", "  answer: 35"]
    assert "  note: the key is wrong" in listed.stdout


def test_reports_are_listed_for_scripts(url: str) -> None:
    learner_id = asyncio.run(a_report(url))

    listed = CliRunner().invoke(cards.app, ["reports", "--json"])

    record = json.loads(listed.stdout)
    told = {name: record[name] for name in ("card", "revision", "seed", "answer", "note", "told", "learner")}
    assert told == {
        "card": "views", "revision": "r1", "seed": 7, "answer": "35", "note": "the key is wrong", "told": False,
        "learner": learner_id,
    }  # fmt: skip
    assert record["run"]["status"] == "raised"
