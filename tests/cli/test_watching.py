"""studybot cards watch: each change is read and proved, and only that."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studybot.cli.watching import Watcher
from studybot.core.run import Snippet
from studybot.deck import loader
from studybot.deck.keeper import changes_of
from studybot.deck.marked import Marked, parse
from studybot.errors import SandboxUnavailable
from tests.cli.conftest import COMMENTED, torch_says
from tests.deck.deck_files import CLAIM, HEADER, write
from tests.fakes_runner import FakeRunner


@pytest.fixture
def watcher(desk: Path) -> Watcher:
    return Watcher(Path("cards"), FakeRunner(torch_says), as_json=False)


def asked(watcher: Watcher) -> list[Snippet]:
    assert isinstance(watcher._runner, FakeRunner)
    return watcher._runner.asked


async def told(watcher: Watcher, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    await watcher.look()
    return capsys.readouterr().out.splitlines()


async def until_said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what is said next."""
    async with asyncio.timeout(20):
        while not (said := capsys.readouterr().out):  # noqa: ASYNC110 - nothing tells that something was said
            await asyncio.sleep(0)
    return said.splitlines()


async def each(saves: "asyncio.Queue[str]") -> AsyncIterator[None]:
    while True:
        await saves.get()
        yield


async def test_the_first_look_says_how_the_deck_is(watcher: Watcher, capsys: pytest.CaptureFixture[str]) -> None:
    assert await told(watcher, capsys) == ["3 cards: all is well"]
    assert await told(watcher, capsys) == []


async def test_an_edited_card_is_proved_again_and_no_other(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    asked(watcher).clear()
    write(desk, a=COMMENTED.replace("expect: [2, 3]", "expect: [3, 2]"))

    assert await told(watcher, capsys) == [
        '✗ cards/shapes/a.yaml:7: card "shape-of-zeros": refuted: the key holds: expected [3, 2], got [2, 3]',
        "3 cards: 1 to mend",
    ]
    assert {snippet.code for snippet in asked(watcher)} == {"x = torch.zeros(2, 3)\nx.shape\n"}

    write(desk, a=COMMENTED)
    assert await told(watcher, capsys) == [
        '✓ cards/shapes/a.yaml:7: card "shape-of-zeros": proven',
        (
            '≈ cards/shapes/a.yaml:7: card "shape-of-zeros": nearly the same as "which-shape" '
            "(cards/shapes/a.yaml:17): the code is the same, the text 100 %"
        ),
        "3 cards: all is well",
    ]


async def test_a_new_card_is_named_when_it_is_proved(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    write(desk, c=HEADER + CLAIM.replace("shapes-are-tuples", "another").replace("x = ", "print(); x = "))

    assert await told(watcher, capsys) == [
        '✓ cards/shapes/c.yaml:5: card "another": proven',
        (
            '≈ cards/shapes/c.yaml:5: card "another": nearly the same as "shapes-are-tuples" '
            "(cards/shapes/b.yaml:5): the code is 92 % alike, the text 100 %"
        ),
        "4 cards: all is well",
    ]


async def test_a_file_that_cannot_be_read_keeps_no_other_from_its_proof(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    write(desk, b="format: 1\n\ttopic: x\n", a=COMMENTED.replace("expect: [2, 3]", "expect: [3, 2]"))

    assert await told(watcher, capsys) == [
        "✗ cards/shapes/b.yaml:2: a tab in the indentation: YAML wants spaces",
        '✗ cards/shapes/a.yaml:7: card "shape-of-zeros": refuted: the key holds: expected [3, 2], got [2, 3]',
        "2 cards: 2 to mend",
    ]


async def test_only_a_file_that_changed_is_taken_apart(
    watcher: Watcher, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watcher.look()
    taken_apart: list[str] = []

    def parsed(text: str) -> Marked | None:
        taken_apart.append(text)
        return parse(text)

    monkeypatch.setattr(loader, "parse", parsed)
    edited = COMMENTED.replace("expect: [2, 3]", "expect: [3, 2]")
    write(desk, a=edited)
    await watcher.look()

    assert taken_apart == [edited]


async def test_an_id_that_is_taken_twice_is_seen_across_files(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    write(desk, c=HEADER + CLAIM)

    (line, *_) = await told(watcher, capsys)

    assert line.startswith('✗ cards/shapes/c.yaml:5: card "shapes-are-tuples": this id is taken by cards/shapes/b.yaml')


async def test_a_renamed_file_is_not_proved_again(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    asked(watcher).clear()
    (desk / "shapes" / "b.yaml").rename(desk / "shapes" / "z.yaml")

    assert await told(watcher, capsys) == []
    assert asked(watcher) == []


async def test_a_proof_that_takes_its_time_is_told_to_be_under_way(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runner = FakeRunner(torch_says)
    watcher = Watcher(Path("cards"), runner, as_json=False, patience_seconds=0)
    await watcher.look()
    runner.held_by = asyncio.Event()
    write(desk, b=HEADER + CLAIM.replace("holds: true", "holds: false"))
    capsys.readouterr()

    looking = asyncio.create_task(watcher.look())
    said = await until_said(capsys)
    runner.held_by.set()
    await looking

    assert said == ['… cards/shapes/b.yaml:5: card "shapes-are-tuples": well-formed, and being proved']
    assert capsys.readouterr().out.startswith('✗ cards/shapes/b.yaml:5: card "shapes-are-tuples": refuted')


async def test_an_edit_during_a_proof_is_proved_instead(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runner = FakeRunner(torch_says)
    watcher = Watcher(Path("cards"), runner, as_json=False, patience_seconds=0)
    await watcher.look()
    runner.held_by = asyncio.Event()
    saves: asyncio.Queue[str] = asyncio.Queue()
    following = asyncio.create_task(watcher.follow(each(saves)))
    write(desk, a=COMMENTED.replace("expect: [2, 3]", "expect: [3, 2]"))
    saves.put_nowait("a.yaml")
    capsys.readouterr()
    await until_said(capsys)

    write(desk, a=COMMENTED.replace("expect: [2, 3]", "expect: [9, 9]"))
    saves.put_nowait("a.yaml")
    await until_said(capsys)
    runner.held_by.set()
    said = await until_said(capsys)

    assert said[0].startswith(
        '✗ cards/shapes/a.yaml:7: card "shape-of-zeros": refuted: the key holds: expected [9, 9], got [2, 3]'
    )
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_a_sandbox_that_fails_ends_no_watch(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    assert isinstance(watcher._runner, FakeRunner)
    watcher._runner.down = SandboxUnavailable("The sandbox is down.")
    write(desk, b=HEADER + CLAIM.replace("holds: true", "holds: false"))

    assert await told(watcher, capsys) == ["✗ The sandbox is down. Save again to try again."]


async def test_a_file_that_cannot_be_read_is_told_once_and_mended_is_told(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    write(desk, b="format: 1\n\ttopic: x\n")

    assert await told(watcher, capsys) == ["✗ cards/shapes/b.yaml:2: a tab in the indentation: YAML wants spaces"]
    assert await told(watcher, capsys) == []
    write(desk, b=HEADER + CLAIM)
    assert await told(watcher, capsys) == ["3 cards: all is well"]


async def test_a_card_that_was_taken_out_is_forgotten(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    (desk / "shapes" / "b.yaml").unlink()

    assert await told(watcher, capsys) == ["2 cards: all is well"]


@pytest.mark.parametrize("root", ["cards", "cards/shapes/a.yaml"])
async def test_a_file_that_an_editor_replaces_is_seen(desk: Path, root: str) -> None:
    changes = changes_of(Path(root))
    coming = asyncio.ensure_future(anext(changes))
    file = desk / "shapes" / "a.yaml"

    async with asyncio.timeout(20):
        while not coming.done():
            (desk / "shapes" / ".a.yaml.new").write_text(COMMENTED)
            (desk / "shapes" / ".a.yaml.new").replace(file)
            await asyncio.wait([coming], timeout=0.3)  # the watch may not have begun before the first write

    await changes.aclose()  # type: ignore[attr-defined]
