"""/run, in private and in groups."""

import asyncio
from datetime import timedelta

import pytest

from studybot.core.run import RunResult, RunStatus
from studybot.core.value import Value
from studybot.errors import SandboxBusy
from studybot.local_chat import Message
from studybot.local_chat.image_size import picture_size
from tests.fakes import predict_card
from tests.pictures.layouts import TRANSPOSED
from tests.telegram_bot.conftest import SetStage, Stage
from tests.telegram_bot.test_private_chat import first_card

X: Value = ["x", "float32", [2, 3], [3, 1], True, True, "tensor([4., 6.])", True, "", "", ""]
Y: Value = ["y", "float32", [3, 2], [1, 3], False, True, None, False, "x", "TBackward0", ""]


def looked(value: str | None = None, *tensors: Value, error: Value = None, stdout: str = "") -> RunResult:
    return RunResult(RunStatus.OK, stdout=stdout, value=[error, value, list(tensors), len(tensors)])


def ran(on: Stage) -> list[str]:
    return [snippet.code for snippet in on.runner.asked]


async def answered(on: Stage, text: str, result: RunResult) -> Message:
    on.runner.results = lambda _: result
    await on.ann.send(text)
    return await on.ann.next_message()


async def test_run_shows_output_value_and_every_tensor_verdict_first(stage: SetStage) -> None:
    async with stage() as on:
        told = await answered(on, "/run x = f()\nx.t()", looked("tensor([[1.]])", X, Y, stdout="hi\n"))

        assert ran(on) == ["x = f()\nx.t()"]
        assert told.text.startswith("✅ The code ran to its end.")
        printed, value, tensors = told.pieces("pre")
        assert (printed, value) == ("hi", "tensor([[1.]])")
        assert tensors.splitlines() == [
            "x  float32 (2, 3)",
            "  stride (3, 1)",
            "  is_leaf ✓ requires_grad ✓",
            "  grad tensor([4., 6.])",
            "y  float32 (3, 2)",
            "  stride (1, 3)",
            "  is_leaf ✗ requires_grad ✓ grad None",
            "  not contiguous · TBackward0",
            "  storage of x",
        ]
        assert told.buttons == [["🧱 Memory", "🕸 Graph"]]
        assert told.reply_to_id is not None
        assert not on.chat.refusals


async def test_it_shows_at_once_that_it_is_running(stage: SetStage) -> None:
    async with stage() as on:
        on.runner.held_by = asyncio.Event()
        on.runner.results = lambda _: looked("1")

        await on.ann.send("/run slow()")
        async with asyncio.timeout(5):
            while "sendChatAction" not in [call.method for call in on.chat.calls]:  # noqa: ASYNC110 - nothing to wait on
                await asyncio.sleep(0)
        assert [message for message in on.ann.private.messages if message.from_bot] == []
        on.runner.held_by.set()

        assert "ran to its end" in (await on.ann.next_message()).text


async def test_an_error_is_told_with_its_line_before_anything_else(stage: SetStage) -> None:
    async with stage() as on:
        told = await answered(on, "/run\nx = 1\nx.view(7)", looked(error=["RuntimeError", "shape '[7]' is <odd>", 2]))

        assert told.text.startswith("❌ RuntimeError in line 2\nx.view(7)\nshape '[7]' is <odd>")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (RunStatus.TIMEOUT, "The time limit stopped it."),
        (RunStatus.MEMORY, "It used too much memory and was stopped."),
        (RunStatus.OUTPUT, "It printed too much and was stopped."),
        (RunStatus.CRASHED, "Python went away before it came to an answer."),
        (RunStatus.REFUSED, "That is not allowed in the sandbox."),
    ],
)
async def test_each_ending_has_its_sentence(stage: SetStage, status: RunStatus, sentence: str) -> None:
    async with stage() as on:
        told = await answered(on, "/run while True: pass", RunResult(status, stdout="so far\n"))

        assert sentence in told.text.splitlines()[0]
        assert told.pieces("pre") == ["so far"]


async def test_what_a_snippet_forges_is_told_as_a_crash(stage: SetStage) -> None:
    async with stage() as on:
        told = await answered(on, "/run x", RunResult(RunStatus.OK, value="<b>hacked</b>"))

        assert "Python went away" in told.text


async def test_our_own_failure_is_told_as_ours(stage: SetStage) -> None:
    async with stage() as on:
        on.runner.down = SandboxBusy("busy", place=7)
        await on.ann.send("/run 1 + 1")

        assert "your place would be 7" in (await on.ann.next_message()).text


async def test_a_long_output_is_folded_and_a_very_long_one_comes_as_a_file(stage: SetStage) -> None:
    async with stage() as on:
        long = await answered(on, "/run p()", looked(stdout="line\n" * 30))
        assert long.pieces("expandable_blockquote")[0].count("line") == 30

        longer = await answered(on, "/run q()", looked(stdout="a line\n" * 3000))
        file = await on.ann.next_message()

        assert len(longer.text) < 4096
        assert file.file_name == "output.txt"
        assert file.file is not None
        assert file.file.count(b"a line") == 3000
        assert not on.chat.refusals


async def test_the_most_that_can_be_shown_fits_into_one_message(stage: SetStage) -> None:
    async with stage(language="ko") as on:
        big: Value = ["n" * 40, "float32", [9] * 20, [9] * 20, False, True, "g" * 300, False, "x" * 40, "m" * 40, "c"]
        result = looked("&" * 20_000, *[big] * 12, stdout="<" * 9_000, error=["E" * 40, "&" * 2000, 1])

        await answered(on, "/run " + "<" * 200, result)

        assert not on.chat.refusals


async def test_too_many_runs_are_refused_with_the_time_to_come_back(stage: SetStage) -> None:
    async with stage() as on:
        for _ in range(10):
            await answered(on, "/run 1", looked("1"))
        on.clock.move(timedelta(minutes=3))

        refused = await answered(on, "/run 1", looked("1"))
        assert "Come back in 2 minutes." in refused.text
        assert len(on.runner.asked) == 10

        on.clock.move(timedelta(minutes=2))
        assert "ran to its end" in (await answered(on, "/run 1", looked("1"))).text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("```python\nx = 1\n```", "x = 1", id="a code block"),
        pytest.param("look:\n```\nfoo\n```", "foo", id="a code block among words"),
        pytest.param("import torch\ntorch.ones(2)", "import torch\ntorch.ones(2)", id="an import"),
        pytest.param("torch.ones(2).sum()", "torch.ones(2).sum()", id="a call of torch"),
        pytest.param("print(“hi”)", 'print("hi")', id="the quotes of a phone"),
    ],
)
async def test_code_outside_a_quiz_is_run_without_a_command(stage: SetStage, text: str, code: str) -> None:
    async with stage() as on:
        told = await answered(on, text, looked("1"))

        assert ran(on) == [code]
        assert "ran to its end" in told.text


@pytest.mark.parametrize("text", ["hello", "thank you", "what is x?", "x", "ok, see you", "고마워요"])
async def test_words_are_not_run(stage: SetStage, text: str) -> None:
    async with stage() as on:
        told = await answered(on, text, looked("1"))

        assert ran(on) == []
        assert "No card is open." in told.text


async def test_code_while_a_card_is_open_is_its_answer(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await first_card(on.ann)
        before = len(on.runner.asked)

        await on.ann.send("```python\nx = 1\n```")
        await on.ann.next_message()

        assert len(on.runner.asked) == before


async def test_run_without_code_says_how(stage: SetStage) -> None:
    async with stage() as on:
        assert "Send the code after /run" in (await answered(on, "/run", looked("1"))).text


async def test_a_py_file_is_run_with_run_in_its_caption(stage: SetStage) -> None:
    async with stage() as on:
        on.runner.results = lambda _: looked("1")

        await on.ann.send_document(b"x = 1\nx", "try.py", "/run")

        assert "ran to its end" in (await on.ann.next_message()).text
        assert ran(on) == ["x = 1\nx"]


async def test_in_a_group_run_takes_the_code_of_the_message_it_replies_to(stage: SetStage) -> None:
    async with stage() as on:
        group = on.chat.group("Study", [on.ann])
        on.runner.results = lambda _: looked("tensor(1.)", X)
        code = await on.ann.send("why?\n```python\nx.t()\n```", to=group)
        await on.ann.send("/run", reply_to=code)

        told = await on.ann.next_message(group)

        assert ran(on) == ["x.t()"]
        assert told.reply_to_id == code.id
        assert told.text.startswith("✅")
        assert not on.store.learners, "who runs code in a group is no learner yet"


async def test_in_a_group_run_takes_code_behind_the_command(stage: SetStage) -> None:
    async with stage() as on:
        group = on.chat.group("Study", [on.ann])
        on.runner.results = lambda _: looked("2")

        await on.ann.send(f"/run@{on.chat.bot_username} 1 + 1", to=group)

        assert "ran to its end" in (await on.ann.next_message(group)).text
        assert ran(on) == ["1 + 1"]


async def test_memory_is_drawn_at_a_press_from_the_same_code_and_dice(stage: SetStage) -> None:
    async with stage() as on:
        told = await answered(on, "/run torch.rand(2, 3).t()", looked("tensor(...)", X, Y))
        on.runner.results = lambda _: RunResult(RunStatus.OK, value=TRANSPOSED)

        await on.ann.press(told, "🧱 Memory")
        picture = await on.ann.next_message()

        assert picture.file is not None
        assert (picture_size(picture.file) or (0, 0))[0] == 1280
        first, second = on.runner.asked
        assert (first.code, first.seed) == (second.code, second.seed)


async def test_a_picture_that_cannot_be_drawn_is_told(stage: SetStage) -> None:
    async with stage() as on:
        told = await answered(on, "/run f()", looked("tensor(...)", X, Y))
        on.runner.results = lambda _: RunResult(RunStatus.OK, value=None)

        await on.ann.press(told, "🕸 Graph")

        assert "no graph there" in (await on.ann.next_message()).text


async def test_a_picture_of_code_that_was_deleted_asks_for_it_again(stage: SetStage) -> None:
    async with stage() as on:
        on.runner.results = lambda _: looked("tensor(...)", X)
        sent = await on.ann.send("/run f()")
        told = await on.ann.next_message()
        record = {key: value for key, value in told.record.items() if key != "reply_to_message"}
        on.chat.world.state.put_message(record)
        await on.ann.delete(sent)

        toast = await on.ann.press(told, "🧱 Memory")

        assert "send it again" in toast.text
