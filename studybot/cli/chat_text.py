"""A chat message in the terminal: Telegram's HTML as styled text, its buttons as numbered rows."""

from collections.abc import Sequence
from html.parser import HTMLParser

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from studybot.telegram_bot.buttons import DontKnow, Hint
from studybot.telegram_bot.view import Key, View

STYLES = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strike",
    "code": "cyan",
    "pre": "cyan",
    "blockquote": "dim",
    "tg-spoiler": "reverse",
    "a": "underline",
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = Text()
        self._styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "blockquote" and self.text.plain and not self.text.plain.endswith("\n"):
            self.text.append("\n")
        self._styles.append(STYLES.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if self._styles:
            self._styles.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data, " ".join(style for style in self._styles if style))


def chat_text(html: str) -> Text:
    """Return a message's HTML as text with styles."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text


def marked_keys(view: View, *, typed: bool) -> list[tuple[str, Key]]:
    """Name the buttons: ? for a hint, ! for not knowing, numbers for the others, where a number is no answer."""
    named: list[tuple[str, Key]] = []
    for number, key in enumerate((key for row in view.keys for key in row), 1):
        mark = "?" if isinstance(key.button, Hint) else "!" if isinstance(key.button, DontKnow) else ""
        if mark or not typed:
            named.append((mark or str(number), key))
    return named


def chat_page(view: View, *, typed: bool = False) -> RenderableType:
    """Lay a message out with its buttons below it, each with what presses it."""
    marks = {key: mark for mark, key in marked_keys(view, typed=typed)}
    parts: list[RenderableType] = [Padding(chat_text(view.html), (1, 2))]
    for row in view.keys:
        line = Text("  ")
        for key in row:
            line.append(f"[{marks.get(key, ' ')}] {key.label}", "bold").append("   ")
        parts.append(line)
    return Group(*parts)
