"""The newcomer's way: a quiz played to its end on the page, with the real bot, deck, database and jail behind it."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from studybot.config import load_config
from studybot.deck.loader import load_deck
from studybot.local_chat import LocalChat, Message
from studybot.wiring import open_outside
from tests.browser.conftest import IN_THE_BROWSER, PHONE, Keep, OpenPage
from tests.end_to_end.conftest import home
from tests.end_to_end.player import Player, is_settled, typed_answer
from tests.fakes import FrozenClock
from tests.telegram_bot.conftest import account_of, serving

__all__ = ["home"]

pytestmark = [*IN_THE_BROWSER, pytest.mark.jail, pytest.mark.usefixtures("lent_sandbox")]


async def press(page: Page, label: str) -> None:
    """Press the newest button of this name on the page."""
    await page.get_by_role("button", name=label, exact=True).last.click()


async def test_a_newcomer_plays_a_quiz_to_its_end_on_a_phone(
    home: Path, chat: LocalChat, open_page: OpenPage, keep: Keep
) -> None:
    config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
    ann = chat.person("지우", language="ko")
    deck = [one.card for one in load_deck(home / "cards").cards]
    player = Player(ann, deck, home / "var" / "studybot.db")
    async with open_outside(config, FrozenClock()) as outside, serving(account_of(chat), outside):
        await outside.deck.ready()  # so that it is the same five cards each time
        page = await open_page(chat, ann, ann.private, size=PHONE)
        await press(page, "시작")
        await ann.next_message()
        await expect(page.get_by_role("button", name="▶ 첫 카드 풀기")).to_be_visible()
        await keep(page, "first_minute")
        await press(page, "▶ 첫 카드 풀기")
        card: Message = await ann.next_message(timeout=60)
        await keep(page, "quiz_question")

        kinds = set()
        while "/" in card.text.split("·")[0]:
            known = player.card_of(card)
            if known.kind == "code" and "code" not in kinds:
                await page.get_by_role("textbox").fill("def normalise(x):\n    return x / x.sum()")
                await press(page, "보내기")
                card = await ann.next_message()
                await expect(page.get_by_text("기대한 값").last).to_be_visible()
                await keep(page, "failed_code")
            if (typed := typed_answer(known)) is not None:
                await page.get_by_role("textbox").fill(typed)
                await press(page, "보내기")
                if known.kind in ("code", "fix", "cloze"):
                    card = await ann.next_message()
            else:
                for label in player.buttons_for(known, card, right=True):
                    version = card.version
                    await press(page, label)
                    await ann.next_edit(card, since=version)
            await chat.wait_for(lambda shown=card: is_settled(shown))  # type: ignore[misc]
            await expect(page.get_by_text("torch의 대답").last).to_be_visible()
            await keep(page, f"quiz_verdict_{known.kind}")
            kinds.add(known.kind)
            await press(page, "다음 ▸")
            card = await ann.next_message()

        summary = page.locator(".row").last
        await expect(summary).to_contain_text("오늘 할 일을 마쳤어요.")
        await expect(summary).to_contain_text("5장 중 4장을 처음에 맞혔어요.")
        await keep(page, "quiz_summary")
        await page.get_by_role("textbox").fill("/progress")
        await press(page, "보내기")
        await ann.next_message(timeout=30)
        await expect(page.get_by_text("자주 틀린 카드").last).to_be_visible()
        picture = page.locator("img").last
        await expect(picture).to_have_js_property("complete", value=True)
        await picture.scroll_into_view_if_needed()
        await keep(page, "progress")
        await page.get_by_role("textbox").fill("/settings")
        await press(page, "보내기")
        await ann.next_message()
        await keep(page, "settings")
        assert kinds == {"predict", "choice", "code", "fix", "cloze"}
    assert not chat.refusals
