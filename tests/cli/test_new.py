"""studybot cards new: a card by options, by questions, and in an editor; nothing that was typed is lost."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from studybot.cli import cards
from studybot.deck.loader import load_deck
from studybot.errors import DeckError, StudybotError
from studybot.kinds import KINDS
from tests.cli.conftest import COMMENTED

GIVEN = {
    "question.ko": "뷰의 shape은?",
    "question.en": "Which shape: of the view?",
    "snippet": "torch.arange(6).view(2, 3).shape",
    "expect": "[2, 3]",
    "explanation.ko": "그대로예요.",
    "explanation.en": "As asked for.",
    "source.log": "2022-01-24-week02-day006",
}
WRITTEN = """
  - id: shapes-view
    kind: predict
    question: {ko: "뷰의 shape은?", en: "Which shape: of the view?"}
    snippet: |
      torch.arange(6).view(2, 3).shape
    expect: [2, 3]
    explanation: {ko: "그대로예요.", en: "As asked for."}
    source: {log: "2022-01-24-week02-day006", date: 2022-01-25}
"""


def new(*words: str, **fields: str) -> Result:
    given = [f"--set={name}={value}" for name, value in ({"source.date": "2022-01-25"} | fields).items()]
    return CliRunner().invoke(cards.app, ["new", "--kind", "predict", *words, *given])


def test_a_card_is_written_in_house_form_at_the_end_of_the_file(desk: Path) -> None:
    result = new("--topic", "shapes", "--id", "shapes-view", "--into", "cards/shapes/a.yaml", **GIVEN)

    assert result.exit_code == 0, result.exception
    assert result.stdout == 'cards/shapes/a.yaml:29: card "shapes-view": is written\n'
    assert (desk / "shapes" / "a.yaml").read_text() == COMMENTED + WRITTEN
    assert not Path("drafts").exists()


def test_code_comes_from_a_file(desk: Path) -> None:
    Path("view.py").write_text("x = torch.arange(6)\nx.view(2, 3).shape\n")

    new("--topic", "shapes", "--id", "shapes-view", "--into", "cards/shapes/a.yaml", **GIVEN | {"snippet": "@view.py"})

    assert (
        "    snippet: |\n      x = torch.arange(6)\n      x.view(2, 3).shape\n" in (desk / "shapes/a.yaml").read_text()
    )


def test_a_new_topic_gets_a_folder_and_a_title(desk: Path) -> None:
    new("--topic", "views", "--title", "뷰", "Views", "--id", "views-shape", **GIVEN)

    assert load_deck(desk).titles["views"].en == "Views"


def test_what_is_missing_is_told_with_the_line_of_a_draft_that_is_kept(desk: Path) -> None:
    without = {name: value for name, value in GIVEN.items() if not name.startswith("explanation")}

    result = new("--topic", "shapes", "--id", "shapes-view", **without)

    assert isinstance(result.exception, DeckError)
    assert str(result.exception).splitlines() == [
        'drafts/shapes/shapes-view.yaml:12: card "shapes-view": "explanation.en" still says TODO: write it',
        'drafts/shapes/shapes-view.yaml:12: card "shapes-view": "explanation.ko" still says TODO: write it',
    ]
    assert Path("drafts/shapes/shapes-view.yaml").exists()


def test_where_a_topic_has_several_files_one_is_named(desk: Path) -> None:
    result = new("--topic", "shapes", "--id", "shapes-view", **GIVEN)

    assert isinstance(result.exception, StudybotError)
    assert str(result.exception).endswith(
        "studybot cards add drafts/shapes/shapes-view.yaml --into cards/shapes/a.yaml or cards/shapes/b.yaml"
    )
    assert Path("drafts/shapes/shapes-view.yaml").exists()


@pytest.mark.parametrize(
    ("words", "fields", "said"),
    [
        (["--topic", "shapse", "--id", "x"], {}, 'did you mean "shapes"?'),
        (["--topic", "shapes"], {}, "give --id, such as shapes-what-it-asks"),
        (["--topic", "shapes", "--id", "A B"], {}, "lower-case words and digits joined by hyphens"),
        (["--topic", "shapes", "--id", "which-shape"], {}, "is taken by cards/shapes/a.yaml:17"),
        (["--topic", "shapes", "--id", "x"], {"qestion.ko": "?"}, 'did you mean "question"?'),
        (["--topic", "shapes", "--id", "x"], {"snippet": "@none.py"}, "none.py: cannot be read"),
    ],
)
def test_a_wrong_option_is_told_with_what_would_do(
    desk: Path, words: list[str], fields: dict[str, str], said: str
) -> None:
    result = new(*words, **fields)

    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_draft_that_names_its_fields(desk: Path, kind: str) -> None:
    result = CliRunner().invoke(cards.app, ["new", "--kind", kind, "--topic", "shapes", "--id", "shapes-of-a-kind"])

    assert isinstance(result.exception, DeckError)
    assert "still says TODO" in str(result.exception)
    assert all("unknown field" not in str(problem) for problem in result.exception.problems)


def test_a_person_is_asked_and_edits_until_it_is_a_card(desk: Path, tmp_path: Path) -> None:
    """In a real terminal: the editor writes nonsense first, and the card the second time."""
    editor = tmp_path / "editor"
    editor.write_text(
        f"#!{sys.executable}\nimport sys, pathlib\n"
        "path, marker = pathlib.Path(sys.argv[1]), pathlib.Path('edited-once')\n"
        "text = path.read_text()\n"
        f"card = {WRITTEN!r}.lstrip(chr(10)) if marker.exists() else '  - id: [\\n'\n"
        "marker.touch()\n"
        "path.write_text(text[: text.index('  - id')] + card)\n"
    )
    editor.chmod(0o755)
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "studybot", "cards", "new", "--into", "cards/shapes/a.yaml"],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "EDITOR": str(editor), "TERM": "dumb"},
    )  # fmt: skip

    os.write(ours, b"predcit\npredict\nshapes\nshapes-view\ny\n")
    said, _ = running.communicate(timeout=60)

    assert running.returncode == 0, said
    assert 'no kind "predcit": did you mean "predict"?' in said
    assert "drafts/shapes/shapes-view.yaml:7: " in said
    assert (desk / "shapes" / "a.yaml").read_text() == COMMENTED + WRITTEN
    assert not Path("drafts").exists()
