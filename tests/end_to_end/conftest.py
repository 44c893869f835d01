import shutil
from pathlib import Path

import pytest

DECK = Path(__file__).parent / "deck"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small deck of every kind, as the working directory."""
    shutil.copytree(DECK, tmp_path / "cards")
    monkeypatch.chdir(tmp_path)
    for name in ("STUDYBOT_TOKEN", "STUDYBOT_API_URL", "STUDYBOT_DATABASE_URL", "STUDYBOT_CARDS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path
