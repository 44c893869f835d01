"""The topics of a forum on the page: each is a conversation of its own, as in Telegram."""

from playwright.async_api import expect

from studybot.local_chat import LocalChat
from tests.browser.conftest import IN_THE_BROWSER, PHONE, Keep, OpenPage
from tests.browser.show_bot import show_bot

pytestmark = IN_THE_BROWSER


async def test_what_is_said_in_a_topic_is_read_there_and_nowhere_else(
    chat: LocalChat, open_page: OpenPage, keep: Keep
) -> None:
    ann, bob = chat.person("Ann"), chat.person("Bob")
    group = chat.group("Study", [ann, bob])
    shapes, hooks = group.topic("Shapes", by=ann), group.topic("Hooks", by=ann)
    await bob.send("in general", to=group)
    await bob.send("about shapes", to=shapes)
    await bob.send("about hooks", to=hooks)
    page = await open_page(chat, ann, group, size=PHONE)
    log, bar = page.get_by_role("log"), page.get_by_role("navigation", name="Topics")

    await expect(log).to_contain_text("in general")
    await expect(log).not_to_contain_text("about")
    await expect(bar.get_by_role("button", name="Hooks 1 unread message")).to_be_visible()
    await bar.get_by_role("button", name="Shapes").click()
    await expect(log).to_contain_text("about shapes")
    await expect(log).not_to_contain_text("about hooks")
    await bob.send("more about shapes", to=shapes)
    await bob.send("more in general", to=group)

    await expect(log).to_contain_text("more about shapes")
    await expect(log).not_to_contain_text("in general")
    await expect(bar.get_by_role("button", name="General 1 unread message")).to_be_visible()
    await keep(page, "topics")


async def test_what_is_written_in_a_topic_goes_there_and_is_answered_there(
    chat: LocalChat, open_page: OpenPage
) -> None:
    ann = chat.person("Ann")
    group = chat.group("Study", [ann])
    shapes = group.topic("Shapes", by=ann)
    async with show_bot(chat):
        page = await open_page(chat, ann, group)
        await page.get_by_role("button", name="Shapes", exact=True).click()
        await page.get_by_role("textbox", name="Message").fill("/today")
        await page.keyboard.press("Enter")

        asked = await ann.next_message(shapes)
        await expect(page.get_by_role("log")).to_contain_text("/today")

    assert shapes.messages[1].text == "/today"
    assert asked.record["message_thread_id"] == shapes.number
    await page.reload()
    await expect(page.get_by_role("log")).to_contain_text("/today")
    await expect(page.locator(".quoted")).to_have_count(1)  # the answer quotes; what only stands in a topic does not


async def test_a_topic_is_opened_from_the_menu_of_the_group(chat: LocalChat, open_page: OpenPage) -> None:
    ann = chat.person("지우", language="ko")
    group = chat.group("스터디", [ann])
    page = await open_page(chat, ann, group)

    await page.get_by_role("button", name="더 보기").click()
    await page.get_by_role("menuitem", name="토픽 만들기").click()
    await page.get_by_role("textbox", name="토픽 이름").fill("shape 연습")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("button", name="shape 연습", exact=True)).to_have_attribute("aria-current", "page")
    await expect(page.get_by_role("log")).to_contain_text("‘shape 연습’ 토픽이 열렸어요")
    await expect(page.get_by_role("button", name="일반")).to_be_visible()
