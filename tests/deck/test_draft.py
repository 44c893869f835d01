"""Drafts: what is proposed from a log, what is left out, and that a person's part is marked."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.value import Tensor, Value
from studybot.deck.draft.drafts import Draft, Undrafted, drafts_of
from studybot.deck.draft.people import without_people
from studybot.deck.draft.reading import read_log
from studybot.deck.draft.sorting import Sorted, sort_log
from studybot.deck.draft.topics import topic_of
from studybot.deck.draft.writing import TITLE_OF_INBOX, deck_text, passages_in, record
from studybot.deck.loader import load_deck
from studybot.errors import DeckError, SandboxUnavailable
from studybot.kinds import KINDS
from studybot.ports import Runner
from tests.deck.draft_logs import BROKEN, ENGLISH, KOREAN, LONGER, PEOPLE, PRIVATE
from tests.deck.fakes_deck import gave, in_turn, raised
from tests.fakes_runner import FakeRunner

LOGS = {"Korean": KOREAN, "longer": LONGER, "English": ENGLISH, "broken": BROKEN}


def sorted_log(text: str, met: set[str] | None = None, name: str = "2031-03-05-day3") -> Sorted:
    return sort_log(read_log(text, name=name, path=f"{name}.md"), set() if met is None else met)


async def made_of(text: str, runner: Runner | None = None) -> list[Draft | Undrafted]:
    return await drafts_of(sorted_log(text), runner or in_turn(gave(3)), topics=("contiguity", "zero-grad"))


async def drafts(text: str, runner: Runner | None = None) -> list[Draft]:
    return [one for one in await made_of(text, runner) if isinstance(one, Draft)]


def python(code: str) -> str:
    return f"```python\n{code}\n```\n"


# What never gets in


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
        assert text not in left_out.reason


async def test_comments_never_get_into_a_snippet() -> None:
    code = "x = torch.ones(2)  # Marlow's idea\n# Ottilie: look\nx.sum()  # 3"

    (draft,) = await drafts(python(code))

    assert draft.fields["snippet"] == "x = torch.ones(2)\nx.sum()\n"


# What is taken


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


# Results in comments

SUMS = Tensor("float32", (2,), (1,), (36.0, 81.0))

RESULTS: dict[str, tuple[str, RunResult, str, object]] = {
    "after an expression": ("x.sum()  # 3", gave(3), "x.sum()", 3),
    "after print": ("print(x.sum())  # 3", gave(3), "x.sum()", 3),
    "after an assignment": ("y = x.sum()  # 3", gave(3), "y = x.sum()\ny", 3),
    "below": ("x.grad\n# tensor([36., 81.])", gave(SUMS), "x.grad", [36.0, 81.0]),
    "below, in lines": ("x.grad\n# tensor([36.,\n#         81.])", gave(SUMS), "x.grad", [36.0, 81.0]),
    "behind an arrow": ("x.item()  # => 0.5", gave(0.5), "x.item()", 0.5),
    "behind a word": ("x.item()  # 출력: 0.5", gave(0.5), "x.item()", 0.5),
    "a dtype": ("x.dtype  # torch.int64", gave("int64"), "x.dtype", "int64"),
    "None": ("x.grad  # None", gave(None), "x.grad", None),
    "a text that is printed": ('print(f"{x}")  # -> a b', gave(None, "a b\n"), 'print(f"{x}")', "a b"),
    "an exception": ("x.view(7)  # RuntimeError: no", raised("RuntimeError"), "x.view(7)", "RuntimeError"),
    "a session": (">>> x = torch.ones(2)\n>>> x.sum()\n3", gave(3), "x = torch.ones(2)\nx.sum()", 3),
}


@pytest.mark.parametrize(("code", "run", "snippet", "expect"), RESULTS.values(), ids=RESULTS.keys())
async def test_a_result_in_a_comment_becomes_a_predict_card(
    code: str, run: RunResult, snippet: str, expect: object
) -> None:
    (draft,) = await drafts(python(code), in_turn(run))

    assert (draft.kind, draft.fields["snippet"], draft.fields["expect"]) == ("predict", snippet + "\n", expect)
    assert draft.ran.endswith("they agree")


async def test_a_shape_beside_a_tensor_asks_for_the_shape() -> None:
    runner = FakeRunner(lambda snippet: gave([2, 3]) if ".shape" in snippet.code else gave(SUMS))

    (draft,) = await drafts(python("x = torch.zeros(2, 3)  # (2, 3)"), runner)

    assert (draft.fields["snippet"], draft.fields["expect"]) == ("x = torch.zeros(2, 3)\nx.shape\n", [2, 3])


@pytest.mark.parametrize(
    "code",
    [
        "x = torch.ones(2)  # two ones",
        "x.backward()  # gradient",
        "step = 3  # 3",
        "x.view(2, 3)  # (B, T)",
        "x.sum()  # see the RuntimeError above",
        "x.sum()\n\n# 3",
        "# 3\nx.sum()",
    ],
)
def test_a_remark_is_no_result(code: str) -> None:
    assert sorted_log(python(code)).predictions == []


async def test_what_torch_says_stands_beside_what_the_log_says() -> None:
    (draft,) = await drafts(python("x.sum()  # 4"), in_turn(gave(3)))

    assert draft.ran == "torch says 3; the log says 4: THEY DIFFER"
    assert draft.fields["expect"] == 3


async def test_an_exception_that_the_log_did_not_expect_is_what_is_asked() -> None:
    (draft,) = await drafts(python("x.view(7)  # 3"), in_turn(raised("RuntimeError", "no")))

    assert (draft.fields["asks"], draft.fields["expect"]) == ("exception", "RuntimeError")
    assert draft.ran == "torch says RuntimeError: no; the log says 3: THEY DIFFER"


async def test_a_block_takes_what_it_needs_from_the_blocks_above() -> None:
    above = python("x = torch.ones(2)\nprint(x)\nx.view(9)  # RuntimeError") + "\n" + python("unused = len('a')")

    *_, last = await drafts(above + "\n" + python("x.sum()  # 3"))

    assert last.fields["snippet"] == "x = torch.ones(2)\nx.sum()\n"


LEFT_OUT: dict[str, tuple[RunResult, str]] = {
    "a part of something larger": (raised("NameError", "name 'm' is not defined"), "it does not run by itself"),
    "endless": (RunResult(RunStatus.TIMEOUT), "it does not run to its end: timeout"),
    "too long to type": (gave([*range(17)]), "more than 16 elements"),
    "no value": (gave(None), "it has no value"),
    "an address": (gave(0x7F00_0000_0010), "its value is no plain data"),
    "raises above": (raised("ValueError", "no", line=1), "a line above it raises ValueError: no"),
}


@pytest.mark.parametrize(("run", "reason"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
async def test_a_block_without_an_answer_to_ask_for_is_left_out_with_the_reason(run: RunResult, reason: str) -> None:
    (left_out,) = await made_of(python("x = torch.ones(2)\nx.sum()  # 3"), in_turn(run))

    assert isinstance(left_out, Undrafted)
    assert (left_out.line, left_out.is_broken) == (3, False)
    assert left_out.reason.startswith(reason)


async def test_a_block_that_rolls_dice_is_left_out() -> None:
    (left_out,) = await made_of(python("torch.rand(1).item()  # 0.5"), in_turn(gave(0.5), gave(0.6)))

    assert isinstance(left_out, Undrafted)
    assert "rolls dice" in left_out.reason


async def test_a_sandbox_that_is_down_drafts_nothing() -> None:
    with pytest.raises(SandboxUnavailable):
        await made_of(python("x.sum()  # 3"), FakeRunner(down=SandboxUnavailable("no jail here")))


async def test_a_code_block_right_after_a_claim_serves_if_it_runs() -> None:
    text = "`view`는 항상 메모리를 공유해야 한다.\n\n" + python("x = torch.ones(2)\nx.view(2)")

    (served,) = await drafts(text, in_turn(gave(True)))
    (unserved,) = await drafts(text, in_turn(raised("NameError", "no x")))

    assert served.fields["snippet"].startswith("# TODO: end with a bool")
    assert "x.view(2)" in served.fields["snippet"]
    assert (unserved.fields["snippet"], unserved.ran) == (
        "TODO",
        "the code block on line 4: it does not run by itself: NameError: no x",
    )


# Broken blocks, and blocks that are no Python


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


# The same passage twice


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


# The file


def written(folder: Path, made: list[Draft]) -> Path:
    (folder / "inbox").mkdir()
    path = folder / "inbox" / "day3.yaml"
    path.write_text(deck_text(made, topic="inbox", title=TITLE_OF_INBOX), encoding="utf-8")
    return path


async def test_a_draft_file_is_a_deck_but_for_what_says_todo(tmp_path: Path) -> None:
    path = written(tmp_path, [one for one in await drafts(KOREAN) if one.kind in KINDS])

    with pytest.raises(DeckError) as caught:
        load_deck(path)

    assert all(problem.message.endswith("still says TODO: write it") for problem in caught.value.problems)


async def test_a_draft_that_a_person_completed_is_a_card(tmp_path: Path) -> None:
    made = [one for one in await drafts(KOREAN + ENGLISH) if one.kind in KINDS]
    path = written(tmp_path, made)
    text = (
        path.read_text(encoding="utf-8")
        .replace("holds: TODO", "holds: true")
        .replace("snippet: TODO", 'snippet: "True"')
    )
    path.write_text(re.sub(r"\bTODO\b", '"written"', text), encoding="utf-8")

    deck = load_deck(path)

    assert [loaded.card.kind for loaded in deck.cards] == [one.kind for one in made]


async def test_the_learners_text_is_never_the_logs() -> None:
    for draft in [*await drafts(KOREAN), *await drafts(ENGLISH)]:
        texts = [text for field in draft.fields.values() if isinstance(field, dict) for text in field.values()]

        assert [text for text in texts if len(str(text)) > 40] == []
        assert draft.quote not in texts


def test_odd_values_are_written_as_yaml(tmp_path: Path) -> None:
    values: list[Value] = [float("nan"), float("-inf"), True, None, "a: b", 1e-7]
    fields = {
        "id": "odd-values",
        "kind": "predict",
        "question": {"ko": 'x "y"', "en": "it's"},
        "snippet": "x = 1\n\nx\n",
        "expect": values[2:],
        "explanation": {"ko": "글", "en": "text"},
        "source": {"log": "day: 3", "date": date(2031, 3, 5)},
    }
    draft = Draft("predict", "inbox", "day: 3", "day.md", 3, 0.9, "a\tquote", "ran", "0" * 12, fields)

    (loaded,) = load_deck(written(tmp_path, [draft])).cards

    assert loaded.card.model_dump()["expect"] == [True, None, "a: b", 1e-7]
    odd = Draft("predict", "inbox", "x", "x.md", 3, 0.9, "", "", "0" * 12, {**fields, "expect": values[:2]})
    assert "expect: [.nan, -.inf]" in deck_text([odd], topic="inbox", title=TITLE_OF_INBOX)
    assert json.loads(json.dumps(record(odd), allow_nan=False))["card"]["expect"] == ["nan", "-inf"]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("`optimizer.zero_grad()`를 부르지 않으면", "zero-grad"),
        ("a contiguous tensor", "contiguity"),
        ("forward hook", "hooks"),
        ("DataLoader(batch_size=2)", "dataloader"),
        ("a transpose", "inbox"),
        ("텐서", "inbox"),
    ],
)
def test_a_topic_is_found_by_the_words_of_its_name(text: str, topic: str) -> None:
    topics = ("optimizer", "zero-grad", "contiguity", "hooks", "dataloader", "transforms")

    assert topic_of([text], topics) == topic


@pytest.mark.jail
@pytest.mark.asyncio(loop_scope="session")
async def test_real_torch_is_what_the_drafts_show(pool: Runner) -> None:
    made = await made_of(ENGLISH, pool)

    told = {one.line: one.ran for one in made if isinstance(one, Draft) and one.kind == "predict"}
    assert told[24] == "torch says tensor(15); the log says 16: THEY DIFFER"
    assert told[25].startswith("torch says RuntimeError: ")
    assert told[27].endswith("they agree")
    reasons = {one.line: one.reason for one in made if isinstance(one, Undrafted)}
    assert reasons[35] == "two runs gave different results: it rolls dice, or looks at a clock"
    assert reasons[36] == "it does not run by itself: NameError: name 'model' is not defined"


async def test_runs_are_asked_for_without_urgency() -> None:
    asked: list[tuple[str, bool]] = []

    class Listening(FakeRunner):
        async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
            asked.append((asked_by, urgent))
            return await super().run(snippet, asked_by=asked_by, urgent=urgent)

    await made_of(python("x.sum()  # 3"), Listening(lambda _: gave(3)))

    assert set(asked) == {("draft", False)}
