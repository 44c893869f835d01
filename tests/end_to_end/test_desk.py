"""The author's way with the real sandbox: a card is added and answered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.jail]

CARD = """\
- id: numbers-of-a-repeat
  kind: predict
  question: {ko: "`repeat` 다음의 원소 수는?", en: "How many numbers are there after `repeat`?"}
  snippet: |
    x = torch.zeros(2, 3)
    x.repeat(2, 2).numel()
  expect: 24
  explanation: {ko: "2배씩 두 번이에요.", en: "Twice in both directions."}
  source: {log: "2022-01-24-week02-day006", date: 2022-01-24}
"""


def studybot_cards(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "studybot", "--language", "en", "cards", *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_card_from_a_pipe_is_proved_added_and_answered(home: Path) -> None:
    added = studybot_cards("add", "-", "--topic", "shapes", given=CARD)
    assert added.returncode == 0, added.stderr
    answered = studybot_cards("try", "numbers-of-a-repeat", "--answer", "24", "--json")

    assert "numbers-of-a-repeat" in (home / "cards" / "shapes" / "shapes.yaml").read_text()
    record = json.loads(answered.stdout)
    assert (record["right"], record["torch"]) == (True, "24")
