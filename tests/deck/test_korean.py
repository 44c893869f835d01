"""Whatever is wrong with cards is told in Korean, too: no English sentence is left."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from studybot.core.card import Language
from studybot.core.phrase import Sayable
from studybot.core.run import RunError, RunResult, RunStatus, Snippet
from studybot.core.value import Opaque
from studybot.deck.loader import DeckReader, load_deck
from studybot.deck.near import near_to
from studybot.deck.verify import verify
from studybot.kinds import KINDS
from studybot.locale import command_speech, speech
from tests.deck.broken_cards import CARDS
from tests.deck.broken_files import FILES
from tests.deck.deck_files import CARD, CHOICE, CLAIM, HEADER, write
from tests.deck.fakes_deck import gave, in_turn
from tests.fakes_runner import FakeRunner

SAID_BY_OTHERS = re.compile(
    r"Python: .*|YAML이 아니에요: .*|수식을 [^:]*: .*|`[^`]*`|\"[^\"]*\"|'[^']*'|[\[{(].*[\])}]|: 카드 .*"
)
"""Code and names in quotes; what Python or a formula complains of; the lists of what is known."""

CODE = RunError("ValueError", "thing", 3)
RUNS: dict[str, Callable[[Snippet], RunResult]] = {
    "another value": lambda _: gave([3, 2]),
    "no value": lambda _: RunResult(RunStatus.OK),
    "an opaque value": lambda _: gave(Opaque("object", "thing")),
    "an address": lambda _: RunResult(RunStatus.OK, stdout="<object at 0x7f0123456780>"),
    "an exception": lambda _: RunResult(RunStatus.RAISED, error=CODE),
    "a time-out": lambda _: RunResult(RunStatus.TIMEOUT),
    "too much memory": lambda _: RunResult(RunStatus.MEMORY),
    "too much output": lambda _: RunResult(RunStatus.OUTPUT),
    "an end": lambda _: RunResult(RunStatus.CRASHED),
    "a network": lambda _: RunResult(RunStatus.REFUSED),
}


def korean_of(told: Sayable) -> str:
    """Return what is said in the terminal, and see that the chat says the same."""
    line = command_speech(Language.KO)(told)
    assert speech(Language.KO)(told) == line
    return line


def english_left(line: str) -> list[str]:
    """Return every run of three English words that is no name and no code."""
    message = line.partition(": ")[2]
    assert re.search("[가-힣]", message), line
    for kind in KINDS:
        message = message.replace(f"{kind},", "").replace(f"{kind} ", "")
    return re.findall(r"[A-Za-z]+(?: [A-Za-z]+){2,}", SAID_BY_OTHERS.sub("·", message))


@pytest.mark.parametrize("content", [content for content, _ in FILES.values()], ids=FILES.keys())
def test_a_broken_file_is_told_in_korean(deck_folder: Path, content: str | bytes) -> None:
    write(deck_folder, a=content)

    told = [korean_of(problem) for problem in DeckReader(deck_folder).read().problems]

    assert told
    assert [english_left(line) for line in told] == [[] for _ in told]


@pytest.mark.parametrize(("card", "old", "new"), [one[:3] for one in CARDS.values()], ids=CARDS.keys())
def test_a_broken_card_is_told_in_korean(deck_folder: Path, card: str, old: str, new: str) -> None:
    write(deck_folder, a=HEADER + card.replace(old, new))

    told = [korean_of(problem) for problem in DeckReader(deck_folder).read().problems]

    assert told
    assert [english_left(line) for line in told] == [[] for _ in told]


@pytest.mark.parametrize("answer", RUNS.values(), ids=RUNS.keys())
async def test_a_card_that_torch_does_not_bear_out_is_told_in_korean(
    deck_folder: Path, answer: Callable[[Snippet], RunResult]
) -> None:
    write(deck_folder, a=HEADER + CARD + CHOICE + CLAIM)
    cards = load_deck(deck_folder).cards

    told = [korean_of(proof) async for proof in verify(cards, FakeRunner(answer))]

    assert len(told) == 3
    assert [english_left(line) for line in told] == [[], [], []]


async def test_dice_are_told_in_korean(deck_folder: Path) -> None:
    write(deck_folder, a=HEADER + CARD)

    (proof,) = [one async for one in verify(load_deck(deck_folder).cards, in_turn(gave([2, 3]), gave([3, 2])))]

    assert korean_of(proof) == (
        'cards/shapes/a.yaml:5: 카드 "shape-of-zeros": 반박됨: 정답이 맞는지: 예상 실행마다 같은 답, '
        "실제 [2, 3], 다음에는 [3, 2]: 실행마다 답이 달라요. `seed:`를 정하거나 시계와 주소를 빼세요"
    )


def test_near_duplicates_are_told_in_korean(deck_folder: Path) -> None:
    write(deck_folder, a=HEADER + CARD + CHOICE)

    (near,) = near_to(load_deck(deck_folder).cards, [])

    assert english_left(korean_of(near)) == []


def test_the_reader_keeps_what_did_not_change(deck_folder: Path) -> None:
    write(deck_folder, a=HEADER + CARD, b=HEADER + CLAIM)
    reader = DeckReader(deck_folder)
    before = reader.load().cards
    write(deck_folder, a=HEADER + CHOICE)

    after = reader.load().cards

    assert after[1] is before[1]
    assert [one.card.id for one in after] == ["which-shape", "shapes-are-tuples"]
