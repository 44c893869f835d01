"""studybot cards try: a card is answered in the terminal, by the flows of the bot."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from studybot.cli import cards
from studybot.core.run import RunResult, Snippet
from studybot.core.value import Value
from studybot.errors import SandboxUnavailable, StudybotError
from studybot.local_chat.image_size import picture_size
from tests.cli.conftest import torch_says
from tests.deck.deck_files import CARD, HEADER, write
from tests.deck.fakes_deck import gave
from tests.fakes_runner import FakeRunner
from tests.pictures.layouts import TRANSPOSED

SEVERAL = """\
  - id: which-are-two
    kind: choice
    several: true
    question: {ko: "둘은?", en: "Which are two?"}
    snippet: |
      x = torch.zeros(2, 3)
      x.shape
    options:
      - {text: {ko: "하나", en: "one"}, holds: "bool(x.shape == (2, 3))", right: true}
      - {text: {ko: "둘", en: "two"}, holds: "bool((2, 3) == x.shape)", right: true}
      - {text: {ko: "셋", en: "three"}, holds: "x.shape == 3"}
    explanation: {ko: "둘.", en: "Two."}
    hint: {ko: "셋은 아니에요.", en: "Not the third."}
    source: {log: "2022-01-24-week02-day006", date: 2022-01-24}
"""


def tried(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(cards.app, ["try", "--language", "en", *words], input=typed)


def test_a_right_answer_gets_its_verdict_as_in_the_chat(desk: Path, sandbox: FakeRunner) -> None:
    result = tried("shape-of-zeros", typed="[2, 3]\n")

    assert result.exit_code == 0, result.exception
    for said in ("1/1 · Shapes", "Which shape?", "✅ Right!", "torch says", "Two rows, three columns.", "grade"):
        assert said in result.stdout


def test_a_wrong_answer_may_be_mended(desk: Path, sandbox: FakeRunner) -> None:
    result = tried("shape-of-zeros", "--answer", "[3, 2]", "--answer", "(2, 3)")

    assert "Not yet. You have one more try." in result.stdout
    assert "✅ Right!" in result.stdout


def test_buttons_are_pressed_by_what_stands_before_them(desk: Path, sandbox: FakeRunner) -> None:
    shown = tried("shapes-are-tuples", typed="1\n")
    assert "[1] True" in shown.stdout
    assert "✅ Right!" in shown.stdout

    assert "Here is the answer." in tried("shapes-are-tuples", typed="!\n").stdout


def test_several_options_are_given_with_commas_and_a_hint_is_asked_for(desk: Path, sandbox: FakeRunner) -> None:
    write(desk, c=HEADER + SEVERAL)
    first = tried("which-are-two", typed="").stdout
    right = [str(number) for number in (1, 2, 3) if f"[{number}] ☐ three" not in first]

    result = tried("which-are-two", typed=f"?\n{','.join(right)}\n")

    assert "💡 Not the third." in result.stdout
    assert "✅ Right!" in result.stdout


def test_the_verdict_as_json(desk: Path, sandbox: FakeRunner) -> None:
    record = json.loads(tried("shape-of-zeros", "--answer", "[2, 3]", "--json").stdout)

    assert {name: record[name] for name in ("id", "seed", "settled", "right", "grade", "refuted")} == {
        "id": "shape-of-zeros", "seed": 0, "settled": True, "right": True, "grade": 5, "refuted": "",
    }  # fmt: skip


def test_a_card_that_torch_does_not_bear_out_is_shown_and_told(desk: Path, sandbox: FakeRunner) -> None:
    sandbox.results = lambda _: gave([9])

    result = tried("shape-of-zeros", "--answer", "[2, 3]")

    assert isinstance(result.exception, StudybotError)
    assert str(result.exception) == 'cards/shapes/a.yaml:7: card "shape-of-zeros": expected [2, 3], got [9]'


def test_the_picture_is_saved(desk: Path, sandbox: FakeRunner) -> None:
    write(
        desk,
        c=HEADER + CARD.replace("shape-of-zeros", "pictured").replace("predict\n", "predict\n    picture: memory\n"),
    )
    sandbox.results = looks_at(TRANSPOSED)

    result = tried("pictured", "--answer", "[2, 3]")

    assert "The picture is in pictured.png" in result.stderr
    assert (picture_size(Path("pictured.png").read_bytes()) or (0, 0))[0] == 1280


def looks_at(value: Value) -> Callable[[Snippet], RunResult]:
    return lambda snippet: gave(value) if snippet.harness else torch_says(snippet)


def test_nothing_is_kept_of_it(desk: Path, sandbox: FakeRunner) -> None:
    before = sorted(path for path in desk.parent.rglob("*"))

    tried("shape-of-zeros", "--answer", "[2, 3]")

    assert sorted(path for path in desk.parent.rglob("*")) == before


def test_a_draft_that_is_in_no_deck_can_be_tried(desk: Path, sandbox: FakeRunner) -> None:
    Path("drafts").mkdir()
    write(Path("drafts"), d=HEADER + CARD)

    assert tried("drafts/shapes/d.yaml", "shape-of-zeros", "--answer", "[2, 3]").exit_code == 0


def test_an_unknown_card_is_asked_back(desk: Path, sandbox: FakeRunner) -> None:
    assert str(tried("shape-of-zero").exception) == 'no card "shape-of-zero": did you mean "shape-of-zeros"?'


def test_a_sandbox_that_is_down_says_nothing_about_the_card(desk: Path, sandbox: FakeRunner) -> None:
    sandbox.down = SandboxUnavailable("bubblewrap is missing")

    assert isinstance(tried("shape-of-zeros", "--answer", "1").exception, SandboxUnavailable)


@pytest.mark.parametrize("words", [["shape-of-zeros", "--json"], ["shape-of-zeros", "which-shape"]])
def test_a_call_that_cannot_be_meant_is_told(desk: Path, sandbox: FakeRunner, words: list[str]) -> None:
    assert tried(*words).exit_code == 2
