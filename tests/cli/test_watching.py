"""studybot cards watch: each change is read and proved, and only that."""

import asyncio
from pathlib import Path

import pytest

from studybot.cli.watching import Watcher
from studybot.core.run import Snippet
from studybot.deck.keeper import changes_of
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
        "3 cards: all is well",
    ]


async def test_a_new_card_is_named_when_it_is_proved(
    watcher: Watcher, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await watcher.look()
    write(desk, c=HEADER + CLAIM.replace("shapes-are-tuples", "another"))

    assert await told(watcher, capsys) == ['✓ cards/shapes/c.yaml:5: card "another": proven', "4 cards: all is well"]


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
