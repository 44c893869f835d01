"""A real browser for the chat page: one headless Chromium for all tests; each has a context, as new as a profile."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Person, Room

SCREENSHOTS = Path(__file__).parent.parent / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
]
PATIENCE_MS = 10_000
IN_THE_BROWSER = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PHONE = (390, 844)
DESKTOP = (1280, 800)

OpenPage = Callable[..., Awaitable[Page]]
Keep = Callable[[Page, str], Awaitable[None]]


class MovableClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(clock: MovableClock) -> AsyncIterator[LocalChat]:
    """A served local chat with nobody in it; its clock can be moved from the page."""
    async with LocalChat(clock=clock, flood=NO_FLOOD_LIMITS, advance=clock.move) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.fail("The browser tests need Chromium. Install it: apt-get install chromium", pytrace=False)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=found, args=QUIET + as_root)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """Open the chat page: `await open_page(chat, ann, room, size=PHONE, dark=True)`.

    Errors on the page, and requests to anywhere else, fail the test.
    """
    errors: list[str] = []
    contexts: list[BrowserContext] = []

    async def open_(
        chat: LocalChat,
        person: Person | None = None,
        room: Room | None = None,
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        query: str = "",
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            timezone_id="Asia/Seoul",
            has_touch=size[0] < 800,
            is_mobile=size[0] < 800,
            device_scale_factor=1,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: errors.extend(_request_elsewhere(chat, request)))
        page.on("console", lambda message: errors.extend(_fault(message)))
        where = f"#{person.id}/{room.id}" if person and room else f"#{person.id}" if person else ""
        await page.goto(f"{chat.page_url}{query}{where}")
        await page.wait_for_selector("html[data-ready=true]")
        return page

    yield open_
    for context in contexts:
        await context.close()
    assert errors == []


def _request_elsewhere(chat: LocalChat, request: Request) -> list[str]:
    stays_here = request.url.startswith((chat.page_url, "blob:", "data:"))
    return [] if stays_here else [f"the page asked {request.url}"]


def _fault(message: ConsoleMessage) -> list[str]:
    """Return what the console tells of a fault of ours; a server that is restarted is none."""
    is_fault = message.type in ("error", "warning") and "ERR_" not in message.text
    return [message.text] if is_fault else []


@pytest.fixture
def keep() -> Keep:
    """Keep a screenshot to be looked at: tests/screenshots/<name>.actual.png."""

    async def keep_(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        await page.screenshot(path=SCREENSHOTS / f"{name}.actual.png", animations="disabled")

    return keep_
