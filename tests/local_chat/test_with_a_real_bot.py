"""The real python-telegram-bot against the local chat over HTTP: what it sends and reads fits."""

from studybot.local_chat import LocalChat, Toast
from tests.local_chat.echo_bot import echo_bot


async def test_a_person_says_start_and_the_bot_answers_with_buttons(served: LocalChat) -> None:
    ann = served.person("Ann <3", language="ko")

    async with echo_bot(served):
        await ann.send("/start deck_autograd")
        hello = await ann.next_message()

    assert hello.text == "Hello, Ann <3! You came by deck_autograd."
    assert hello.pieces("bold") == ["Ann <3"]
    assert hello.buttons == [["True", "False"]]


async def test_a_press_brings_a_toast_and_edits_the_message(served: LocalChat) -> None:
    ann = served.person("Ann")

    async with echo_bot(served):
        await ann.send("/start")
        hello = await ann.next_message()
        toast = await ann.press(hello, "False")
        await served.wait_for(lambda: hello.text == "It was False.")

    assert toast == Toast("You chose False", alert=True)
    assert hello.buttons == []
    assert hello.edited
