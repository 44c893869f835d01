"""The newcomer's way into a group: one plays three people on the page, and finishes a challenge of three cards."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from studybot.config import load_config
from studybot.local_chat import Group, LocalChat, Message, Person
from studybot.telegram_bot.pace import TELEGRAMS_LIMITS
from studybot.wiring import open_outside
from tests.browser.conftest import IN_THE_BROWSER, PHONE, Keep, OpenPage
from tests.browser.test_a_quiz_on_the_page import press
from tests.end_to_end.conftest import home, only_topic
from tests.fakes import FrozenClock
from tests.telegram_bot.conftest import account_of, serving

__all__ = ["home"]

pytestmark = [*IN_THE_BROWSER, pytest.mark.jail, pytest.mark.usefixtures("lent_sandbox")]

MOST_SECONDS = 300
DECK = Path(__file__).parent / "deck" / "sizes"
RIGHT = {"weight": "(5, 3)", "contiguous하다": "틀려요", "stride": "(1, 3)"}
WRONG = {"weight": "(3, 5)", "contiguous하다": "맞아요", "stride": "(2, 1)"}


async def become(page: Page, chat: LocalChat, person: Person, group: Group) -> None:
    """Switch to another person, in the group, as a newcomer does by the page's list."""
    await page.goto(f"{chat.page_url}#{person.id}/{group.id}")
    await page.wait_for_selector("html[data-ready=true]")


def answer_to(question: Message, *, right: bool) -> str:
    words = RIGHT if right else WRONG
    return next(label for word, label in words.items() if word in question.text)


async def test_one_newcomer_plays_three_people_through_a_challenge_on_a_phone(
    home: Path, open_page: OpenPage, keep: Keep
) -> None:
    only_topic(home, DECK)
    clock = FrozenClock()
    async with LocalChat(clock=clock.now) as chat:  # with Telegram's limits
        await play(chat, clock, open_page, keep)


async def play(chat: LocalChat, clock: FrozenClock, open_page: OpenPage, keep: Keep) -> None:
    config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
    people = [chat.person(name, language="ko") for name in ("지우", "민준", "서연")]
    jiu = people[0]
    group = chat.group("PyTorch 스터디", people)
    async with (
        open_outside(config, clock) as outside,
        serving(account_of(chat), outside, limits=TELEGRAMS_LIMITS) as bot,
    ):

        async def soon() -> None:
            """Let the seconds pass after which a vote closes that everybody has given."""
            await chat.wait_for(lambda: all(query["answer"] for query in chat.world.state.rows("queries").values()))
            clock.move(timedelta(seconds=4))
            await bot.tick()

        await outside.deck.ready()
        began = time.monotonic()
        page = await open_page(chat, jiu, group, size=PHONE)
        await page.get_by_role("textbox").fill("/challenge 3")
        await press(page, "보내기")
        lobby = await jiu.next_message(group)
        await become(page, chat, people[1], group)
        await press(page, "✋ 참여하기")
        await chat.wait_for(lambda: "민준" in lobby.text)
        await keep(page, "group_lobby")
        await become(page, chat, people[2], group)
        await press(page, "✋ 참여하기")

        discussed = False
        question = await jiu.next_message(group)
        for number in range(3):
            first = [True, False, True] if number == 0 else [True, True, True]
            for person, right in zip(people, first, strict=True):
                await become(page, chat, person, group)
                label = answer_to(question, right=right)
                await press(page, label)
                if number == 0 and person is people[1]:
                    await expect(page.get_by_text("내 표").last).to_be_visible()
                    await keep(page, "group_vote")
            await soon()
            if number == 0:
                await chat.wait_for(lambda shown=question: "의견이 갈렸어요" in shown.text, timeout=20)  # type: ignore[misc]
                await expect(page.get_by_text("의견이 갈렸어요").last).to_be_visible()
                await keep(page, "group_discussion")
                discussed = True
                for person in people:
                    await become(page, chat, person, group)
                    await press(page, answer_to(question, right=True))
                await soon()
            evidence = await jiu.next_message(group, timeout=20)
            while evidence.file is not None:
                evidence = await jiu.next_message(group, timeout=20)
            await become(page, chat, jiu, group)
            await expect(page.get_by_text("torch의 대답").last).to_be_visible()
            await keep(page, f"group_evidence_{number + 1}")
            await press(page, "다음 카드 ▸ 👑" if number < 2 else "결과 보기 ▸ 👑")
            question = await jiu.next_message(group, timeout=20)

        await expect(page.get_by_text("끝! 카드 3장, 3명").last).to_be_visible()
        await keep(page, "group_end")
        assert discussed
        assert time.monotonic() - began < MOST_SECONDS
        assert not chat.refusals
