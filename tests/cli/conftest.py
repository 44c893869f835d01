"""A small deck in the working directory, and a sandbox that says what torch would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from studybot.cli import cards
from studybot.core.run import RunResult, Snippet
from studybot.ports import Runner
from tests.deck.deck_files import CARD, CHOICE, CLAIM, HEADER, write
from tests.deck.fakes_deck import gave
from tests.fakes_runner import FakeRunner

COMMENTED = (
    HEADER.replace("cards:\n", "# the easy ones first\ncards:\n") + "  # from the first week\n" + CARD + "\n" + CHOICE
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The deck's folder, with comments in its files; it is `cards` in the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("STUDYBOT_CARDS", "STUDYBOT_DATABASE_URL", "STUDYBOT_LANGUAGE", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "cards").mkdir()
    return write(tmp_path / "cards", a=COMMENTED, b=HEADER + CLAIM)


def torch_says(snippet: Snippet) -> RunResult:
    if "bool(" in snippet.code:
        return gave("(2, 3)" in snippet.code.partition("bool(")[2])
    return gave(True if "isinstance" in snippet.code else [2, 3])


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> FakeRunner:
    """The sandbox of the command line."""
    fake = FakeRunner(torch_says)

    @asynccontextmanager
    async def opened(python: Path | None = None) -> AsyncIterator[Runner]:
        yield fake

    monkeypatch.setattr(cards, "open_runner", opened)
    return fake
