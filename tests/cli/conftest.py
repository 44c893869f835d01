"""The terminal's language is English; a small deck is in the working directory, and a sandbox says what torch would."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer import rich_utils

from studybot.cli import cards, language
from studybot.core.card import Language
from studybot.core.run import RunResult, Snippet
from studybot.ports import Runner
from tests.cli.typing_commands import Terminal
from tests.deck.deck_files import CARD, CHOICE, CLAIM, HEADER, write
from tests.deck.fakes_deck import gave
from tests.fakes_runner import FakeRunner

COMMENTED = (
    HEADER.replace("cards:\n", "# the easy ones first\ncards:\n") + "  # from the first week\n" + CARD + "\n" + CHOICE
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak English, whatever the developer's own terminal speaks."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "STUDYBOT_LANGUAGE"):
        monkeypatch.setenv(name, "")  # so that what a command sets itself is taken back, too
        monkeypatch.delenv(name)
    for title in ("ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE"):
        monkeypatch.setattr(rich_utils, title, getattr(rich_utils, title))
    yield
    language.speak(Language.EN)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def bare(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder, without any settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("STUDYBOT_")]:
        monkeypatch.delenv(name)
    return terminal


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
    async def opened(python: Path | None = None, *, slots: int | None = None) -> AsyncIterator[Runner]:
        yield fake

    monkeypatch.setattr(cards, "open_runner", opened)
    return fake
