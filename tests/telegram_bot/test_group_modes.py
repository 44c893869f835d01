"""The other modes in a group: the real bot over HTTP, its store, deck and sandbox are fakes. Time stands still."""

from collections.abc import Sequence

from studybot.core.challenge import LAST_SECONDS
from studybot.local_chat import Group, Message, Person
from tests.fakes import choice_card, claim_card, fix_card, predict_card
from tests.flows.challenge_table import run
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.conftest import Stage as Scene
from tests.telegram_bot.group_table import later, until


async def counted(scene: Scene, votes: int) -> None:
    await until(lambda: len(scene.store.votes) >= votes)


async def closing(scene: Scene, votes: int) -> None:
    """Wait until so many votes have come, and the turn closes in a moment."""
    await counted(scene, votes)
    soon = scene.clock.now() + LAST_SECONDS
    await until(lambda: any(one.wakes_at and one.wakes_at <= soon for one in scene.store.kept_challenges.values()))


async def lobby_of(scene: Scene, people: Sequence[Person], mode: str, *, cards: int = 3) -> tuple[Group, Message]:
    """Open a lobby in a mode, and let everybody in but the last one."""
    group = scene.chat.group("Study", people)
    await people[0].send(f"/challenge {cards}", to=group)
    lobby = await people[0].next_message(group)
    await people[0].press(lobby, "⚙ Rules")
    await people[0].press(lobby, mode)
    await people[0].press(lobby, "◂ Back")
    for person in people[1:-1]:
        await person.press(lobby, "✋ Join")
    return group, lobby


async def test_a_sprint_is_a_row_of_quizzes(stage: SetStage) -> None:
    async with stage(choice_card("one"), claim_card("two"), choice_card("three")) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, lobby = await lobby_of(scene, [ann, bob], "sprint")
        await bob.press(lobby, "✋ Join")

        for number in (1, 2, 3):
            quiz = await ann.next_message(group)
            assert quiz.poll is not None
            assert quiz.poll["question"].startswith(f"[{number}/3] ")
            assert quiz.poll["explanation"] == "Because torch says so."
            right = quiz.poll["options"][quiz.poll["correct_option_ids"][0]]["text"]
            await ann.vote(quiz, right)
            await counted(scene, number)
            await later(scene, 23)
            assert quiz.poll["open_period"] == 20
            assert quiz.poll["is_closed"]
            await later(scene, 5)
        end = await ann.next_message(group)

        assert "Ann: 6 p." in end.text
        assert not scene.chat.refusals


async def test_a_duel_is_asked_in_turns(stage: SetStage) -> None:
    async with stage(choice_card("one"), choice_card("two")) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, lobby = await lobby_of(scene, [ann, bob], "duel")
        alone = await ann.press(lobby, "▶ Start")
        assert alone.text == "A duel takes two, and 1 are in."
        await bob.press(lobby, "✋ Join")
        question = await ann.next_message(group)
        assert "It is your turn, Ann." in question.text

        assert (await bob.press(question, "four")).text == "It is Ann's turn."
        await ann.press(question, "five")
        await later(scene, 4)
        assert "Missed: it goes over.\n👉 It is your turn, Bob." in question.text
        await bob.press(question, "four")
        await later(scene, 4)
        evidence = await ann.next_message(group)

        assert "From wrong to right" not in evidence.text
        assert not scene.chat.refusals


async def test_a_relay_repairs_a_program_by_replies(stage: SetStage) -> None:
    async with stage(fix_card()) as scene:
        scene.runner.results = run
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, lobby = await lobby_of(scene, [ann, bob], "relay")
        await bob.press(lobby, "✋ Join")
        question = await ann.next_message(group)
        assert "1/1" in question.text
        assert "3  y.backward()" in question.text

        await bob.send("3: y.backward(retain_graph=True)", to=group, reply_to=question)
        refused = await ann.next_message(group)
        assert refused.text == "It is Ann's turn."
        await ann.send("2: y = (x ** 3).sum()", to=group, reply_to=question)
        await closing(scene, 1)
        await later(scene, 4)
        await scene.chat.wait_for(lambda: "It is your turn, Bob." in question.text)
        assert "2  y = (x ** 3).sum()" in question.text
        await bob.send("3: y.backward(retain_graph=True)", to=group, reply_to=question)
        await closing(scene, 2)
        await later(scene, 4)
        evidence = await ann.next_message(group)

        assert "Repaired together, with 2 changed lines." in evidence.text
        assert "First to pass" not in evidence.text
        assert not scene.chat.refusals


async def test_a_daily_is_answered_in_private_and_revealed_in_the_evening(stage: SetStage) -> None:
    async with stage(choice_card("one"), predict_card("two")) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, lobby = await lobby_of(scene, [ann, bob], "daily")
        await bob.press(lobby, "✋ Join")
        invitation = await ann.next_message(group)
        assert "Answer in private" in invitation.text
        assert "Which?" not in invitation.text
        link = (await bob.press(invitation, "✍ Answer in private")).url
        assert link is not None

        await bob.send(f"/start {link.partition('start=')[2]}")
        for _ in range(2):
            question = await bob.next_message()
            if "Which?" in question.text:
                assert (await bob.press(question, "four")).text == "Taken."
            else:
                await bob.send("4", reply_to=question)
        done = await bob.next_message()
        assert done.text.startswith("✓ That was all of it.")
        await later(scene, 3600)
        assert not any("torch says" in message.text for message in group.messages)

        for _ in range(3):
            await later(scene, 12 * 3600)
        evidence = [message.text for message in group.messages if "torch says" in message.text]

        assert len(evidence) == 2
        assert any("Which?" in text and "✅ four" in text for text in evidence)
        assert invitation.text == "☀ The day is over: here is what you answered."
        assert not scene.chat.refusals


async def test_what_is_typed_in_private_is_for_the_own_card_unless_it_is_a_reply(stage: SetStage) -> None:
    async with stage(predict_card("one"), predict_card("two")) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        await ann.send("/start")
        await ann.press(await ann.next_message(), "▶ First card")
        own = await ann.next_message()
        group, lobby = await lobby_of(scene, [ann, bob], "daily", cards=3)
        await bob.press(lobby, "✋ Join")
        await ann.next_message(group)
        challenge = max(scene.store.kept_challenges)
        await ann.send(f"/start c_{challenge}")
        asked = await ann.next_message()

        await ann.send("4")
        assert "Right!" in (await ann.next_message()).text
        await scene.chat.wait_for(lambda: own.buttons == [])
        assert len(scene.store.votes) == 0
        await ann.send("4", reply_to=asked)
        await counted(scene, 1)
