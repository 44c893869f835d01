"""Broken blocks are reported, and no passage is drafted twice."""

import pytest

from studybot.deck.draft.drafts import Undrafted
from studybot.deck.draft.writing import TITLE_OF_INBOX, deck_text, passages_in
from tests.deck.draft_logs import BROKEN, KOREAN, LONGER
from tests.deck.drafting import drafts, made_of, sorted_log


async def test_a_broken_block_is_reported_with_the_parsers_words_and_the_logs_line() -> None:
    broken, *_ = await made_of(BROKEN)

    assert broken == Undrafted("2031-03-05-day3.md", 6, "'(' was never closed", is_broken=True)


@pytest.mark.parametrize(
    ("fence", "code"),
    [("python", "x = = 1"), ("pyhton", "x = = 1"), ("", "x = torch.ones(2\n"), ("", "import torch\nx = [1, 2")],
)
def test_broken_python_is_found_whatever_the_fence_says(fence: str, code: str) -> None:
    assert len(sorted_log(f"```{fence}\n{code}\n```").broken) == 1


@pytest.mark.parametrize(
    ("fence", "code"),
    [
        ("", "x[0][0] - x[0][1] - x[1][0] - .."),
        ("", "x[0] - x[1]"),
        ("bash", "pip install torch"),
        ("json", '{"a": 1'),
        ("mermaid", "graph TD; a-->b"),
    ],
)
def test_what_is_no_python_is_passed_over(fence: str, code: str) -> None:
    found = sorted_log(f"```{fence}\n{code}\n```")

    assert (found.broken, found.predictions) == ([], [])


def test_a_longer_version_of_a_log_gives_only_what_is_new() -> None:
    met: set[str] = set()
    first = sorted_log(KOREAN, met)
    longer = sorted_log(LONGER, met, name="2031-03-06-day4")

    assert len(first.statements) > 3
    assert [one.text for one in longer.statements] == [
        "`requires_grad`가 True인 leaf tensor는 in-place 연산을 지원하지 않는다."
    ]
    assert (longer.predictions, longer.broken) == ([], [])
    assert longer.repeated == len(first.statements) + len(first.predictions)


def test_spaces_marks_and_width_make_no_other_passage() -> None:
    met: set[str] = set()
    sorted_log("`view`는 항상 메모리를 공유해야 한다.", met)

    assert sorted_log("- **`view`** 는  항상 메모리를\n  공유해야 한다!", met).statements == []


def test_a_broken_block_is_reported_once() -> None:
    met: set[str] = set()

    assert [len(sorted_log(BROKEN, met).broken) for _ in range(2)] == [1, 0]


async def test_passages_are_known_again_from_the_file() -> None:
    made = await drafts(KOREAN)

    known = passages_in(deck_text(made, topic="inbox", title=TITLE_OF_INBOX))

    assert known == {draft.passage for draft in made}
    assert sorted_log(KOREAN, known).statements == []
