"""Figures of cards, learners and challenges, in all their forms, on lives that never were."""

import csv
import json
import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from benchmarks._lives import Item, live
from studybot.cli.challenge_sheet import challenge_sheet
from studybot.core.challenge import ChallengeId, GroupId
from studybot.store.challenge_figures import BallotFigures, ChallengeFigures, PlayedFigures, RoundFigures
from tests.cli.typing_commands import Terminal
from tests.deck.deck_files import CARD, CHOICE, HEADER, write

WRONG_KEY = CARD.replace("shape-of-zeros", "wrong-key")
OTHERS = [f"other-{n}" for n in range(12)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty learners who answered every card; the better they are, the more they miss one of them."""
    file = tmp_path_factory.mktemp("lives") / "studybot.db"
    cards = [
        Item("wrong-key", 0.0, -2.0),
        Item("which-shape", 0.2, 1.5, options=2),
        Item("shape-of-zeros", -5.0),
        *(Item(name, 0.0, 1.5) for name in OTHERS),
    ]
    live(file, learners=40, reviews=40 * 60, cards=cards)
    return file


@pytest.fixture(autouse=True)
def _deck(tmp_path: Path, lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYBOT_DATABASE_URL", f"sqlite:///{lived}")
    (tmp_path / "cards").mkdir()
    write(tmp_path / "cards", a=HEADER + CARD + CHOICE + WRONG_KEY)


def test_a_wrong_key_is_found_by_its_figures(terminal: Terminal) -> None:
    found = json.loads(terminal.type("cards", "stats", "--json").out)

    rows = {row["id"]: row for row in found["rows"]}
    assert rows["wrong-key"]["answers"] > 30
    assert rows["wrong-key"]["discrimination"] < 0
    assert rows["wrong-key"]["flags"] == ["CHECK THE KEY"]
    assert rows["which-shape"]["discrimination"] > 0.2
    assert rows["shape-of-zeros"]["flags"][0] == "too easy"
    assert not rows["wrong-key"]["preliminary"]
    assert rows["which-shape"]["distractors"] == {"(3, 2)": sum(rows["which-shape"]["distractors"].values())}
    assert 5 < rows["wrong-key"]["median_seconds"] < 60


def test_the_table_is_for_eyes_and_can_be_narrowed(terminal: Terminal) -> None:
    said = terminal.type("cards", "stats", "--flagged", "--sort", "discrimination")

    first = said.out.splitlines()[7]
    assert said.code == 0
    assert first.startswith("wrong-key  ")
    assert "CHECK THE KEY" in first


def test_an_unknown_column_is_told(terminal: Terminal) -> None:
    said = terminal.type("cards", "stats", "--sort", "dificulty")

    assert said.code == 2
    assert "no column dificulty: known are answers, difficulty" in said.err


def test_the_csv_holds_every_column(terminal: Terminal) -> None:
    said = terminal.type("cards", "stats", "--csv", "-")

    rows = list(csv.DictReader(StringIO(said.out)))
    assert [row["id"] for row in rows] == ["shape-of-zeros", "which-shape", "wrong-key"]
    assert rows[2]["flags"] == "CHECK THE KEY"
    assert float(rows[2]["discrimination"]) < 0


@pytest.mark.parametrize("typed", ["cards stats", "learners stats", "challenges stats"])
def test_the_page_is_one_file_that_loads_nothing(typed: str, terminal: Terminal) -> None:
    said = terminal.type("--language", "ko", *typed.split(), "--html", "page.html")

    page = Path("page.html").read_text(encoding="utf-8")
    assert (said.code, said.out) == (0, "page.html: 저장했어요\n")
    assert '<html lang="ko">' in page
    assert not re.search(r"""(src|href)=|url\(|@import|https?://(?!www\.w3\.org)""", page)
    assert ("<svg" in page) == (typed != "challenges stats")


def test_names_in_the_page_are_only_text(terminal: Terminal) -> None:
    text = Path("cards/shapes/a.yaml").read_text(encoding="utf-8")
    Path("cards/shapes/a.yaml").write_text(text.replace('en: "(3, 2)"', 'en: "<b>x</b>"'), encoding="utf-8")

    terminal.type("--language", "en", "cards", "stats", "--html", "page.html")

    page = Path("page.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


def test_learners_are_counted_together_and_never_shown_alone(terminal: Terminal) -> None:
    found = json.loads(terminal.type("learners", "stats", "--json", "--weeks", "3").out)

    assert found["learners"] == 40
    assert 0 < found["remembered"] < 1
    assert len(found["rows"]) <= 3
    assert {"week", "learners", "reviews", "remembered"} <= set(found["rows"][0])
    assert "chat" not in json.dumps(found)


def test_without_challenges_there_is_nothing_to_plot(terminal: Terminal) -> None:
    assert json.loads(terminal.type("challenges", "stats", "--json").out)["rounds"] == 0


def test_challenges_tell_what_talking_brought() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    of = ChallengeFigures(ChallengeId(1), GroupId(-5), "peer", "over", at, members=5, rounds=2)
    talked = (BallotFigures(None, 2, 5), BallotFigures("discussion", 4, 5))
    rounds = (_round("views", talked), _round("leaf", (BallotFigures(None, 5, 5),)), _round("none", ()))

    sheet = challenge_sheet([PlayedFigures(of, rounds, 2 / 3)])

    figures = {key: value for key, (_, value) in sheet.figures.items()}
    assert figures | {"gain": 0} == {
        "challenges": 1, "groups": 1, "members": 5, "rounds": 2, "votes": 15, "discussed": 1, "gain": 0,
    }  # fmt: skip
    leaf, views = sheet.rows
    assert (leaf["first"], leaf["last"], leaf["gain"]) == (1.0, None, None)
    assert (views["first"], views["last"]) == (0.4, 0.8)
    assert views["gain"] == pytest.approx(2 / 3)
    assert len(sheet.plots) == 1


def _round(card_id: str, ballots: tuple[BallotFigures, ...]) -> RoundFigures:
    return RoundFigures(card_id, "r1", 1, "over", ballots, takes=0, operations=3)
