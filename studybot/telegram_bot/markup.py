"""Card Markdown to Telegram's HTML, and lengths as Telegram counts them.

Of Markdown only what a card may hold is kept: paragraphs, **bold**, *emphasis*, `code`, fenced code and lists.
Everything a person wrote is escaped; Telegram refuses a whole message for one stray `<`.
"""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST_MESSAGE = 4096
"""In UTF-16 units, after parsing."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink", "html_inline", "heading"])
_TAGS = {"strong_open": "<b>", "strong_close": "</b>", "em_open": "<i>", "em_close": "</i>"}


@lru_cache(maxsize=2048)  # a card's words are shown again and again
def to_html(markdown: str) -> str:
    """Return card Markdown as Telegram HTML, with balanced tags whatever was written."""
    return "".join(_block(token) for token in _MARKDOWN.parse(markdown)).strip("\n")


def code(text: str, language: str = "python") -> str:
    """Return a code block. A pre cannot hold other marks."""
    return f'<pre><code class="language-{language}">{escape(text.rstrip(), quote=False)}</code></pre>'


def plain_block(text: str) -> str:
    return f"<pre>{escape(text.rstrip(), quote=False)}</pre>"


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def clipped(text: str, most: int, lines: int = 20) -> str:
    """Shorten a text to `most` characters and `lines` lines, with an ellipsis where something was cut."""
    kept = "\n".join(text.splitlines()[:lines])[:most]
    return kept if kept == text.rstrip("\n") else f"{kept.rstrip()}\n…"


def _block(token: Token) -> str:
    match token.type:
        case "inline":
            return _inline(token.children or [])
        case "paragraph_close":
            return "\n" if token.hidden else "\n\n"
        case "fence" | "code_block":
            return f"{code(token.content, token.info.strip() or 'python')}\n"
        case "list_item_open":
            return f"{token.info}. " if token.info else "• "
        case "bullet_list_close" | "ordered_list_close":
            return "\n"
        case "hr":
            return "———\n"
        case _:
            return ""


def _inline(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        match token.type:
            case "code_inline":
                parts.append(f"<code>{escape(token.content, quote=False)}</code>")
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case kind if kind in _TAGS:
                parts.append(_TAGS[kind])
            case _:
                parts.append(escape(token.content, quote=False))
    return "".join(parts)
