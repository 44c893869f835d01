"""A deck that is damaged: the bot says where and does not start; what it had stored stays as it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from studybot.store.upgrade import upgrade
from tests.cli.test_bad_settings import SECRET, studybot

pytestmark = pytest.mark.faults

CARD = """format: 1
topic: tensors
title: {ko: 텐서, en: Tensors}
cards:
  - id: sum-of-ones
    kind: predict
    prompt: {ko: 값은?, en: What is it?}
    snippet: torch.ones(3).sum().item()
    expect: 3.0
"""
DAMAGE = {
    "cut off in the middle": (CARD[:-40] + "\n    prompt: [", "ones.yaml:"),
    "a merge that was left": ("<<<<<<< HEAD\n" + CARD, "ones.yaml:2"),
    "bytes of something else": ("\x00\x01\x02", "ones.yaml:1"),
    "emptied": ("", "ones.yaml:1"),
}


@pytest.mark.parametrize(("content", "told"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_deck_is_told_with_its_line_and_touches_no_learner(tmp_path: Path, content: str, told: str) -> None:
    url = f"sqlite:///{tmp_path / 'studybot.db'}"
    upgrade(url)
    (tmp_path / "cards" / "tensors").mkdir(parents=True)
    (tmp_path / "cards" / "tensors" / "ones.yaml").write_text(content)
    before = dump(tmp_path / "studybot.db")

    ended = studybot("run", cwd=tmp_path, STUDYBOT_TOKEN=f"123456789:{SECRET}", STUDYBOT_DATABASE_URL=url)

    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert dump(tmp_path / "studybot.db") == before


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())
