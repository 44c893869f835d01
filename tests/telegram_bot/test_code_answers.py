"""How code is handed in: typed, fenced, as a reply, as a file, mended; and how the verdict looks."""

import asyncio
from datetime import UTC, datetime

import pytest
import telegram

from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.local_chat import Message
from studybot.telegram_bot.code_in import typed_text
from tests.deck.fakes_deck import gave
from tests.fakes import code_card, predict_card
from tests.telegram_bot.conftest import SetStage, Stage
from tests.telegram_bot.test_kinds_in_chat import HALVES, ONES, case
from tests.telegram_bot.test_private_chat import answered, first_card

RIGHT = "def normalise(x):\n    return x / x.sum(1, keepdim=True)"


def judging(snippet: Snippet) -> RunResult:
    """Code with the word "mine" in it is wrong."""
    return case(ONES if "mine" in snippet.code else HALVES)


async def code_asked(on: Stage) -> Message:
    on.runner.results = judging
    return await first_card(on.ann)


@pytest.mark.parametrize("name", ["answer.py", "ANSWER.PY", "answer.txt"])
async def test_a_file_is_an_answer(stage: SetStage, name: str) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)

        await on.ann.send_document(RIGHT.encode(), name)

        assert "Right!" in (await on.ann.next_message()).text
        assert list(on.store.answers.values()) == [RIGHT]


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        pytest.param(b"%PDF", "answer.pdf", "I can read .py files, and no others.", id="another type"),
        pytest.param(b"#" * 20_001, "answer.py", "That file is too large: 20 kB at most.", id="too large"),
        pytest.param("# 가".encode("euc-kr"), "answer.py", "That file is not text in UTF-8.", id="another encoding"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told_and_costs_nothing(
    stage: SetStage, content: bytes, name: str, told: str
) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)

        await on.ann.send_document(content, name)

        assert (await on.ann.next_message()).text == told
        assert not on.store.answers


async def test_a_file_for_a_card_that_asks_for_no_code_is_no_answer(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await first_card(on.ann)

        await on.ann.send_document(b"4", "answer.py")

        assert "only read text" in (await on.ann.next_message()).text
        assert not on.store.answers


async def test_outside_a_quiz_a_file_is_run(stage: SetStage) -> None:
    async with stage() as on:
        on.runner.results = lambda _: RunResult(RunStatus.OK, value=[None, "4", [], 0])

        await on.ann.send_document(b"2 + 2", "try.py")

        assert "ran to its end" in (await on.ann.next_message()).text


async def test_a_code_block_among_words_is_the_answer(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)

        told = await answered(on.ann, f"I think:\n```python\n{RIGHT}\n```\nis it?")

        assert "Right!" in told.text
        assert list(on.store.answers.values()) == [RIGHT]


async def test_a_phones_quotation_marks_cost_nothing(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)

        told = await answered(on.ann, f"how = “rows”\n{RIGHT}")

        assert "Right!" in told.text
        assert {snippet.code for snippet in on.runner.asked} & {f'how = "rows"\n{RIGHT}'}


FORMATTED = {
    "a power": ("x2 + y2", [("bold", 1, 5)], "x**2 + y**2"),
    "a method": ("class A:\n  def init(self): pass", [("italic", 15, 4)], "class A:\n  def __init__(self): pass"),
    "after letters of two units": ("'🐟' * x2 + y2", [("bold", 8, 5)], "'🐟' * x**2 + y**2"),
    "an answer that is stressed": ("x", [("italic", 0, 1)], "x"),
    "a word that is stressed": ("it is 36, I think", [("bold", 6, 2)], "it is 36, I think"),
}


@pytest.mark.parametrize(("text", "entities", "meant"), FORMATTED.values(), ids=FORMATTED.keys())
def test_marks_of_python_that_were_taken_for_formatting_are_read(
    text: str, entities: list[tuple[str, int, int]], meant: str
) -> None:
    formatted = [telegram.MessageEntity(*entity) for entity in entities]
    chat, sent = telegram.Chat(1, "private"), datetime(2026, 1, 1, tzinfo=UTC)
    message = telegram.Message(1, sent, chat, text=text, entities=formatted)

    assert typed_text(message) == meant


async def test_a_reply_to_the_card_is_an_answer(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        card = await code_asked(on)

        await on.ann.send(RIGHT, reply_to=card)

        assert "Right!" in (await on.ann.next_message()).text


async def test_mended_code_counts_while_the_card_is_open(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)
        sent = await on.ann.send("mine = 1")
        told = await on.ann.next_message()
        assert "Not yet." in told.text

        version = told.version
        await on.ann.edit(sent, f"```python\n{RIGHT}\n```")
        await on.ann.next_edit(told, since=version)

        assert "Right!" in told.text


async def test_it_shows_that_the_answer_is_being_run(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)
        before = len([call for call in on.chat.calls if call.method == "sendChatAction"])
        on.runner.held_by = asyncio.Event()

        await on.ann.send(RIGHT)
        async with asyncio.timeout(1):
            while len([call for call in on.chat.calls if call.method == "sendChatAction"]) == before:  # noqa: ASYNC110
                await asyncio.sleep(0)
        on.runner.held_by.set()

        assert "Right!" in (await on.ann.next_message()).text


async def test_the_verdict_comes_below_the_code_and_the_question_stays_above_it(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        card = await code_asked(on)

        first = await answered(on.ann, "mine")
        assert first.text.index("Not yet.") < first.text.index("Value [0, 0]")
        assert "Write normalise(x)" not in first.text
        assert first.buttons == [["I don't know"]]

        second = await answered(on.ann, RIGHT)
        assert "Right!" in second.text
        assert "Write normalise(x)" not in second.text
        assert "Next ▸" in second.buttons[-1]
        assert "Write normalise(x)" in card.text
        await on.chat.wait_for(lambda: card.buttons == first.buttons == [])


async def test_what_was_asked_is_repeated_where_something_stands_between(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)
        await on.ann.send("/find xyzzy")
        await on.ann.next_message()

        told = await answered(on.ann, "mine")
        assert told.text.index("Not yet.") < told.text.index("Value [0, 0]") < told.text.index("Write normalise(x)")


async def test_code_that_telegram_cuts_into_pieces_costs_no_try(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)

        told = await answered(on.ann, "\n".join([f"mine = {number}" for number in range(900)]))
        await on.ann.send("/card")
        again = await on.ann.next_message()

        assert told.text.endswith("Send code as long as this as a .py file.")
        assert "Write normalise(x)" in again.text
        assert "more tries" not in again.text
        assert not on.store.answers


async def test_code_that_comes_twice_is_judged_and_told_once(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)
        told = await answered(on.ann, "mine")
        on.chat.redeliver()

        again = await answered(on.ann, RIGHT)

        assert "Not yet. You have 3 more tries." in told.text
        assert "Right!" in again.text
        assert len([each for each in on.ann.private.messages if each.from_bot]) == 4


async def test_what_the_code_printed_is_shown_folded_where_it_is_long(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        await code_asked(on)
        on.runner.results = lambda snippet: gave(judging(snippet).value, stdout="shape (2, 2)\n" * 40)

        told = await answered(on.ann, "mine")

        assert told.pieces("expandable_blockquote")[0].startswith("shape (2, 2)\nshape (2, 2)")


@pytest.mark.parametrize("tries", [1, 4])
async def test_the_longest_verdict_fits_into_one_message(stage: SetStage, tries: int) -> None:
    question, explanation = ({"ko": "a" * count, "en": "a" * count} for count in (400, 1500))
    long = "def normalise(x):\n    " + "x = x;" * 480 + "return x"
    async with stage(code_card(question=question, explanation=explanation, starter=long, solution=long)) as on:
        await code_asked(on)
        on.runner.results = lambda snippet: gave(judging(snippet).value, stdout="<&>" * 4000)

        for _ in range(tries):
            told = await answered(on.ann, "mine")

        assert ("Not yet." if tries == 1 else "Not quite.") in told.text
        assert not on.chat.refusals
