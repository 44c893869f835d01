"""studybot challenges: figures, and nothing that tells who."""

import asyncio
import json
import re
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from studybot.core.ballot import Follow, MemberId
from studybot.core.challenge import Member, Take, Vote
from studybot.store.store import SqlStore
from studybot.store.upgrade import upgrade
from tests.cli.typing_commands import Terminal
from tests.store.given import NOW
from tests.store.given_challenges import ANN, BOB, a_lobby, a_round


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqlStore:
    url = f"sqlite:///{tmp_path / 'studybot.db'}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYBOT_DATABASE_URL", url)
    upgrade(url)
    return SqlStore(url)


def run(store: SqlStore, work: Coroutine[Any, Any, None]) -> None:
    async def whole() -> None:
        await work
        await store.close()

    asyncio.run(whole())


async def a_discussed_round(store: SqlStore) -> None:
    one = await a_round(store, await a_lobby(store))
    eve = Member(MemberId(13), "Eve")
    for member, right in ((ANN, True), (BOB, False), (eve, False)):
        await store.save_vote(one.id, Vote(member.person, 0, "secret", right, NOW, int(member.person)), member)
    await store.close_ballot(one.id, 0, Follow.DISCUSS, at=NOW)
    await store.save_vote(one.id, Vote(BOB.person, 1, "secret", True, NOW, 99), BOB)
    await store.save_take(one.id, Take(ANN.person, "secret", NOW), ANN, update_id=5)
    await store.count_operations(one.id, 3)


def test_challenges_are_listed_and_shown_without_names_and_answers(store: SqlStore, terminal: Terminal) -> None:
    run(store, a_discussed_round(store))

    listed, shown = terminal.type("challenges", "list"), terminal.type("challenges", "show", "1")

    assert listed.code == shown.code == 0
    assert listed.out.splitlines()[1].split() == ["1", "1", "live", "playing", "2026-03-10", "00:30", "3", "1"]
    assert re.search(r"^gain +0\.50$", shown.out, flags=re.MULTILINE)
    assert shown.out.splitlines()[-1].split() == ["views", "1/3", "→", "2/3", "1", "3"]
    assert not any(word in listed.out + shown.out for word in ("Ann", "Bob", "Eve", "secret", "-100500"))


def test_json_says_the_same_for_scripts(store: SqlStore, terminal: Terminal) -> None:
    run(store, a_discussed_round(store))

    (listed,) = json.loads(terminal.type("challenges", "list", "--json").out)
    shown = json.loads(terminal.type("challenges", "show", "1", "--json").out)

    assert shown["challenge"] == listed
    assert shown["gain"] == 0.5
    assert shown["rounds"][0]["ballots"] == [
        {"after": None, "right": 1, "votes": 3},
        {"after": "discuss", "right": 2, "votes": 3},
    ]


def test_where_nothing_was_played_there_is_nothing_to_show(store: SqlStore, terminal: Terminal) -> None:
    run(store, asyncio.sleep(0))

    assert json.loads(terminal.type("challenges", "list", "--json").out) == []
    said = terminal.type("challenges", "show", "4")
    assert (said.code, said.err) == (
        1,
        "studybot: there is no challenge 4; `studybot challenges list` shows what there is\n",
    )


def test_the_page_has_a_point_for_each_round_that_was_voted_on_again(store: SqlStore, terminal: Terminal) -> None:
    run(store, a_discussed_round(store))

    said = terminal.type("--language", "ko", "challenges", "stats", "--html", "page.html")
    page = Path("page.html").read_text(encoding="utf-8")

    assert said.code == 0
    assert page.count('class="dot"') == 1
    assert ">0.50</td>" in page
    assert "평균 향상도</dt><dd>0.50</dd>" in page
    assert not any(word in page for word in ("Ann", "Bob", ">Eve", "secret", "-100500"))
