"""studybot cards diff, retire, restore and memories, on the bot's own database."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from studybot.cli import cards
from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.schedule import Grade, Memory
from studybot.deck.live import LiveDeck
from studybot.deck.loader import load_deck
from studybot.errors import StudybotError
from studybot.store import SqlStore
from studybot.store.upgrade import upgrade
from tests.cli.conftest import COMMENTED, torch_says
from tests.cli.test_adding import git
from tests.deck.deck_files import CLAIM, HEADER, write
from tests.fakes import FrozenClock
from tests.fakes_runner import FakeRunner
from tests.store.given import a_learner, a_quiz, answer, the_next

ZEROS = CardId("shape-of-zeros")


def typed(*words: str) -> Result:
    return CliRunner().invoke(cards.app, words)


def in_database(work: Callable[[SqlStore], Awaitable[None]]) -> None:
    async def done() -> None:
        store = SqlStore("sqlite:///var/studybot.db")
        try:
            await work(store)
        finally:
            await store.close()

    asyncio.run(done())


@pytest.fixture
def asked(desk: Path) -> Callable[[], None]:
    """Let the bot take up the deck; the first time, let a learner answer one card."""
    Path("var").mkdir()
    upgrade("sqlite:///var/studybot.db")

    async def take_up(store: SqlStore) -> None:
        await LiveDeck(load_deck(Path("cards"))).prove_missing(store, FakeRunner(torch_says), FrozenClock())

    async def learn(store: SqlStore) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner, [ZEROS]))
        card = next(one.card for one in load_deck(Path("cards")).cards if one.card.id == ZEROS)
        await answer(store, showing, Grade.GOOD, revision=Revision(card.revision))

    in_database(take_up)
    in_database(learn)
    return lambda: in_database(take_up)


def memory() -> Memory | None:
    found: list[Memory | None] = []

    async def look(store: SqlStore) -> None:
        found.append(await store.memory_of(LearnerId(1), ZEROS))

    in_database(look)
    return found[0]


def edit(desk: Path, before: str, after: str) -> None:
    assert before in COMMENTED
    write(desk, a=COMMENTED.replace(before, after, 1))


def test_a_deck_that_is_asked_as_it_is_differs_in_nothing(desk: Path, asked: Callable[[], None]) -> None:
    assert typed("diff").stdout == "Nothing differs from what learners are asked.\n"


def test_other_words_are_told_from_another_meaning(desk: Path, asked: Callable[[], None]) -> None:
    edit(desk, "Two rows, three columns.", "2 rows, 3 columns.")
    words = typed("diff")
    edit(desk, "      x.shape\n", "      x.t().shape\n")
    meaning = typed("diff", "shape-of-zeros", "--json")

    assert words.exit_code == 0
    assert words.stdout.splitlines()[:2] == [
        'cards/shapes/a.yaml:7: card "shape-of-zeros": put in other words; it means the same; not asked yet',
        "   explanation",
    ]
    record = json.loads(meaning.stdout)
    assert (record["state"], record["meaning"], record["undecided"]) == ("waiting", True, False)
    assert [change["field"] for change in record["changes"]] == ["snippet"]


def test_a_change_of_meaning_waits_for_a_decision(desk: Path, asked: Callable[[], None]) -> None:
    edit(desk, "      x.shape\n", "      x.t().t().shape\n")
    asked()

    result = typed("diff")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        'cards/shapes/a.yaml:7: card "shape-of-zeros": its meaning changed',
        " ! snippet",
        "     -x.shape",
        "     +x.t().t().shape",
        "   Decide: studybot cards memories shape-of-zeros keep|soften|reset",
    ]


@pytest.mark.parametrize(
    ("fate", "learners"), [("keep", "0 learners"), ("soften", "1 learner"), ("reset", "1 learner")]
)
def test_the_author_decides_what_becomes_of_memories(
    desk: Path, asked: Callable[[], None], fate: str, learners: str
) -> None:
    before = memory()
    edit(desk, "      x.shape\n", "      x.t().t().shape\n")
    asked()

    result = typed("memories", "shape-of-zeros", fate)

    assert result.stdout == f'cards/shapes/a.yaml:7: card "shape-of-zeros": {fate}, for {learners}\n'
    assert (memory() is None) == (fate == "reset")
    assert fate != "keep" or memory() == before
    assert typed("diff").exit_code == 0
    assert CliRunner().invoke(cards.app, ["memories", "shape-of-zeros", fate]).stdout.endswith("for 0 learners\n")


def test_what_is_not_asked_yet_cannot_be_decided(desk: Path, asked: Callable[[], None]) -> None:
    edit(desk, "      x.shape\n", "      x.t().t().shape\n")

    result = typed("memories", "shape-of-zeros", "reset")

    assert "are not asked this revision yet" in str(result.exception)
    assert memory() is not None


def test_new_and_missing_cards_are_told(desk: Path, asked: Callable[[], None]) -> None:
    write(desk, b=HEADER + CLAIM.replace("shapes-are-tuples", "another"))

    assert typed("diff").stdout.splitlines() == [
        'cards/shapes/b.yaml:5: card "another": new: learners are not asked it yet',
        'card "shapes-are-tuples": gone from the files: it is not asked, and what learners know of it is kept',
    ]


def test_without_a_database_a_commit_is_compared_with(desk: Path) -> None:
    git("init", "-q")
    git("add", "-A")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "deck")
    assert typed("diff", "--since", "HEAD").stdout == "Nothing differs from HEAD.\n"
    edit(desk, "expect: [2, 3]", "expect: [3, 2]")
    write(desk, b=HEADER + CLAIM.replace("shapes-are-tuples", "another"))

    result = typed("diff", "--since", "HEAD")

    assert result.stdout.splitlines() == [
        'cards/shapes/a.yaml:7: card "shape-of-zeros": its meaning changed',
        " ! expect",
        "     -[2, 3]",
        "     +[3, 2]",
        'cards/shapes/b.yaml:5: card "another": new: learners are not asked it yet',
        'card "shapes-are-tuples": gone from the files: it is not asked, and what learners know of it is kept',
    ]


@pytest.mark.parametrize("commit", ["nowhere", "--output=x"])
def test_a_commit_that_git_does_not_know_is_told(desk: Path, commit: str) -> None:
    git("init", "-q")

    result = typed("diff", f"--since={commit}")

    assert str(result.exception).startswith(f"cards: git does not have it at {commit}: ")
    assert not Path("x").exists()


def test_retiring_is_one_line_and_restoring_takes_it_out_again(desk: Path) -> None:
    before = (desk / "shapes" / "a.yaml").read_text()

    retired = typed("retire", "shape-of-zeros", "--because", 'too "easy": #1')
    text = (desk / "shapes" / "a.yaml").read_text()
    typed("restore", "shape-of-zeros")

    assert retired.stdout.startswith('cards/shapes/a.yaml:7: card "shape-of-zeros": is not asked any more; ')
    assert [line for line in text.splitlines() if line not in before] == ['    retired: "too \\"easy\\": #1"']
    assert (desk / "shapes" / "a.yaml").read_text() == before


def test_a_retired_card_is_skipped_when_the_deck_is_proved(desk: Path, sandbox: FakeRunner) -> None:
    typed("retire", "shape-of-zeros", "--because", "too easy")

    result = typed("verify")

    assert "3 cards: 2 proven, 1 skipped" in result.stdout
    assert "it is retired: too easy" in result.stdout


def test_a_retired_card_is_listed_as_such(desk: Path) -> None:
    typed("retire", "shape-of-zeros", "--because", "too easy")

    assert typed("list").stdout.splitlines()[0].endswith("cards/shapes/a.yaml:7   retired: too easy")


def test_a_retired_card_whose_reason_changes_has_one_reason(desk: Path) -> None:
    typed("retire", "shape-of-zeros")
    typed("retire", "shape-of-zeros", "--because", "better so")

    assert (desk / "shapes" / "a.yaml").read_text().count("retired:") == 1


@pytest.mark.parametrize("command", [["retire"], ["restore"], ["memories", "keep"], ["diff"]])
def test_an_unknown_card_is_asked_back(desk: Path, command: list[str]) -> None:
    result = typed(command[0], "shape-of-zero", *command[1:])

    assert str(result.exception) == 'no card "shape-of-zero": did you mean "shape-of-zeros"?'


def test_what_is_not_retired_is_not_restored(desk: Path) -> None:
    assert "is not retired" in str(typed("restore", "shape-of-zeros").exception)


def test_without_a_database_it_is_said(desk: Path) -> None:
    result = typed("diff")

    assert isinstance(result.exception, StudybotError)
    assert "there is no database" in str(result.exception)


def test_what_is_done_is_told_as_json_too(desk: Path, asked: Callable[[], None]) -> None:
    asked()
    retired = json.loads(typed("retire", "shape-of-zeros", "--because", "two in one", "--json").stdout)
    restored = json.loads(typed("restore", "shape-of-zeros", "--json").stdout)
    shown = json.loads(typed("show", "shape-of-zeros", "--json").stdout)
    kept = json.loads(typed("memories", "shape-of-zeros", "keep", "--json").stdout)

    assert (retired["id"], retired["retired"]) == ("shape-of-zeros", "two in one")
    assert restored["retired"] is None
    assert shown["card"]["kind"] == "predict"
    assert (kept["fate"], kept["learners"]) == ("keep", 0)


def test_problems_are_told_as_json_too(desk: Path) -> None:
    write(desk, b="format: 1\n\ttopic: x\n")

    told = [json.loads(line) for line in typed("check", "--json").stdout.splitlines()]

    assert told == [
        {"file": "cards/shapes/b.yaml", "line": 2, "problem": "a tab in the indentation: YAML wants spaces"}
    ]
