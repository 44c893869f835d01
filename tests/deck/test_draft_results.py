"""Results in comments: what torch says stands beside what the log says."""

import pytest

from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.value import Tensor
from studybot.deck.draft.drafts import Draft, Undrafted
from studybot.errors import SandboxUnavailable
from studybot.ports import Runner
from tests.deck.draft_logs import ENGLISH
from tests.deck.drafting import drafts, made_of, python, sorted_log
from tests.deck.fakes_deck import gave, in_turn, raised
from tests.fakes_runner import FakeRunner

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
    assert str(left_out.reason).startswith(reason)


async def test_a_block_that_rolls_dice_is_left_out() -> None:
    (left_out,) = await made_of(python("torch.rand(1).item()  # 0.5"), in_turn(gave(0.5), gave(0.6)))

    assert isinstance(left_out, Undrafted)
    assert "rolls dice" in str(left_out.reason)


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


@pytest.mark.jail
@pytest.mark.asyncio(loop_scope="session")
async def test_real_torch_is_what_the_drafts_show(pool: Runner) -> None:
    made = await made_of(ENGLISH, pool)

    told = {one.line: one.ran for one in made if isinstance(one, Draft) and one.kind == "predict"}
    assert told[24] == "torch says tensor(15); the log says 16: THEY DIFFER"
    assert told[25].startswith("torch says RuntimeError: ")
    assert told[27].endswith("they agree")
    reasons = {one.line: str(one.reason) for one in made if isinstance(one, Undrafted)}
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
