"""Which passages of a log become drafts, and of which kind."""

from datetime import date

import pytest

from studybot.deck.draft.drafts import drafts_of
from tests.deck.drafting import drafts, sorted_log


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("`view`는 stride가 맞지 않으면 RuntimeError를 발생시킨다.", "claim"),
        ("leaf variable은 X.fill_(1) 등의 in-place 연산을 지원하지 않는다.", "claim"),
        (r"Dataset에는 \_\_len\_\_을 반드시 선언해야 한다.", "claim"),
        ("- `view` needs a tensor whose strides fit the new shape.", "claim"),
        ("> 왜 `backward`를 두 번 부르면 오류가 나는가?", "discussion"),
        ("`reshape`은 복사 때문에 느린 것 같다.", "discussion"),
        ("gradient를 초기화하지 않아서 backward 결과가 쌓인다는 결론을 내렸다.", "discussion"),
        ("I wonder whether `reshape` copies here.", "discussion"),
        ("### `Q.backward(gradient=...)`는 어디에서 쓸까?", "discussion"),
        ("- **leaf tensor**: 사용자가 직접 만든, 연산의 결과가 아닌 텐서", "recall"),
        ("- `stride` - 한 칸 옮길 때 건너뛰는 원소의 수이다", "recall"),
        ("- collate_fn\n    - 샘플들을 하나의 묶음으로 합치는 함수", "recall"),
    ],
)
async def test_a_sentence_becomes_the_kind_it_is(line: str, kind: str) -> None:
    (draft,) = await drafts(line)

    assert draft.kind == kind


async def test_a_keyword_that_the_log_explains_becomes_a_recall_card() -> None:
    text = "hook은 gradient가 계산될 때마다 불리는 함수이다.\n\n+ ##### 키워드: Hook, Contiguous, 나의 장점"

    recalls = [draft for draft in await drafts(text) if draft.kind == "recall"]

    assert [draft.fields["question"]["en"] for draft in recalls] == ["What does `Hook` mean?"]
    assert recalls[0].quote == "hook은 gradient가 계산될 때마다 불리는 함수이다."


async def test_a_draft_knows_its_log_its_line_and_its_day() -> None:
    (draft,) = await drafts("Day 2 (3/4)\n---\n\n`view`는 항상 메모리를 공유해야 한다.\n")

    assert (draft.path, draft.line) == ("2031-03-05-day3.md", 4)
    assert draft.fields["source"] == {"log": "2031-03-05-day3", "date": date(2031, 3, 4)}
    assert 0 < draft.confidence < 1


async def test_a_log_without_code_needs_no_sandbox() -> None:
    found = sorted_log("`view`는 항상 메모리를 공유해야 한다.")

    assert not found.wants_runs
    assert len(await drafts_of(found, None, topics=())) == 1
