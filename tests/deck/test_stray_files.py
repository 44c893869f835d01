"""What lies in a deck's folder and is no deck file, or cannot be reached, is told by its name."""

import os
import socket
from pathlib import Path

import pytest

from studybot.deck.loader import load_deck
from tests.deck.deck_files import DECK, problems_of, write

STRAYS = {
    "shapes/b.yml": "rename it to b.yaml, or no card in it is ever asked",
    "shapes/b.YAML": "rename it to b.yaml, or no card in it is ever asked",
    "shapes/README.txt": "not a deck file: move it out of the deck",
    "shapes/more/b.yaml": "folders do not nest: the deck is cards/<topic>/*.yaml",
    "b.yaml": "move it into the folder of its topic, such as cards/<topic>/b.yaml",
    "card.py": "not a deck file: move it out of the deck",
}


@pytest.mark.parametrize(("stray", "told"), STRAYS.items(), ids=STRAYS.keys())
def test_what_is_no_deck_file_is_refused(deck_folder: Path, stray: str, told: str) -> None:
    write(deck_folder, a=DECK)
    (deck_folder / stray).parent.mkdir(exist_ok=True)
    (deck_folder / stray).write_text(DECK)

    where = str(Path(stray).parent) if "more" in stray else stray
    assert problems_of(deck_folder) == [f"cards/{where}:1: {told}"]


def test_hidden_files_the_readme_and_the_schema_may_lie_in_a_deck(deck_folder: Path) -> None:
    write(deck_folder, a=DECK)
    for name in ("README.md", "schema.json", ".DS_Store", "shapes/.a.yaml.swp"):
        (deck_folder / name).write_text("?")

    assert len(load_deck(deck_folder).cards) == 1


def test_a_folder_that_is_not_there_is_told(deck_folder: Path) -> None:
    told = "cards/nowhere:1: there is no such file or folder: give the deck's folder, such as cards"

    assert problems_of(deck_folder / "nowhere") == [told]


def test_a_folder_without_cards_is_told(deck_folder: Path) -> None:
    assert problems_of(deck_folder) == ["cards:1: there is no card here: begin with cards/README.md"]


def test_links_that_lead_nowhere_or_round_in_a_circle_are_told(deck_folder: Path) -> None:
    write(deck_folder, a=DECK)
    (deck_folder / "shapes" / "gone.yaml").symlink_to("nowhere.yaml")
    (deck_folder / "shapes" / "round.yaml").symlink_to("round.yaml")
    (deck_folder / "up").symlink_to(deck_folder)

    assert problems_of(deck_folder) == [
        "cards/shapes/gone.yaml:1: a link that leads nowhere: mend it, or remove it",
        "cards/shapes/round.yaml:1: a link that leads nowhere: mend it, or remove it",
        "cards/up/shapes:1: folders do not nest: the deck is cards/<topic>/*.yaml",
        "cards/up/up:1: folders do not nest: the deck is cards/<topic>/*.yaml",
    ]


def test_a_pipe_is_refused_and_not_waited_for(deck_folder: Path) -> None:
    write(deck_folder, a=DECK)
    os.mkfifo(deck_folder / "shapes" / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("cards/shapes/socket.yaml")

        told = problems_of(deck_folder)

    refused = "1: not a regular file: a deck file is a text file"
    assert told == [f"cards/shapes/pipe.yaml:{refused}", f"cards/shapes/socket.yaml:{refused}"]


def test_a_file_that_may_not_be_read_is_told(deck_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(deck_folder, a=DECK)
    open_path = Path.open

    def refuse(path: Path, mode: str = "r") -> object:
        if path.suffix == ".yaml":
            raise PermissionError(13, "Permission denied")
        return open_path(path, mode)

    monkeypatch.setattr(Path, "open", refuse)

    assert problems_of(deck_folder) == ["cards/shapes/a.yaml:1: cannot be read: permission denied"]


def test_paths_outside_the_working_directory_are_shown_whole(
    deck_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(deck_folder, a="")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    assert problems_of(Path("../cards"))[0].startswith(f"{tmp_path}/cards/shapes/a.yaml:1: ")
