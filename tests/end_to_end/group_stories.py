"""What happens in a group, told once; test_stories.py plays it on every deployment."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from studybot.core.challenge import LAST_SECONDS, Played, Vote
from studybot.core.learner import ChatId
from studybot.local_chat import Group, Message, Person
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.player import PATIENT_SECONDS


@dataclass
class Table:
    """People at a group's table; the first of them opens the challenges."""

    on: Deployment
    people: Sequence[Person]
    group: Group

    @classmethod
    def of(cls, on: Deployment, *names: str) -> "Table":
        people = [on.chat.person(name) for name in names]
        return cls(on, people, on.chat.group(f"With {names[0]}", people))

    @property
    def host(self) -> Person:
        return self.people[0]

    async def next(self) -> Message:
        """Return the bot's next message to the group, once nothing is due any more."""
        message = await self.host.next_message(self.group, timeout=PATIENT_SECONDS)
        await self.rests()
        return message

    async def later(self, seconds: float) -> None:
        await self.on.later(seconds=seconds)

    async def shows(self, message: Message, words: str) -> None:
        await self.on.chat.wait_for(lambda: words in message.text, timeout=PATIENT_SECONDS)
        await self.rests()

    async def closing(self) -> None:
        """Wait until whoever was waited for has answered, and let the moment pass in which that may be changed."""
        soon = self.on.clock.now() + LAST_SECONDS
        await self.until(lambda: self._wakes_by(soon))
        await self.later(4)

    async def _wakes_by(self, soon: datetime) -> bool:
        return any(at <= soon for _, at in await self.on.store.waking())

    async def rests(self) -> None:
        """Wait until nothing is due now."""
        now = self.on.clock.now()
        await self.until(lambda: self._wakes_after(now))

    async def _wakes_after(self, now: datetime) -> bool:
        return all(at > now for _, at in await self.on.store.waking())

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENT_SECONDS):
            while not await is_so():  # noqa: ASYNC110 - the store tells nobody that it changed
                await asyncio.sleep(0.02)

    async def played(self) -> Played:
        """Return the group's latest challenge, with all that happened in it."""
        group = await self.on.store.group_of_chat(ChatId(self.group.id))
        assert group is not None
        store = self.on.store
        challenge = await store.challenge_in(group.chat_id, 0) or await store.latest_challenge_in(group.chat_id, 0)
        assert challenge is not None
        played = await store.played(challenge.id)
        assert played is not None
        return played

    async def votes(self) -> Sequence[Vote]:
        """Return the votes of the ballot that is open."""
        played = await self.played()
        open_round = played.rounds[-1]
        return [vote for vote in played.votes.get(open_round.id, ()) if vote.ballot == open_round.ballot]

    async def vote(self, people: Sequence[Person], question: Message, right: Sequence[bool]) -> None:
        """Let some vote by a press or a reply, right or wrong, and wait until it is kept."""
        for person, is_right in zip(people, right, strict=True):
            if "conv" in question.text:
                await person.press(question, "(4, 2, 3)" if is_right else "(2, 4, 3)", timeout=PATIENT_SECONDS)
            else:
                value = int(question.text.partition("torch.full((2,), ")[2].partition(")")[0])
                await person.send(str(2 * value if is_right else value), reply_to=question)

        async def all_of_them() -> bool:
            return {person.id for person in people} <= {int(vote.person) for vote in await self.votes()}

        await self.until(all_of_them)


async def five_people_play_and_a_bot_is_killed_in_mid_vote(on: Deployment) -> None:
    at = Table.of(on, "Ida", "Ian", "Ivo", "Jiu", "Max <m>")
    await at.host.send("/challenge 2 crowd", to=at.group)
    lobby = await at.next()
    await at.host.press(lobby, "🖊 Name me in the notes")
    for person in at.people[1:-1]:
        await person.press(lobby, "✋ Join")
    await at.people[-1].press(lobby, "✋ Join")  # now all of the group are in, and it begins
    question = await at.next()
    await at.vote(at.people[:3], question, (True, False, True))
    before, asked = await at.votes(), len(at.group.messages)
    deadline = await on.store.waking()

    await on.strike()
    await at.vote(at.people[3:], question, (False, False))  # two of five are right: they discuss
    assert [vote for vote in await at.votes() if vote in before] == list(before)
    assert deadline[0][1] >= (await on.store.waking())[0][1], "nobody has more time than before"
    assert len([each for each in at.group.messages[asked:] if each.from_bot]) == 0, "the question is not asked twice"
    await at.closing()
    await at.shows(question, "Convince your neighbour")
    await at.vote(at.people, question, (True, True, True, True, False))
    await at.closing()
    evidence = await at.next()
    assert "Right: 2 of 5 at first, 4 of 5 in the end." in evidence.text
    await at.host.press(evidence, "Next card ▸ 👑")

    second = await at.next()
    await at.vote(at.people[:4], second, (True, True, True, False))
    await at.later(200)  # one of them says nothing
    evidence = await at.next()
    assert "Right: 3 of 4" in evidence.text
    await at.host.press(evidence, "To the result ▸ 👑")
    end = await at.next()
    await at.host.send("/summary", to=at.group)
    notes = await at.next()

    assert "Discussion: 2 of 5 right before, 4 after. Gain 0.67." in end.text
    assert "🥇" in end.text
    assert "Max <m>" in end.text
    assert notes.file is not None
    assert "Ida, and 4 more" in notes.file.decode()
    assert "Channels out, channels in" in notes.file.decode()
    assert all(person.private.messages == [] for person in at.people), "nobody has pressed Start"


async def every_mode_is_played_and_a_bot_is_killed_in_a_relay(on: Deployment) -> None:
    at = Table.of(on, "Kim", "Lea")
    await a_duel(at)
    await a_relay(at)
    await a_sprint(at)
    await a_daily(at)


async def begin(at: Table, mode: str) -> Message:
    """Open a lobby in a mode, let all of the group join, and return the first message of the game."""
    await at.host.send(f"/challenge 2 party {mode}", to=at.group)
    lobby = await at.next()
    for person in at.people[1:]:
        await person.press(lobby, "✋ Join")  # it begins with the last one
    return await at.next()


async def answers(person: Person, question: Message, *, right: bool) -> None:
    label = "A" if ("A  (2, 3, 5)" in question.text) is right else "B"
    await person.press(question, label, timeout=PATIENT_SECONDS)


async def a_duel(at: Table) -> None:
    kim, lea = at.people
    question = await begin(at, "duel")
    await answers(kim, question, right=False)
    await at.closing()
    await at.shows(question, "It is your turn, Lea.")
    await answers(lea, question, right=True)
    await at.closing()
    assert "It adds a dimension" in (await at.next()).text
    await at.later(100)
    end = await at.next()
    assert "🥇 Lea: 1 p. (right 0 of 0, taken over 1)" in end.text


async def a_relay(at: Table) -> None:
    kim, lea = at.people
    question = await begin(at, "relay")
    assert "3  y.backward()" in question.text
    await kim.send("2: y = (x ** 3).sum()", to=at.group, reply_to=question)
    await at.closing()
    await at.shows(question, "It is your turn, Lea.")
    assert "Not yet. It raised RuntimeError" in question.text

    await lea.send("3: y.backward(retain_graph=True)", to=at.group, reply_to=question)
    await at.on.taken_in()
    await at.on.strike()
    await at.closing()
    await at.shows(question, "It is your turn, Kim.")  # it runs, and gives other numbers than it should
    await kim.send("2: y = (x ** 2).sum()", to=at.group, reply_to=question)
    await at.closing()
    assert "Repaired together, with 3 changed lines." in (await at.next()).text
    await at.later(100)
    assert "You played as one team" in (await at.next()).text


async def a_sprint(at: Table) -> None:
    quiz = await begin(at, "sprint")
    assert quiz.poll is not None
    assert {option["text"] for option in quiz.poll["options"]} == {"(2, 3, 5)", "(6, 5)"}
    assert "torch.stack" in quiz.poll["description"]
    for person in at.people:
        await person.vote(quiz, "(2, 3, 5)")
    await at.closing()
    await at.on.chat.wait_for(lambda: quiz.poll is not None and quiz.poll["is_closed"], timeout=PATIENT_SECONDS)
    await at.rests()
    await at.later(5)
    end = await at.next()
    assert "🥇 Kim: 2 p." in end.text
    assert "🥇 Lea: 2 p." in end.text, "who was quicker does not count"


async def a_daily(at: Table) -> None:
    lea = at.people[1]
    invitation = await begin(at, "daily")
    link = (await lea.press(invitation, "✍ Answer in private")).url
    assert link is not None
    await lea.send(f"/start {link.partition('start=')[2]}")
    question = await lea.next_message(timeout=PATIENT_SECONDS)
    for _ in range(2):
        if "What is the shape" in question.text:
            await answers(lea, question, right=True)
        else:
            code = "x = torch.ones(2, requires_grad=True)\n(2 * (x ** 2)).sum().backward()\nx.grad"
            await lea.send(code, reply_to=question)
        question = await lea.next_message(timeout=PATIENT_SECONDS)
    assert question.text.startswith("✓ That was all of it.")

    async def all_judged() -> bool:
        return not await at.on.store.unjudged_votes()

    await at.until(all_judged)
    await at.later(24 * 3600)
    revealed = []
    while "The end" not in (message := await at.next()).text:
        revealed.append(message.text)
        await at.later(20)
    assert len(revealed) == 2
    assert any("What is the shape" in text for text in revealed)
    votes = [vote for votes in (await at.played()).votes.values() for vote in votes]
    assert [vote.right for vote in votes] == [True, True]
