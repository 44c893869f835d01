"""The HTML of Anki's fields as card Markdown: what a card's text can hold is kept, the rest is left out."""

from html.parser import HTMLParser

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_LINES = {"div", "p", "br", "tr", "ul", "ol", "hr", "h1", "h2", "h3", "table"}
_SILENT = {"script", "style"}


def to_markdown(html: str) -> str:
    """Return the text of a field: bold, emphasis, code and lists as Markdown, line breaks as lines."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.rstrip() for line in "".join(reader.written).splitlines()]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._silent = 0
        self._in_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "pre":
            self._in_block = True
            self.written.append("\n```\n")
        elif tag == "li":
            self.written.append("\n- ")
        elif tag == "img":
            self.written.append("[…]")
        elif tag in _LINES:
            self.written.append("\n")
        elif tag in _MARKS and not self._in_block:
            self.written.append(_MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "pre":
            self._in_block = False
            self.written.append("\n```\n")
        elif tag in _MARKS and not self._in_block:
            self.written.append(_MARKS[tag])
        elif tag in {"div", "p"}:
            self.written.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.written.append(data if self._in_block else data.replace("\xa0", " "))
