"""The chat page in a real browser: what a newcomer sees, presses and types."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Person
from tests.browser.conftest import DESKTOP, IN_THE_BROWSER, PHONE, Keep, MovableClock, OpenPage
from tests.browser.show_bot import CODE, show_bot

pytestmark = IN_THE_BROWSER


@pytest_asyncio.fixture(loop_scope="session")
async def jiu(chat: LocalChat) -> AsyncIterator[Person]:
    """지우, who speaks Korean, with the bot running."""
    async with show_bot(chat):
        yield chat.person("지우", language="ko")


async def test_a_newcomers_first_minute(chat: LocalChat, open_page: OpenPage, keep: Keep) -> None:
    chat.welcome()
    page = await open_page(chat)
    await expect(page.locator(".banner")).to_have_text("봇이 켜지고 있어요. 잠시만요…")
    await keep(page, "first_minute_starting")

    async with show_bot(chat):
        await expect(page.locator(".banner")).to_be_hidden()
        await expect(page.locator(".about")).to_contain_text("실제로 실행되는 카드로 PyTorch를 복습해요")
        await page.get_by_role("button", name="시작", exact=True).click()
        await page.get_by_role("button", name="/today", exact=True).click()
        question = page.locator(".row", has_text="3/12")
        await expect(question.locator("figure.code figcaption")).to_contain_text("python")
        assert await question.locator("figure.code code").text_content() == CODE
        await keep(page, "first_minute_question")

        await question.get_by_role("button", name="힌트 보기").click()
        await expect(page.locator("dialog")).to_contain_text("전치는 데이터를 옮기지 않아요")
        await page.get_by_role("button", name="확인").click()
        await question.get_by_role("button", name="False").click()

        await expect(page.locator(".toast")).to_have_text("정답!")
        verdict = page.locator(".row", has_text="정답이에요")
        await expect(verdict).to_contain_text("수정됨")
        assert await page.get_by_text("이 컴퓨터 안에서만 돌아가요").is_visible()
        await keep(page, "first_minute_verdict")


async def test_spoilers_quotes_and_links_open_on_a_tap(chat: LocalChat, open_page: OpenPage, jiu: Person) -> None:
    await jiu.send("/today")
    question = await jiu.next_message()
    await jiu.press(question, "answer:False")
    page = await open_page(chat, jiu, jiu.private)
    spoiler, quote = page.locator(".spoiler"), page.locator("blockquote")

    hidden = await spoiler.locator(".spoiler-text").evaluate("each => getComputedStyle(each).opacity")
    await spoiler.click()
    await page.get_by_role("button", name="펼치기").click()

    assert hidden == "0"
    await expect(spoiler).to_have_class(re.compile("open"))
    await expect(quote).not_to_have_class(re.compile("folded"))
    link = page.get_by_role("link", name="Tensor Views")
    assert await link.get_attribute("href") == "https://pytorch.org/docs/stable/tensor_view.html"
    assert await link.get_attribute("rel") == "noopener noreferrer"


async def test_writing_replying_and_editing(chat: LocalChat, open_page: OpenPage, jiu: Person, keep: Keep) -> None:
    await jiu.send("/start")
    await jiu.next_message()
    page = await open_page(chat, jiu, jiu.private)
    field = page.get_by_role("textbox", name="메시지")

    await field.fill("첫 줄")
    await field.press("Shift+Enter")
    await page.keyboard.insert_text("```python\nx = 1\n```")
    await field.press("Enter")
    await expect(page.locator(".row.own figure.code")).to_contain_text("x = 1")
    await field.press("ArrowUp")
    await expect(field).to_have_value("첫 줄\n```python\nx = 1\n```")
    await field.fill("고친 답")
    await field.press("Enter")
    await expect(page.locator(".row", has_text="고친 답을 받았어요.")).to_be_visible()
    await expect(page.locator(".row.own").last).to_contain_text("수정됨")

    await field.fill("/to")
    await expect(page.get_by_role("option")).to_have_text(["/today오늘의 퀴즈"])
    await keep(page, "writing_commands")
    await field.press("Enter")
    await expect(page.locator(".row", has_text="3/12")).to_be_visible()
    await page.locator(".row", has_text="3/12").hover()
    await page.locator(".row", has_text="3/12").get_by_role("button", name="메시지 메뉴").click()
    await page.get_by_role("menuitem", name="답장").click()
    await field.fill("모르겠어요")
    await field.press("Enter")
    await expect(page.locator(".row.own").last.locator(".quoted")).to_contain_text("3/12")


async def test_what_anybody_writes_is_text_and_never_markup(chat: LocalChat, open_page: OpenPage, jiu: Person) -> None:
    attack = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    eve = chat.person(attack[:30])
    group = chat.group(attack, [eve, jiu])
    await eve.send(attack, to=group)
    await eve.send_document(b"x", attack.replace("/", "") + ".svg", attack, mime="image/svg+xml", to=group)

    page = await open_page(chat, jiu, group)

    await expect(page.locator(".messages")).to_contain_text("onerror")
    assert await page.locator(".messages img, .messages script, .sidebar script").count() == 0
    assert "studybot" in await page.title()


async def test_two_people_in_a_group_on_a_phone(chat: LocalChat, open_page: OpenPage, jiu: Person, keep: Keep) -> None:
    alex = chat.person("Alex", language="en")
    group = chat.group("PyTorch 스터디", [jiu, alex])
    page = await open_page(chat, jiu, size=PHONE)
    await alex.send("Does view copy?", to=group)
    await expect(page.locator(".chat", has_text="PyTorch 스터디").locator(".badge")).to_have_text("1")
    await keep(page, "phone_list")

    await page.get_by_role("button", name="PyTorch 스터디").click()
    await expect(page.locator(".row", has_text="Does view copy?").locator(".sender")).to_have_text("Alex")
    await page.get_by_role("textbox").fill("/ask")
    await page.get_by_role("button", name="보내기").click()
    await expect(page.locator(".context")).to_contain_text("출력을 적어 주세요.")
    await page.get_by_role("textbox").fill("False")
    await page.get_by_role("button", name="보내기").click()
    await expect(page.locator(".row", has_text="받았어요: False")).to_be_visible()
    await keep(page, "phone_group")

    await page.get_by_role("button", name="채팅 목록").click()
    await page.get_by_role("button", name="Alex").click()
    await expect(page.locator(".foot-note")).to_contain_text("Nothing leaves it.")
    await expect(page.locator(".chat", has_text="PyTorch 스터디").locator(".badge")).to_be_visible()


async def test_votes_reactions_and_pictures(chat: LocalChat, open_page: OpenPage, jiu: Person, keep: Keep) -> None:
    await jiu.send("/quiz")
    await jiu.next_message()
    page = await open_page(chat, jiu, jiu.private, size=PHONE, dark=True)

    await page.get_by_role("radio", name="보통 아니다").click()
    await expect(page.locator(".poll-explanation")).to_contain_text("stride가 (1, 3)")
    await expect(page.locator(".poll-option.right.mine")).to_contain_text("100%")
    await jiu.send("/picture")
    picture = page.locator(".photo img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    await jiu.react(jiu.private.last_from_bot, "🔥")
    await expect(page.locator(".reaction.own")).to_have_text("🔥")
    await keep(page, "phone_dark_poll")

    async with page.expect_download() as saved:
        await page.locator("a.document").click()
    file = await saved.value
    assert file.suggested_filename == "복습 기록 2026-11.csv"
    await page.locator(".photo").click()
    await expect(page.locator("dialog img")).to_be_visible()


async def test_files_can_be_sent_from_the_page(
    chat: LocalChat, open_page: OpenPage, jiu: Person, tmp_path: Path
) -> None:
    await jiu.send("/start")
    await jiu.next_message()
    answer = tmp_path / "answer.py"
    answer.write_text("x = 1\n")
    page = await open_page(chat, jiu, jiu.private)

    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="파일 첨부").click()
    await (await chooser.value).set_files(answer)
    await page.locator("dialog").get_by_role("textbox").fill("제 답이에요")
    await page.locator("dialog").get_by_role("button", name="보내기").click()

    await expect(page.locator(".row", has_text="받았어요: 제 답이에요")).to_be_visible()
    sent = next(message for message in jiu.private.messages if message.file_name)
    assert (sent.file_name, sent.file) == ("answer.py", b"x = 1\n")


async def test_the_page_comes_back_by_itself_after_a_restart(
    clock: MovableClock, open_page: OpenPage, tmp_path: Path
) -> None:
    journal = tmp_path / "chat.jsonl"
    async with LocalChat(clock=clock, path=journal, flood=NO_FLOOD_LIMITS) as first:
        jiu = first.person("지우", language="ko")
        await jiu.send("처음")
        port = first.port
        page = await open_page(first, jiu, jiu.private)
        await page.get_by_role("textbox").fill("쓰던 글")
    await expect(page.locator(".banner")).to_contain_text("다시 연결하는 중")

    async with LocalChat(clock=clock, path=journal, flood=NO_FLOOD_LIMITS, port=port) as second:
        await expect(page.locator(".banner")).not_to_contain_text("다시 연결하는 중")
        await second.person("지우").send("돌아왔어요")

        await expect(page.locator(".row")).to_have_text([re.compile("처음"), re.compile("돌아왔어요")])
        await expect(page.get_by_role("textbox")).to_have_value("쓰던 글")


async def test_who_reads_further_up_stays_there(chat: LocalChat, open_page: OpenPage) -> None:
    ann, bob = chat.person("Ann"), chat.person("Bob")
    group = chat.group("Study", [ann, bob])
    for number in range(250):
        await bob.send(f"message {number}.", to=group)
    page = await open_page(chat, ann, group, size=PHONE)
    scroller = page.locator(".scroller")

    await scroller.evaluate("each => each.scrollTo(0, 0)")
    await page.get_by_role("button", name="Show earlier messages").click()
    await expect(page.locator(".row", has_text="message 0.")).to_be_attached()
    await expect(page.get_by_text("message 51.")).to_be_in_viewport()
    await bob.send("and one more", to=group)

    await expect(page.get_by_role("button", name="1 new message")).to_be_visible()
    await expect(page.get_by_text("message 51.")).to_be_in_viewport()
    await page.get_by_role("button", name="1 new message").click()
    await expect(page.locator(".row", has_text="and one more")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_clock_moves_and_deep_links_start(
    chat: LocalChat, open_page: OpenPage, jiu: Person, clock: MovableClock
) -> None:
    page = await open_page(chat, jiu, query="?start=deck_autograd")

    await page.get_by_role("button", name="시작", exact=True).click()
    await expect(page.locator(".row.theirs")).to_contain_text("deck_autograd")
    await page.get_by_role("button", name="다음 날로").click()
    await expect(page.locator(".clock")).to_contain_text("11월 22일")
    await page.get_by_role("textbox").fill("다음 날")
    await page.get_by_role("textbox").press("Enter")

    await expect(page.locator(".day")).to_have_text(["어제", "오늘"])
    assert clock().isoformat() == "2026-11-22T00:00:00+00:00"


async def test_people_groups_and_blocking_are_made_on_the_page(
    chat: LocalChat, open_page: OpenPage, jiu: Person, keep: Keep
) -> None:
    page = await open_page(chat, jiu, jiu.private, size=DESKTOP, dark=True)

    await page.get_by_role("button", name="사람 추가").click()
    await page.get_by_role("textbox", name="이름").fill("Sam")
    await page.get_by_role("combobox").select_option("en")
    await page.get_by_role("button", name="만들기", exact=True).click()
    await expect(page.get_by_role("button", name="Sam")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.locator(".row.theirs").first).to_contain_text("Sam")
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("menuitem", name="Block the bot").click()
    await expect(page.get_by_role("button", name="Unblock and restart")).to_be_visible()
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_role("button", name="New group").click()
    await page.get_by_role("textbox", name="Group name").fill("Night study")
    await keep(page, "desktop_dark_group")
    await page.get_by_role("button", name="Create", exact=True).click()

    await expect(page.locator(".head h1")).to_have_text("Night study")
    assert chat.person("Sam").record["blocked"]
