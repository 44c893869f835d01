"""studybot cards: what a deck's author types, reads and gets as an exit code."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from studybot.cli import cards
from studybot.core.run import RunResult, Snippet
from studybot.core.value import Tensor, Value
from studybot.deck.schema import schema_text
from studybot.errors import DeckError, SandboxUnavailable, StudybotError
from studybot.local_chat.image_size import picture_size
from studybot.ports import Runner
from tests.deck.deck_files import CARD, CHOICE, CLAIM, DECK, HEADER, write
from tests.deck.fakes_deck import gave
from tests.fakes_runner import FakeRunner
from tests.pictures.layouts import TRANSPOSED

SHAPE = Tensor("int64", (2,), (1,), (2, 3))


def torch_says(snippet: Snippet) -> RunResult:
    """Answer for the cards of `deck_files` as torch would."""
    if "bool(" in snippet.code:
        return gave("(2, 3)" in snippet.code.partition("bool(")[2])
    return gave(True if "isinstance" in snippet.code else [2, 3])


def torch_of(python: Path) -> Callable[[Snippet], RunResult]:
    """Answer as another Python's torch: "older" gives another shape."""

    def says(snippet: Snippet) -> RunResult:
        result = torch_says(snippet)
        return gave([2, 4]) if python.name == "older" and result.value == [2, 3] else result

    return says


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STUDYBOT_CARDS", raising=False)
    (tmp_path / "cards").mkdir()
    return write(tmp_path / "cards", a=HEADER + CARD + CHOICE, b=HEADER + CLAIM)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> FakeRunner:
    """The sandbox of the command line."""
    fake = FakeRunner(torch_says)

    @asynccontextmanager
    async def opened(python: Path | None = None, *, slots: int | None = None) -> AsyncIterator[Runner]:
        yield fake if python is None else FakeRunner(torch_of(python), torch_version="1.0.0")

    monkeypatch.setattr(cards, "open_runner", opened)
    return fake


def studybot_cards(*words: str) -> Result:
    return CliRunner().invoke(cards.app, words)


def test_check_counts_the_cards_of_a_sound_deck(deck: Path) -> None:
    result = studybot_cards("check")

    assert (result.exit_code, result.stdout) == (0, "3 cards in 2 files are well-formed\n")


def test_check_takes_one_file(deck: Path) -> None:
    result = studybot_cards("check", "cards/shapes/b.yaml")

    assert result.stdout == "1 card in 1 file is well-formed\n"


def test_check_tells_every_problem(deck: Path) -> None:
    write(deck, a=DECK.replace("expect:", "expects:"), c="")

    result = studybot_cards("check")

    assert isinstance(result.exception, DeckError)
    assert str(result.exception).splitlines() == [
        'cards/shapes/a.yaml:11: card "shape-of-zeros": unknown field "expects": did you mean "expect"?',
        "cards/shapes/c.yaml:1: the file is empty: begin it with 'format: 1' (see cards/README.md)",
    ]


def test_the_deck_is_where_the_settings_say(deck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deck.rename(deck.parent / "elsewhere")
    monkeypatch.setenv("STUDYBOT_CARDS", "elsewhere")

    assert studybot_cards("check").exit_code == 0


def test_verify_proves_the_deck(deck: Path, runner: FakeRunner) -> None:
    result = studybot_cards("verify")

    assert (result.exit_code, result.stdout) == (0, "3 cards: 3 proven\n")


def test_verify_tells_an_expected_value_that_was_changed_by_hand(deck: Path, runner: FakeRunner) -> None:
    write(deck, a=DECK.replace("expect: [2, 3]", "expect: [2, 4]"))

    result = studybot_cards("verify")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        'cards/shapes/a.yaml:5: card "shape-of-zeros": refuted: the key holds: expected [2, 4], got [2, 3]',
        "2 cards: 1 proven, 1 refuted",
    ]


def test_cards_that_change_under_another_torch_are_listed(deck: Path, runner: FakeRunner) -> None:
    result = studybot_cards("verify", "--against", "older")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        (
            'cards/shapes/a.yaml:5: card "shape-of-zeros": torch 2.13.0+fake gives [2, 3], torch 1.0.0 gives [2, 4]; '
            "refuted there: the key holds: expected [2, 3], got [2, 4]"
        ),
        (
            'cards/shapes/a.yaml:14: card "which-shape": torch 2.13.0+fake gives [2, 3], torch 1.0.0 gives [2, 4]; '
            "proven there"
        ),
        "3 cards under torch 2.13.0+fake and 1.0.0: 2 changed",
    ]


def test_the_same_torch_changes_nothing(deck: Path, runner: FakeRunner) -> None:
    result = studybot_cards("verify", "--against", "same", "--json")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "3 cards under torch 2.13.0+fake and 1.0.0: 0 changed\n"


def test_verify_runs_nothing_twice(deck: Path, runner: FakeRunner) -> None:
    studybot_cards("verify")
    first = len(runner.asked)

    again = studybot_cards("verify")

    assert first > 0
    assert len(runner.asked) == first
    assert (again.exit_code, again.stdout) == (0, "3 cards: 3 proven\n")
    assert again.stderr == "3 as proved before\n"


def test_verify_runs_an_edited_card_again_and_no_other(deck: Path, runner: FakeRunner) -> None:
    studybot_cards("verify")
    runner.asked.clear()
    write(deck, b=HEADER + CLAIM.replace("a subclass of tuple", "a kind of tuple"))

    changed = studybot_cards("verify", "--changed")

    assert changed.stdout == "1 card: 1 proven\n"
    assert {snippet.code for snippet in runner.asked} == {"x = torch.zeros(2, 3)\nisinstance(x.shape, tuple)\n"}


def test_verify_again_runs_everything(deck: Path, runner: FakeRunner) -> None:
    studybot_cards("verify")
    first = len(runner.asked)

    studybot_cards("verify", "--again")

    assert len(runner.asked) == 2 * first


def test_a_card_that_was_refused_gets_another_chance(deck: Path, runner: FakeRunner) -> None:
    runner.results = lambda _: gave(-1)
    assert studybot_cards("verify").exit_code == 1
    runner.results = torch_says

    assert studybot_cards("verify").exit_code == 0


def test_a_proof_by_another_judge_counts_for_nothing(
    deck: Path, runner: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    studybot_cards("verify")
    first = len(runner.asked)
    monkeypatch.setattr("studybot.deck.kept.judge", lambda: "another torch")

    studybot_cards("verify")

    assert len(runner.asked) == 2 * first


@pytest.mark.parametrize("rubbish", ["", "[]", "{", '{"format": 1}', "\x00"])
def test_a_broken_file_of_proofs_only_costs_runs(deck: Path, runner: FakeRunner, rubbish: str) -> None:
    studybot_cards("verify")
    cards.PROOFS.write_text(rubbish)

    assert studybot_cards("verify").stdout == "3 cards: 3 proven\n"


def test_verify_as_json_gives_one_object_per_card_in_the_decks_order(deck: Path, runner: FakeRunner) -> None:
    write(deck, b=HEADER + CLAIM.replace("holds: true", "holds: false"))

    result = studybot_cards("verify", "--json")

    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["id"], one["line"], one["status"]) for one in records] == [
        ("shape-of-zeros", 5, "proven"),
        ("which-shape", 14, "proven"),
        ("shapes-are-tuples", 5, "refuted"),
    ]
    reason = "the key holds: expected the snippet ends in False, got True"
    proof = {"name": "the key holds", "status": "refuted", "expected": "the snippet ends in False", "got": "True"}
    assert records[2] == {
        "id": "shapes-are-tuples",
        "file": "cards/shapes/b.yaml",
        "line": 5,
        "status": "refuted",
        "reason": reason,
        "proofs": [proof],
    }
    assert len(records[1]["proofs"]) == 3
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["which-shape"], "1 card: 1 proven\n"),
        (["which-shape", "shape-of-zeros"], "2 cards: 2 proven\n"),
        (["cards/shapes/b.yaml"], "1 card: 1 proven\n"),
        (["cards/shapes", "which-shape"], "1 card: 1 proven\n"),
    ],
)
def test_verify_takes_a_path_and_ids(deck: Path, runner: FakeRunner, words: list[str], count: str) -> None:
    assert studybot_cards("verify", *words).stdout == count


def test_an_unknown_id_is_asked_back(deck: Path, runner: FakeRunner) -> None:
    for command in ("verify", "show"):
        result = studybot_cards(command, "wich-shape")

        assert isinstance(result.exception, StudybotError)
        assert str(result.exception) == 'no card "wich-shape": did you mean "which-shape"?'


def test_two_paths_at_once_are_too_many(deck: Path, runner: FakeRunner) -> None:
    result = studybot_cards("verify", "cards/shapes/a.yaml", "cards/shapes/b.yaml")

    assert result.exit_code == 2
    assert "one folder or file at a time, not 2" in result.output


def test_a_sandbox_that_is_down_refutes_no_card(deck: Path, runner: FakeRunner) -> None:
    runner.down = SandboxUnavailable("bubblewrap is missing: apt-get install bubblewrap")

    result = studybot_cards("verify", "--json")

    assert isinstance(result.exception, SandboxUnavailable)
    assert result.stdout == ""


def test_list_names_every_card_and_its_place(deck: Path) -> None:
    assert studybot_cards("list").stdout.splitlines() == [
        "shape-of-zeros     predict  shapes  cards/shapes/a.yaml:5",
        "which-shape        choice   shapes  cards/shapes/a.yaml:14",
        "shapes-are-tuples  claim    shapes  cards/shapes/b.yaml:5",
    ]


def test_list_as_json_gives_one_object_per_card(deck: Path) -> None:
    first = json.loads(studybot_cards("list", "--json").stdout.splitlines()[0])

    assert first == {
        "id": "shape-of-zeros",
        "file": "cards/shapes/a.yaml",
        "line": 5,
        "kind": "predict",
        "topic": "shapes",
        "retired": None,
    }


@pytest.mark.parametrize(
    ("card_id", "shown"),
    [
        ("shape-of-zeros", ["x = torch.zeros(2, 3)", "shape은?", "expected: [2, 3]", "두 행, 세 열."]),
        ("which-shape", ["( ) (2, 3)", "( ) (3, 2)", "expected: (2, 3)"]),
        ("shapes-are-tuples", ["( ) True", "( ) False", "expected: True"]),
    ],
)
def test_show_lays_out_a_card_without_running_it(deck: Path, card_id: str, shown: list[str]) -> None:
    result = studybot_cards("show", card_id)

    assert [text for text in shown if text not in result.stdout] == []


def test_schema_is_written_beside_the_deck(deck: Path) -> None:
    result = studybot_cards("schema")

    assert result.stdout == "cards/schema.json is written\n"
    assert (deck / "schema.json").read_text(encoding="utf-8") == schema_text()
    assert studybot_cards("schema", "--stdout").stdout == schema_text()


def test_a_schema_that_cannot_be_written_is_told(deck: Path) -> None:
    (deck / "schema.json").mkdir()

    assert str(studybot_cards("schema").exception) == "cards/schema.json: cannot be written: is a directory"


PICTURED = CARD.replace("kind: predict\n", "kind: predict\n    picture: memory\n")


def looks_at(value: Value) -> Callable[[Snippet], RunResult]:
    """Answer the programs that look for a picture with this value."""
    return lambda snippet: gave(value) if snippet.harness else torch_says(snippet)


def test_picture_draws_what_a_learner_gets_with_the_verdict(deck: Path, runner: FakeRunner) -> None:
    write(deck, a=HEADER + PICTURED)
    runner.results = looks_at(TRANSPOSED)

    result = studybot_cards("picture", "shape-of-zeros", "--language", "en", "--to", "t.png")

    assert (result.exit_code, result.stdout) == (0, "t.png is written\n")
    assert (picture_size(Path("t.png").read_bytes()) or (0, 0))[0] == 1280


def test_picture_is_named_after_the_card_unless_told_otherwise(deck: Path, runner: FakeRunner) -> None:
    write(deck, a=HEADER + PICTURED)
    runner.results = looks_at(TRANSPOSED)

    assert studybot_cards("picture", "shape-of-zeros").stdout == "shape-of-zeros.png is written\n"


def test_picture_says_why_there_is_none(deck: Path, runner: FakeRunner) -> None:
    result = studybot_cards("picture", "shape-of-zeros")

    assert isinstance(result.exception, StudybotError)
    assert str(result.exception) == (
        'cards/shapes/a.yaml:5: card "shape-of-zeros": no picture: '
        "the card asks for none; write `picture: memory` or `picture: graph`"
    )


def test_verify_refutes_a_card_whose_picture_cannot_be_drawn(deck: Path, runner: FakeRunner) -> None:
    write(deck, a=HEADER + PICTURED)
    runner.results = looks_at(None)

    result = studybot_cards("verify", "shape-of-zeros")

    assert result.exit_code == 1
    assert (
        "the picture can be drawn: expected what fits into a picture, got the snippet makes no tensor" in result.stdout
    )
