"""studybot cards add: all of it in one go, or nothing."""

import errno
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from studybot.cli import cards
from studybot.deck import folder
from studybot.deck.loader import load_deck
from studybot.errors import DeckError, SandboxUnavailable, StudybotError
from tests.cli.conftest import COMMENTED
from tests.deck.deck_files import CARD, DECK, HEADER
from tests.fakes_runner import FakeRunner

NEW = """\
  # why: people forget that strides stay
  - id: shape-of-a-view
    kind: predict
    question: {ko: "뷰의 shape은 무엇일까요?", en: "And which shape has the view?"}
    snippet: |
      torch.arange(6).view(2, 3).shape
    expect: [2, 3]
    explanation: {ko: "그대로예요.", en: "As it was asked for."}
    source: {log: "2022-01-24-week02-day006", date: 2022-01-24}
"""


def add(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cards.app, ["add", *words], input=given)


def draft(text: str | bytes, name: str = "new.yaml") -> str:
    Path("drafts").mkdir(exist_ok=True)
    path = Path("drafts") / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def told(result: Result) -> str:
    """What a person would read."""
    error = f"{result.exception}\n" if isinstance(result.exception, StudybotError) else ""
    assert error or result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return f"{result.output}{error}"


def test_a_card_is_checked_proved_compared_and_written(desk: Path, sandbox: FakeRunner) -> None:
    result = add(draft(HEADER + NEW))

    assert result.exit_code == 0
    assert result.stdout == 'cards/shapes/new.yaml:7: card "shape-of-a-view": is added\n'
    assert "1 card proved and added. To be asked: studybot cards try shape-of-a-view" in result.stderr
    assert "# why: people forget" in (desk / "shapes" / "new.yaml").read_text()
    assert len(load_deck(desk).cards) == 4
    assert sandbox.asked


def test_what_was_proved_is_not_proved_again(desk: Path, sandbox: FakeRunner) -> None:
    add(draft(HEADER + NEW))
    sandbox.asked.clear()

    CliRunner().invoke(cards.app, ["verify", "shape-of-a-view"])

    assert sandbox.asked == []


def test_it_joins_a_file_whose_other_lines_stay(desk: Path, sandbox: FakeRunner) -> None:
    add(draft(NEW), "--topic", "shapes", "--into", "cards/shapes/a.yaml")

    assert (desk / "shapes" / "a.yaml").read_text() == f"{COMMENTED}\n{NEW}"


def test_git_shows_the_intended_lines_and_no_others(desk: Path, sandbox: FakeRunner) -> None:
    git("init", "-q")
    git("add", "-A")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "deck")

    add(draft(NEW), "--topic", "shapes", "--into", "cards/shapes/a.yaml")

    diff = git("diff", "--unified=0", "cards").splitlines()
    changed = [line for line in diff if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    assert changed == ["+", *(f"+{line}" for line in NEW.splitlines())]


def git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout


def test_a_second_call_does_no_harm(desk: Path, sandbox: FakeRunner) -> None:
    file = draft(HEADER + NEW)
    add(file)
    before = (desk / "shapes" / "new.yaml").read_bytes()

    again = add(file)

    assert again.exit_code == 0
    assert again.stdout == 'drafts/new.yaml:6: card "shape-of-a-view": is in the deck already, word for word\n'
    assert (desk / "shapes" / "new.yaml").read_bytes() == before


def test_a_card_comes_through_a_pipe(desk: Path, sandbox: FakeRunner) -> None:
    result = add("-", "--topic", "shapes", "--json", given=NEW)

    record = json.loads(result.stdout)
    assert (record["id"], record["status"], record["file"]) == ("shape-of-a-view", "added", "cards/shapes/shapes.yaml")


def test_a_dry_run_writes_nothing(desk: Path, sandbox: FakeRunner) -> None:
    assert "would be added" in add(draft(HEADER + NEW), "--dry-run").stdout
    assert len(load_deck(desk).cards) == 3


def test_a_wrong_key_is_told_at_its_line_and_nothing_is_written(desk: Path, sandbox: FakeRunner) -> None:
    result = add(draft(HEADER + NEW.replace("[2, 3]", "[3, 2]")))

    assert result.exit_code == 1
    assert result.stdout == (
        'drafts/new.yaml:6: card "shape-of-a-view": refuted: the key holds: expected [3, 2], got [2, 3]\n'
    )
    assert "nothing is added" in result.stderr
    assert len(load_deck(desk).cards) == 3


def test_nearly_the_same_card_is_refused_until_it_is_meant(desk: Path, sandbox: FakeRunner) -> None:
    twin = (
        CARD.replace("shape-of-zeros", "shape-of-nothing")
        .replace("x = ", "nothing = ")
        .replace("x.shape", "nothing.shape")
    )

    refused = add(draft(HEADER + twin))
    assert refused.exit_code == 1
    assert 'nearly the same as "shape-of-zeros" (cards/shapes/a.yaml:7)' in refused.stdout
    assert "change it, or give --anyway" in refused.stdout

    assert add(draft(HEADER + twin), "--anyway").exit_code == 0


def test_an_id_that_is_taken_says_by_whom(desk: Path, sandbox: FakeRunner) -> None:
    result = add(draft(HEADER + NEW.replace("shape-of-a-view", "shape-of-zeros")))

    assert told(result) == (
        'drafts/new.yaml:6: card "shape-of-zeros": this id is taken by cards/shapes/a.yaml:7: '
        "give it another, or edit the card where it stands\n"
    )
    assert sandbox.asked == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER + NEW.replace("    kind", "\tkind"), "drafts/new.yaml:7: a tab in the indentation: YAML wants spaces"),
        (HEADER + NEW.replace("predict", "predcit"), 'drafts/new.yaml:7: card "shape-of-a-view": unknown kind'),
        (HEADER + NEW.replace("    expect: [2, 3]", "    expect: {a: 1}"), "drafts/new.yaml:11: card"),
        (HEADER + NEW.replace('en: "And', 'en: 3, x: "And'), "drafts/new.yaml:8: card"),
        (HEADER + NEW.replace("torch.arange", "torch.(arange"), "drafts/new.yaml:10: card"),
        (HEADER.replace("Shapes", "TODO") + NEW, 'drafts/new.yaml:3: "title.en" still says TODO'),
        (HEADER, 'drafts/new.yaml:4: "cards" must be a list'),
        (HEADER.replace("cards:", "cards: []"), "drafts/new.yaml:1: there is no card in it"),
        ("", "drafts/new.yaml:1: the file is empty"),
        ("just words", "drafts/new.yaml:1: not a card"),
        (NEW, "drafts/new.yaml:2: which topic?"),
        ("format: 1\ntopic: shape\ncards:\n" + NEW, 'drafts/new.yaml:2: no topic "shape": did you mean "shapes"?'),
        ((HEADER + NEW).encode("utf-16"), "drafts/new.yaml:1: encoded as UTF-16: save it as UTF-8"),
        ((HEADER + NEW).encode("euc-kr"), "drafts/new.yaml:3: byte 0xb8 is not UTF-8"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(64), "drafts/new.yaml:1: a control character"),
        (b"#" * 50 * 2**20, "drafts/new.yaml:1: larger than 1 MiB"),
    ],
    ids=["tabs", "unknown kind", "wrong type", "number for text", "broken code", "todo title", "no list", "no card",
         "empty", "prose", "no topic", "unknown topic", "utf-16", "euc-kr", "binary", "50 MB"],
)  # fmt: skip
def test_broken_input_is_told_at_its_line_and_changes_nothing(
    desk: Path, sandbox: FakeRunner, text: str | bytes, said: str
) -> None:
    before = contents(desk)

    result = add(draft(text))

    assert said in told(result)
    assert result.exit_code == 1
    assert contents(desk) == before
    assert sandbox.asked == []


def contents(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("name", "said"),
    [("drafts/none.yaml", "there is no such file: check its name"), ("cards", "not a regular file")],
)
def test_a_file_that_is_none_is_told(desk: Path, sandbox: FakeRunner, name: str, said: str) -> None:
    assert f"{name}:1: {said}" in told(add(name))


def test_a_binary_pipe_is_told(desk: Path, sandbox: FakeRunner) -> None:
    result = CliRunner().invoke(cards.app, ["add", "-"], input=b"\xff\xfe\x00")

    assert told(result).startswith("standard input:1: encoded as UTF-16")


def test_a_sandbox_that_is_down_leaves_the_deck_alone(desk: Path, sandbox: FakeRunner) -> None:
    sandbox.down = SandboxUnavailable("bubblewrap is missing")
    before = contents(desk)

    assert isinstance(add(draft(HEADER + NEW)).exception, SandboxUnavailable)
    assert contents(desk) == before


def test_a_place_outside_of_the_topic_is_refused(desk: Path, sandbox: FakeRunner) -> None:
    result = add(draft(HEADER + NEW), "--into", "cards/other/a.yaml")

    assert "no place for cards of shapes: they go to cards/shapes/NAME.yaml" in told(result)


def test_a_deck_file_on_one_line_is_refused_and_stays(desk: Path, sandbox: FakeRunner) -> None:
    flow = (
        HEADER.replace("cards:\n", "")
        + "cards: [{id: r, kind: recall, question: {ko: a, en: b}, answer: {ko: a, en: b}, "
    )
    flow += "explanation: {ko: a, en: b}, source: {log: x, date: 2022-01-24}}]\n"
    (desk / "shapes" / "c.yaml").write_text(flow)

    result = add(draft(HEADER + NEW), "--into", "cards/shapes/c.yaml")

    assert "cards/shapes/c.yaml: line 4: write each card as a block of its own" in told(result)
    assert (desk / "shapes" / "c.yaml").read_text() == flow


def test_a_file_system_that_refuses_is_told_and_leaves_nothing_behind(
    desk: Path, sandbox: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    before = contents(desk)
    monkeypatch.setattr(os, "fsync", read_only)

    result = add(draft(HEADER + NEW), "--into", "cards/shapes/a.yaml")

    assert "cards/shapes/a.yaml: cannot be written: read-only file system: nothing was changed" in told(result)
    assert contents(desk) == before


def test_ctrl_c_while_it_is_written_leaves_nothing_half_done(
    desk: Path, sandbox: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    before = contents(desk)
    monkeypatch.setattr(os, "fsync", interrupted)

    add(draft(HEADER + NEW), "--into", "cards/shapes/a.yaml")

    assert contents(desk) == before


def test_two_at_once_both_add_their_cards(desk: Path, sandbox: FakeRunner) -> None:
    """Each of four processes adds a card of its own to one file."""
    program = """
import sys
from pathlib import Path
from studybot.deck.desk import proposal_of, publish
from studybot.deck.loader import load_deck
text = sys.stdin.read()
proposal = proposal_of(text, name="x", deck=load_deck(Path("cards")), topic="shapes")
publish(proposal, Path("cards"), Path("cards/shapes/a.yaml"))
"""
    names = [f"view-{number}" for number in range(4)]
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, text=True, encoding="utf-8")
        for _ in names
    ]
    for name, one in zip(names, running, strict=True):
        assert one.stdin is not None
        one.stdin.write(NEW.replace("shape-of-a-view", name))
        one.stdin.close()

    assert [one.wait(timeout=60) for one in running] == [0] * 4
    assert {one.card.id for one in load_deck(desk).cards} >= set(names)
    assert (desk / "shapes" / "a.yaml").read_text().startswith(COMMENTED)


def test_whoever_writes_already_is_waited_for_and_then_named(
    desk: Path, sandbox: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LONGEST_WAIT_SECONDS", 0.1)
    handle = os.open(desk, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        result = add(draft(HEADER + NEW))
    finally:
        os.close(handle)

    assert "cards: another studybot is writing here: nothing was changed, try again in a moment" in told(result)


def test_a_link_is_followed_and_the_mode_stays(desk: Path, sandbox: FakeRunner, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.yaml"
    (desk / "shapes" / "b.yaml").rename(real)
    real.chmod(0o640)
    (desk / "shapes" / "b.yaml").symlink_to(real)

    add(draft(HEADER + NEW), "--into", "cards/shapes/b.yaml")

    assert (desk / "shapes" / "b.yaml").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert "shape-of-a-view" in real.read_text()


def test_a_deck_that_is_broken_itself_is_mended_first(desk: Path, sandbox: FakeRunner) -> None:
    (desk / "shapes" / "b.yaml").write_text(DECK.replace("expect:", "expects:"))

    result = add(draft(HEADER + NEW))

    assert isinstance(result.exception, DeckError)
    assert "cards/shapes/b.yaml:11" in told(result)


def test_some_cards_of_a_file_are_added_while_others_are_unfinished(desk: Path, sandbox: FakeRunner) -> None:
    unfinished = NEW.replace("shape-of-a-view", "later").replace("As it was asked for.", "TODO")
    file = draft(HEADER + unfinished + "\n" + NEW)

    assert add(file).exit_code == 1
    result = add(file, "shape-of-a-view")

    assert result.exit_code == 0
    written = (desk / "shapes" / "new.yaml").read_text()
    assert written.endswith(NEW)
    assert "later" not in written


def test_a_card_that_is_not_in_the_file_is_asked_back(desk: Path, sandbox: FakeRunner) -> None:
    assert told(add(draft(HEADER + NEW), "shape-of-a-vew")) == (
        'drafts/new.yaml:1: no card "shape-of-a-vew": did you mean "shape-of-a-view"?\n'
    )
