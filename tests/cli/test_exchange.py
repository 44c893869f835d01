import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from studybot.cli import cards
from studybot.deck.loader import load_deck
from studybot.ports import Runner
from tests.cli.test_cards import torch_says
from tests.cli.typing_commands import Terminal
from tests.deck.deck_files import CARD, CHOICE, CLAIM, HEADER, write
from tests.fakes_runner import FakeRunner

WRONG = CARD.replace("id: shape-of-zeros", "id: wrong-key").replace("expect: [2, 3]", "expect: [3, 2]")


@pytest.fixture(autouse=True)
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STUDYBOT_CARDS", raising=False)
    (tmp_path / "cards").mkdir()

    @asynccontextmanager
    async def opened(python: Path | None = None, *, slots: int | None = None) -> AsyncIterator[Runner]:
        yield FakeRunner(torch_says)

    monkeypatch.setattr(cards, "open_runner", opened)
    return write(tmp_path / "cards", a=HEADER + CARD + CHOICE, b=HEADER + CLAIM)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_collection_goes_out_and_comes_in_whole(form: str, terminal: Terminal, deck: Path) -> None:
    out = terminal.type("cards", "export", f"deck.{form}")
    known = terminal.type("cards", "import", f"deck.{form}")
    deck.rename("old")
    (Path("cards")).mkdir()
    came = terminal.type("cards", "import", f"deck.{form}", "--to", "cards", "--json")

    assert out.out == f"deck.{form}: 3 cards\n"
    assert known.out == f"deck.{form}: 0 cards; 3 are in the deck already, 0 differ from the deck's\n"
    assert json.loads(came.out)[0]["written"] == ["cards/shapes/a.yaml", "cards/shapes/b.yaml"]
    new, old = (load_deck(Path(name)).cards for name in ("cards", "old"))
    assert [one.card.body() for one in new] == [one.card.body() for one in old]


def test_a_card_that_is_not_right_never_reaches_anki(terminal: Terminal, deck: Path) -> None:
    write(deck, c=HEADER + WRONG)

    said = terminal.type("cards", "export", "deck.apkg", "--language", "en")

    assert (said.code, said.out) == (1, "deck.apkg: 3 cards\n")
    assert said.err == "left out, for they are not proved: wrong-key\n"
    assert "collection.anki2" in ZipFile("deck.apkg").namelist()


def test_a_page_is_made_of_chosen_cards(terminal: Terminal) -> None:
    said = terminal.type("cards", "export", "page.md", "which-shape", "--language", "en")

    page = Path("page.md").read_text(encoding="utf-8")
    assert said.code == 0
    assert page.startswith("# Shapes\n\n## which-shape\n\nWhich shape?\n")
    assert "**(2, 3)**" in page


def test_a_file_that_is_there_is_kept(terminal: Terminal) -> None:
    Path("deck.csv").write_text("mine")

    refused = terminal.type("cards", "export", "deck.csv")
    written = terminal.type("cards", "export", "deck.csv", "--overwrite")

    assert (refused.code, written.code) == (1, 0)
    assert refused.err == "studybot: deck.csv: exists already; choose another name, or say --overwrite\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("export deck.txt", "studybot: Invalid value: deck.txt: the name must end in .apkg, .csv, .json, .md"),
        ("export nowhere/deck.csv", "studybot: nowhere/deck.csv: cannot be written: no such file or directory"),
        ("export deck.csv which-shap", 'studybot: no card "which-shap": did you mean "which-shape"?'),
        ("import nothing.csv", "studybot: nothing.csv: no such file or directory"),
        ("import cards", "studybot: cards: a folder: name a file in it"),
    ],
)
def test_a_mistake_is_told_in_a_line(typed: str, told: str, terminal: Terminal) -> None:
    said = terminal.type("cards", *typed.split())

    assert said.code != 0
    assert said.err.splitlines()[0] == told
    assert not list(Path().glob(".deck*"))


def test_a_full_disk_leaves_no_half_file(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    said = terminal.type("cards", "export", "deck.json")

    assert said.err == "studybot: deck.json: cannot be written: no space left on device\n"
    assert [path.name for path in Path().iterdir()] == ["cards"]


def test_notes_from_elsewhere_become_drafts_once(terminal: Terminal) -> None:
    Path("notes.tsv").write_text("front\tback\ttags\nWhat is a view?\tno copy\tshapes\n텐서란?\t배열\t\nonly\t\t\n")

    first = terminal.type("cards", "import", "notes.tsv")
    second = terminal.type("cards", "import", "notes.tsv")
    told = terminal.type("cards", "check", "drafts")

    assert first.out.splitlines() == [
        "drafts/shapes/notes.yaml: 1 draft",
        "drafts/inbox/notes.yaml: 1 draft",
        "notes.tsv:4: no draft: question or answer is empty",
        "notes.tsv: 2 drafts; 0 known already, 1 left out",
    ]
    assert second.out.splitlines()[-1] == "notes.tsv: 0 drafts; 2 known already, 1 left out"
    assert "drafts/shapes/notes.yaml" in told.err
    assert "still says TODO" in told.err


def test_our_own_cards_back_from_anki_are_known(terminal: Terminal) -> None:
    lines = ["#separator:tab", "#html:true", "#guid column:1", "#tags column:4"]
    Path("notes.txt").write_text("\n".join([*lines, "which-shape\tWhich shape?\t(2, 3)\tshapes", "other\tWhy?\tSo.\t"]))

    said = terminal.type("cards", "import", "notes.txt")

    assert said.out.splitlines()[-1] == "notes.txt: 1 draft; 1 known already, 0 left out"


def test_proofs_are_made_once(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.type("cards", "export", "deck.md")

    def unavailable(*_: object) -> None:
        raise AssertionError("nothing is left to prove")

    monkeypatch.setattr(cards, "open_runner", unavailable)

    assert terminal.type("cards", "export", "again.md").code == 0
