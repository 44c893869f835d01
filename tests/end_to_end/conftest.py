import shutil
from pathlib import Path

import pytest

TOPICS = ("collate-fn", "contiguity", "leaf-variables")
REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three topics of the real deck, as the working directory."""
    for topic in TOPICS:
        shutil.copytree(REPOSITORY / "cards" / topic, tmp_path / "cards" / topic)
    monkeypatch.chdir(tmp_path)
    for name in ("STUDYBOT_TOKEN", "STUDYBOT_API_URL", "STUDYBOT_DATABASE_URL", "STUDYBOT_CARDS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path
