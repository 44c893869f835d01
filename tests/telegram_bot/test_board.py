"""/board in a group: opt-in, by name or under another one, and off it again."""

from studybot.local_chat import Group, Person
from tests.fakes import choice_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.conftest import Stage as Scene
from tests.telegram_bot.group_table import later
from tests.telegram_bot.test_group_modes import counted, lobby_of


async def a_played_challenge(scene: Scene) -> tuple[Group, Person]:
    """Let Ann and <b>Bob</b> play one card, which Ann has right."""
    ann, bob = scene.ann, scene.chat.person("<b>Bob</b>")
    group, lobby = await lobby_of(scene, [ann, bob], "sprint", cards=3)
    await bob.press(lobby, "✋ Join")
    quiz = await ann.next_message(group)
    await ann.vote(quiz, "four")
    await bob.vote(quiz, "five")
    await counted(scene, 2)
    await later(scene, 4)
    await later(scene, 5)
    assert "The end" in (await ann.next_message(group)).text
    return group, bob


async def test_people_are_on_the_board_if_they_want_to_be_and_as_whom_they_like(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        group, bob = await a_played_challenge(scene)
        ann = scene.ann
        await ann.send("/board", to=group)
        board = await ann.next_message(group)
        assert "Nobody is on it yet." in board.text
        assert "Played this week and not on it: 2." in board.text

        told = await bob.press(board, "🙋 With my name")
        hidden = await ann.press(board, "🎭 Under another name")

        assert (told.text, told.alert) == ("On the board you are <b>Bob</b>.", True)
        name = hidden.text.removeprefix("On the board you are ").removesuffix(".")
        await scene.chat.wait_for(lambda: name in board.text)
        assert f"🥇 {name}: 2 p., challenges: 1\n2. <b>Bob</b>: 0 p., challenges: 1" in board.text
        assert "Ann" not in board.text
        assert "not on it:" not in board.text

        assert (await bob.press(board, "Not on it")).text == "You are not on the board."
        await scene.chat.wait_for(lambda: "Bob" not in board.text)
        assert not scene.chat.refusals


async def test_a_button_of_another_groups_board_does_nothing(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        group = scene.chat.group("Study", [scene.ann])
        await scene.ann.send("/board", to=group)
        board = await scene.ann.next_message(group)
        scene.store.groups.clear()

        gone = await scene.ann.press(board, "🙋 With my name")

        assert gone.text == "That is over. /challenge opens another one."
        assert scene.store.kept_namings == {}


async def test_who_is_forgotten_is_not_on_the_board_any_more(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        group, _ = await a_played_challenge(scene)
        await scene.ann.send("/board", to=group)
        board = await scene.ann.next_message(group)
        await scene.ann.press(board, "🙋 With my name")
        await scene.ann.send("/start")
        await scene.ann.next_message()
        await scene.ann.send("/forget")
        question = await scene.ann.next_message()

        await scene.ann.press(question, question.buttons[0][0])
        await scene.ann.send("/board", to=group)
        after = await scene.ann.next_message(group)

        assert "Nobody is on it yet." in after.text
        assert "not on it: 1." in after.text
