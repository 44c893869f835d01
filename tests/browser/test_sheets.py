"""Pages of figures in a real browser: read on a desk and on a phone, sorted by a press."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from studybot.cli.language import speak
from studybot.cli.plots import Axis, Point, scatter
from studybot.cli.sheets import Column, Sheet, show
from studybot.core.card import Language
from studybot.core.phrase import Phrase
from tests.browser.conftest import DESKTOP, IN_THE_BROWSER, PHONE

pytestmark = IN_THE_BROWSER

SHARES = (0, 0.5, 1)
ROWS = [
    {"card": "backward-gradient-what-the-argument-means", "rounds": 2, "first": 0.25, "gain": 0.5},
    {"card": "broadcasting-keepdim", "rounds": 10, "first": 0.75, "gain": None},
    {"card": "class-labels-softmax-first", "rounds": 1, "first": 0.5, "gain": -0.25},
]


@pytest.fixture
def page_of_figures(tmp_path: Path) -> Path:
    speak(Language.EN)
    axis = Axis("right", 0, 1, SHARES, "{:.0%}")
    plot = scatter([Point(0.25, 0.5, "one"), Point(0.5, 0.25, "two", is_marked=True)], axis, axis, even=True)
    columns = (
        Column("card", Phrase("card")),
        Column("rounds", Phrase("rounds")),
        Column("first", Phrase("right at first"), share=True),
        Column("gain", Phrase("gain")),
    )
    figures = {name: (Phrase(name), number) for number, name in enumerate(("challenges", "groups", "rounds", "votes"))}
    sheet = Sheet(Phrase("Challenges in figures"), columns, ROWS, figures=figures, plots=[(Phrase("gain"), plot)])
    file = tmp_path / "page.html"
    show(sheet, as_json=False, as_csv=None, as_html=file)
    return file


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
async def test_a_page_of_figures_fits_its_screen_and_sorts(
    browser: Browser, page_of_figures: Path, size: tuple[int, int]
) -> None:
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
    try:
        await page.goto(page_of_figures.as_uri())

        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
        letters = await page.locator("svg text").first.evaluate("text => text.getBoundingClientRect().height")
        assert letters >= 9  # a finger's breadth away, it is read
        await page.get_by_text("gain", exact=True).last.click()
        first = page.locator("tbody tr").first.locator("td").first
        assert await first.inner_text() == "backward-gradient-what-the-argument-means"
        dash = page.get_by_role("cell", name="-", exact=True)
        assert await dash.evaluate("cell => getComputedStyle(cell).textAlign") == "right"
    finally:
        await page.close()
