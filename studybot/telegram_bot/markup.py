r"""Card Markdown to Telegram's HTML, and lengths as Telegram counts them.

    rendered(r"$$\frac{a}{b}$$").html        # "a/b"; the same as to_html
    rendered(r"$$\frac{a}{b}$$").formulas    # (r"\frac{a}{b}",): formula.py draws it as a picture

Of Markdown what a card may hold is kept, docs/rendering.md says what. Everything a person wrote is escaped; Telegram
refuses a whole message for one stray `<`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from studybot.kinds.markdown import card_markdown
from studybot.telegram_bot.math_text import in_unicode

LONGEST_MESSAGE = 4096
"""In UTF-16 units, after parsing."""

FOLDED_UNITS, FOLDED_LINES = 500, 8
"""A quote longer than this is folded: readers unfold it by a tap."""
SHORT, SHORT_LINES = 500, 12
"""An output up to this size is shown as it is; a longer one is folded."""
MOST_FOLDED, MOST_FOLDED_LINES = 1000, 60
"""What is longer than this is sent as a file, and only its beginning is shown."""

_MARKDOWN = card_markdown()
_TAGS = {
    "strong_open": "<b>",
    "strong_close": "</b>",
    "em_open": "<i>",
    "em_close": "</i>",
    "spoiler_open": '<span class="tg-spoiler">',
    "spoiler_close": "</span>",
}
_ANY_TAG = re.compile(r"<[^>]*>")
_QUOTE_TAG = re.compile(r"</?blockquote[^>]*>")
_LANGUAGE = re.compile(r"[\w+#.\-]{1,32}", re.ASCII)
# What cannot be sent in UTF-8, and what Telegram would turn into spaces or drop: line feeds stay as they are.
_OWN_LINE = "\0"  # stands around a formula in the middle of a line, until the line is cut there
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as Telegram HTML, and the LaTeX of its display formulas, which may be drawn as well."""

    html: str
    formulas: tuple[str, ...] = ()


def to_html(markdown: str) -> str:
    """Return card Markdown as Telegram HTML, with balanced tags whatever was written."""
    return rendered(markdown).html


@lru_cache(maxsize=2048)  # a card's words are shown again and again
def rendered(markdown: str) -> Rendered:
    """Return card Markdown as Telegram HTML, with its display formulas as lines of Unicode and as LaTeX."""
    writer = _Writer()
    html = writer.blocks(SyntaxTreeNode(_MARKDOWN.parse(_clean(markdown))).children)
    return Rendered(html.strip("\n"), tuple(dict.fromkeys(writer.formulas)))


@lru_cache(maxsize=2048)
def line_html(markdown: str) -> str:
    """Return one line of card Markdown as Telegram HTML: no quotes, no lists, whatever it begins with."""
    line = SyntaxTreeNode(_MARKDOWN.parseInline(" ".join(_clean(markdown).split())))
    return _Writer().blocks(line.children).strip("\n")


def to_plain(markdown: str) -> str:
    """Return the words of a line of card Markdown without their marks, for buttons."""
    return unescape(_ANY_TAG.sub("", line_html(markdown)))


def escaped(text: str) -> str:
    """Escape a text that is shown as it is. What cannot be sent or shown becomes the replacement character."""
    return escape(_clean(text), quote=False)


def code(text: str, language: str = "python") -> str:
    """Return a code block. A pre cannot hold other marks."""
    known = _LANGUAGE.match(language)
    return f'<pre><code class="language-{known[0] if known else "text"}">{_block_text(text)}</code></pre>'


def plain_block(text: str) -> str:
    return f"<pre>{_block_text(text)}</pre>"


def quoted(html: str) -> str:
    """Return a quote, folded where it is long. Quotes inside it lose their marks: Telegram nests none."""
    html = _QUOTE_TAG.sub("", html)
    visible = _ANY_TAG.sub("", html)
    long = utf16_length(visible) > FOLDED_UNITS or visible.count("\n") >= FOLDED_LINES
    return f"<blockquote{' expandable' if long else ''}>{html}</blockquote>"


def folded(text: str) -> str:
    """Return an output as a block; a long one in a quotation that opens at a touch."""
    if len(text) <= SHORT and text.count("\n") < SHORT_LINES:
        return plain_block(text)
    return f"<blockquote expandable>{escaped(clipped(text, MOST_FOLDED, MOST_FOLDED_LINES))}</blockquote>"


def utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def clipped(text: str, most: int, lines: int = 20) -> str:
    """Shorten a text to `most` characters and `lines` lines, with an ellipsis where something was cut."""
    kept = "\n".join(text.splitlines()[:lines])[:most]
    return kept if kept == text.rstrip("\n") else f"{kept.rstrip()}\n…"


def _clean(text: str) -> str:
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _block_text(text: str) -> str:
    return escaped(text.rstrip().expandtabs(4))  # Telegram makes one space of a tab


@dataclass(slots=True)
class _Writer:
    """Writes a tree of Markdown as HTML, and notes the display formulas that it meets."""

    formulas: list[str] = field(default_factory=list)

    def blocks(self, nodes: Sequence[SyntaxTreeNode], *, depth: int = 0, apart: str = "\n\n") -> str:
        written = (self._block(node, depth) for node in nodes)
        return apart.join(text for text in written if text)

    def _block(self, node: SyntaxTreeNode, depth: int) -> str:
        match node.type:
            case "inline":
                token = node.token
                return self._inline(token.children or []) if token else ""
            case "fence" | "code_block":
                return code(node.content, node.info.strip() or "python")
            case "math_block":
                return self._formula(node.content)
            case "blockquote":
                inside = self.blocks(node.children, depth=depth)
                return quoted(inside) if inside else ""
            case "bullet_list" | "ordered_list":
                return self._list(node, depth)
            case "hr":
                return "———"
            case _:
                return self.blocks(node.children, depth=depth)

    def _list(self, node: SyntaxTreeNode, depth: int) -> str:
        """Write an item to a line, a list inside it indented; items with paragraphs of their own stand apart."""
        tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
        apart = "\n" if tight else "\n\n"
        items = []
        for item in node.children:
            mark = f"{item.info}{item.markup}" if node.type == "ordered_list" else "•"
            inside = self.blocks(item.children, depth=depth + 1, apart=apart)
            items.append(f"{'  ' * depth}{mark} {inside}".rstrip(" "))
        return apart.join(items)

    def _inline(self, tokens: Sequence[Token]) -> str:
        parts: list[str] = []
        hidden = 0
        for token in tokens:
            match token.type:
                case "code_inline":
                    text = escaped(token.content)
                    # A spoiler does not cover code: Telegram would show it, so it is plain text there.
                    parts.append(text if hidden else f"<code>{text}</code>")
                case "softbreak" | "hardbreak":
                    parts.append("\n")
                case "math_inline" if token.markup == "$$":
                    parts.append(f"{_OWN_LINE}{self._formula(token.content)}{_OWN_LINE}")
                case "math_inline":
                    parts.append(escaped(re.sub(r"\s*\n\s*", "; ", in_unicode(token.content))))
                case kind if kind in _TAGS:
                    hidden += {"spoiler_open": 1, "spoiler_close": -1}.get(kind, 0)
                    parts.append(_TAGS[kind])
                case _:
                    parts.append(escaped(token.content))
        return re.sub(rf"\s*{_OWN_LINE}+\s*", "\n", "".join(parts)).strip("\n")

    def _formula(self, latex: str) -> str:
        self.formulas.append(latex)
        return escaped(in_unicode(latex))
