"""No person and no private link gets into a draft."""

import json

import pytest

from studybot.deck.draft.drafts import Undrafted
from studybot.deck.draft.people import without_people
from studybot.deck.draft.writing import TITLE_OF_INBOX, deck_text, record
from tests.deck.draft_logs import PEOPLE, PRIVATE
from tests.deck.drafting import LOGS, drafts, made_of, python


@pytest.mark.parametrize("text", LOGS.values(), ids=LOGS.keys())
async def test_no_person_and_no_private_link_gets_into_a_draft(text: str) -> None:
    made = await drafts(text)

    written = deck_text(made, topic="inbox", title=TITLE_OF_INBOX) + json.dumps(
        [*map(record, made)], ensure_ascii=False
    )
    assert [one for one in (*PEOPLE, *PRIVATE) if one in written] == []


@pytest.mark.parametrize(
    "line",
    [
        "오늘은 `view`와 `reshape` 때문에 힘들었다.",
        "`view`와 `reshape`을 공부했는데 뿌듯하다!",
        "내일은 `DataLoader`의 `collate_fn`을 반드시 봐야겠다.",
        "아무래도 취업에는 `autograd`보다 알고리즘이 중요한 것 같다.",
        "Today `view` raised an error and I was tired.",
        "I feel that `autograd` is fun, why not.",
        "앞으로 낯선 라이브러리를 쓸 때 부담이 줄어들 것 같다.",
        "## 회고\n`view`는 텐서를 복사하지 않는다.",
        "## Plan\n`view` never copies the memory of a tensor.",
        "학습률은?",
        "`hook`과 `forward`를 직접 만들어 볼 수 있었다.",
        "- **Dataset 생성 및 DataLoader 구현**",
        "`detach()`와 leaf variable의 관계는 추후에 다루도록 하자.",
        "위와 같이 `view`를 부르면 오류가 발생한다.",
        "`view`는 텐서의 메모리를 공유하기 때문에",
    ],
)
async def test_a_diarys_line_is_no_draft(line: str) -> None:
    assert await drafts(line) == []


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("한가온 멘토님이 `view`를 쓰셨다.", "… `view`를 쓰셨다."),
        ("박노을이 `view`를 쓴다.", "… `view`를 쓴다."),
        ("박노을 발표: 손실을 줄인다, 이름은 x", "… 발표: 손실을 줄인다, 이름은 x"),
        ("가온: `view`가 뭐예요?", "… `view`가 뭐예요?"),
        ("가온_T1234가 물었다", "… 물었다"),
        ("Marlow and Ottilie use DataLoader.", "… and … use DataLoader."),
        ("see https://a.example/b or @quillfeather, me@a.example", "see … or …"),
        ("정확한 이미지가 하나의 배열로, 모양은 (2, 3)", "정확한 이미지가 하나의 배열로, 모양은 (2, 3)"),
        ("When a Tensor is leaf, BLAS and PyTorch are used", "When a Tensor is leaf, BLAS and PyTorch are used"),
    ],
)
def test_a_quotation_loses_names_and_keeps_the_rest(line: str, quoted: str) -> None:
    assert without_people(line) == quoted


async def test_code_that_holds_a_name_or_a_link_is_left_out() -> None:
    for text in ("Marlow", "한가온", "https://velog.io/@x"):
        (left_out,) = await made_of(python(f'x = "{text}"\nlen(x)  # 6'))

        assert isinstance(left_out, Undrafted)
        assert text not in str(left_out.reason)


async def test_comments_never_get_into_a_snippet() -> None:
    code = "x = torch.ones(2)  # Marlow's idea\n# Ottilie: look\nx.sum()  # 3"

    (draft,) = await drafts(python(code))

    assert draft.fields["snippet"] == "x = torch.ones(2)\nx.sum()\n"
