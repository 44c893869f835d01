"""The moderators' guide says what the bot does: its buttons, its numbers, its headings."""

import re
from pathlib import Path

import pytest

from studybot.core import points
from studybot.core.card import Language
from studybot.core.challenge import ANYBODY_MAY_AFTER, EVIDENCE_LASTS
from studybot.core.daily import CLOSES
from studybot.core.peer_instruction import ENOUGH, TOO_FEW
from studybot.core.phrase import Phrase
from studybot.flows.modes import MODES
from studybot.flows.session_notes import OPEN_QUESTIONS
from studybot.locale import speech

GUIDE = (Path(__file__).parents[2] / "docs" / "peer-session.md").read_text()
_, KOREAN, ENGLISH = re.split(r"^## ", GUIDE, flags=re.MULTILINE)
GUIDES = {Language.KO: KOREAN, Language.EN: ENGLISH}
BUTTONS = (
    Phrase("Join"),
    Phrase("Rules"),
    Phrase("Pass on"),
    Phrase("More time"),
    Phrase("Name me in the notes"),
)


@pytest.mark.parametrize("language", Language)
def test_the_buttons_and_headings_in_the_guide_are_those_of_the_bot(language: Language) -> None:
    say, guide = speech(language), " ".join(GUIDES[language].split())

    assert [label for label in map(say, BUTTONS) if f"{label}**" not in guide] == []
    assert say(OPEN_QUESTIONS).lower() in guide.lower()
    assert [mode.value for mode in MODES if f"| {mode.value} |" not in guide] == []


def test_the_guide_knows_the_numbers() -> None:
    low, high = int(TOO_FEW * 100), int(ENOUGH * 100)
    assert f"| {low} % 미만 |" in KOREAN
    assert f"| {high} % 초과 |" in KOREAN
    assert f"| under {low} % |" in ENGLISH
    assert f"| over {high} % |" in ENGLISH
    right, came, moved, better = points.RIGHT, points.CAME_ROUND, points.MOVED_OTHERS, points.IMPROVED
    korean, english = " ".join(KOREAN.split()), " ".join(ENGLISH.split())
    assert f"{right} for being right in the first vote, {came} for coming round" in english
    assert f"{moved} for having been right while somebody came round, {better} for being above" in english
    assert f"맞히면 {right}점, 토론이나 힌트 뒤에 바로잡으면 {came}점" in korean
    assert f"설득했으면 {moved}점, 자기 평소 정답률보다 나아졌으면 {better}점" in korean
    seconds, minutes = int(EVIDENCE_LASTS.total_seconds()), int(ANYBODY_MAY_AFTER.total_seconds()) // 60
    assert f"after {seconds} seconds" in english
    assert f"{seconds}초" in korean
    assert (minutes, CLOSES.hour) == (3, 21), "the guide says three minutes, and nine in the evening"
