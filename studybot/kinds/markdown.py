"""The Markdown that a card's texts may hold: CommonMark without links, headings and HTML; math and spoilers besides."""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

LONGEST_MATH = 500

_ASCII_WORD = re.compile(r"[A-Za-z0-9]")
_SIGNS = re.compile(r"[\\^_=+\-*/<>{}()|∑∂∇√≤≥≠×·→]")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_CJK = re.compile(r"[\u1100-\u11ff\u2e80-\u303f\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff]")


def card_markdown() -> MarkdownIt:
    """Return the parser. Its own tokens are `math_inline`, `math_block`, `spoiler_open` and `spoiler_close`."""
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["image", "link", "autolink", "html_inline", "html_block", "heading", "lheading", "reference"])
    parser.block.ruler.before("fence", "math_block", _math_block, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.add_terminator_char("|")
    parser.inline.ruler.before("backticks", "math", _math)
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.inline.ruler.after("emphasis", "spoiler", _spoiler)
    parser.inline.ruler2.after("balance_pairs", "spoiler", _pair_spoilers)
    return parser


# math


def _math_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Take lines from one that begins with `$$` to one that ends with it; no line between is blank."""
    if state.is_code_block(first):
        return False
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("$$", start):
        return False
    for line in range(first, last):
        begin = start + 2 if line == first else state.bMarks[line] + state.tShift[line]
        written = state.src[begin : state.eMarks[line]]
        ended = line > first and (not written.strip() or state.sCount[line] < state.blkIndent)
        if ended or "`" in written:
            return False
        if "$$" in written:
            latex = state.getLines(first, line + 1, state.blkIndent, keepLastLF=False).strip()[2:]
            if not written.rstrip().endswith("$$") or latex.count("$$") != 1 or not latex[:-2].strip():
                return False
            if not silent:
                token = state.push("math_block", "math", 0)
                token.content = latex[:-2].strip()
                token.map = [first, line + 1]
                state.line = line + 1
            return True
    return False


def _math(state: StateInline, silent: bool) -> bool:
    """Take `$...$` or `$$...$$`, where it is math: a price, a shell variable or a lone dollar sign stays as it is."""
    mark = "$$" if state.src.startswith("$$", state.pos) else "$"
    begin = state.pos + len(mark)
    if state.src[state.pos] != "$" or _ASCII_WORD.match(state.src[state.pos - 1 : state.pos]):
        return False
    end = _closing(state.src, mark, begin, min(state.posMax, begin + LONGEST_MATH))
    if end is None:
        return False
    latex = state.src[begin:end]
    if not _is_math(latex, display=mark == "$$") or _ASCII_WORD.match(state.src[end + len(mark) : end + len(mark) + 1]):
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = latex.strip()
        token.markup = mark
    state.pos = end + len(mark)
    return True


def _closing(source: str, mark: str, begin: int, most: int) -> int | None:
    at = begin
    while at < most:
        if source[at] == "\\":
            at += 2
        elif source[at] == "`" or source.startswith("\n\n", at):
            return None
        elif source[at] == "$":
            return at if source.startswith(mark, at) else None
        else:
            at += 1
    return None


def _is_math(latex: str, *, display: bool) -> bool:
    """Tell a formula from the words between two prices: it has a sign of mathematics, or it is a single word."""
    if not latex.strip() or (not display and (latex[0].isspace() or latex[-1].isspace())):
        return False
    if _SIGNS.search(latex):
        return not (latex[0].isdigit() and len(_WORDS.findall(re.sub(r"\\[A-Za-z]+|\{[^}]*\}", "", latex))) > 1)
    return not re.search(r"\s", latex.strip()) and not _CJK.search(latex)


# marks


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Take `*` and `_` as CommonMark does, and beside Korean as Koreans mean it: `**"인용"**은` is bold."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    length, opens, closes = _flanks(state, splits_words=marker == "*")
    for _ in range(length):
        _push_mark(state, marker, length, opens=opens, closes=closes)
    state.pos += length
    return True


def _spoiler(state: StateInline, silent: bool) -> bool:
    if silent or not state.src.startswith("||", state.pos):
        return False
    length, opens, closes = _flanks(state, splits_words=True)
    if length == 2:
        _push_mark(state, "||", 0, opens=opens, closes=closes)
    else:
        state.push("text", "", 0).content = "|" * length
    state.pos += length
    return True


def _push_mark(state: StateInline, text: str, length: int, *, opens: bool, closes: bool) -> None:
    state.push("text", "", 0).content = text
    state.delimiters.append(Delimiter(ord(text[0]), length, len(state.tokens) - 1, -1, opens, closes))


def _flanks(state: StateInline, *, splits_words: bool) -> tuple[int, bool, bool]:
    """Return how many marks stand here, and whether they can open and close.

    Punctuation beside a mark needs white space on the other side of it. A Korean particle follows without any, so
    CJK letters count as white space there.

    Source: CommonMark 0.31, "Emphasis and strong emphasis"; the amendment is that of markdown-cjk-friendly.
    """
    scanned = state.scanDelims(state.pos, splits_words)
    end = state.pos + scanned.length
    before = state.src[state.pos - 1 : state.pos] or " "
    after = state.src[end : min(end + 1, state.posMax)] or " "
    opens = scanned.can_open or (splits_words and bool(_CJK.match(before)) and _is_punctuation(after))
    closes = scanned.can_close or (splits_words and bool(_CJK.match(after)) and _is_punctuation(before))
    return scanned.length, opens, closes


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _pair_spoilers(state: StateInline) -> None:
    lists = [state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)]
    for delimiters in lists:
        for opening in delimiters:
            if opening.marker == ord("|") and opening.end != -1:
                for place, kind, nesting in (
                    (opening.token, "spoiler_open", 1),
                    (delimiters[opening.end].token, "spoiler_close", -1),
                ):
                    token = state.tokens[place]
                    token.type, token.tag, token.nesting, token.content = kind, "span", nesting, ""
