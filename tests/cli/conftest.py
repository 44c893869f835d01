from collections.abc import Iterator

import pytest
from typer import rich_utils

from studybot.cli import language
from studybot.core.card import Language
from tests.cli.typing_commands import Terminal


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
