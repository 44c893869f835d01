"""Whatever is to be read on the page stands out from what is behind it, by day and by night (WCAG 2.2, 1.4.3)."""

import pytest
from playwright.async_api import expect

from studybot.local_chat import LocalChat
from tests.browser.conftest import IN_THE_BROWSER, OpenPage
from tests.browser.show_bot import show_bot

pytestmark = IN_THE_BROWSER

LEAST = 4.5

TOO_FAINT = """(least) => {
  const part = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([red, green, blue]) => 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  const over = (below, above) => below.map((value, place) => value * (1 - above[3]) + above[place] * above[3]);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (css) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.push(getComputedStyle(each).backgroundColor);
    return layers.reverse().map(colour).reduce(over, [255, 255, 255]);
  };
  const isRead = (element) => {
    const words = [...element.childNodes].some((node) => node.nodeName === "#text" && node.textContent.trim());
    return words && element.checkVisibility() && !element.closest(".avatar, .spoiler");
  };
  const faint = [];
  for (const element of [...document.body.querySelectorAll("*")].filter(isRead)) {
    const ground = behind(element);
    const ink = over(ground, colour(getComputedStyle(element).color));
    const [one, other] = [luminance(ground) + 0.05, luminance(ink) + 0.05];
    const contrast = Math.max(one, other) / Math.min(one, other);
    const words = `${element.className}: ${element.textContent.slice(0, 40)}`;
    if (contrast < least) faint.push(`${contrast.toFixed(2)} ${words}`);
  }
  return faint;
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
async def test_every_word_can_be_read(chat: LocalChat, open_page: OpenPage, dark: bool) -> None:
    jiu = chat.person("지우", language="ko")
    chat.group("스터디", [jiu]).topic("shape", by=jiu)
    async with show_bot(chat):
        await jiu.send("/today")
        await jiu.next_message()
        page = await open_page(chat, jiu, jiu.private, dark=dark)
        await expect(page.locator("figure.code")).to_be_visible()

        assert await page.evaluate(TOO_FAINT, LEAST) == []
