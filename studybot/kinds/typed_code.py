"""Code as it is typed in a chat: between fences, in a phone's quotation marks, with its first indentation cut off."""

import ast
import warnings
from collections.abc import Iterator
from textwrap import dedent

_PLAIN = (
    dict.fromkeys(map(ord, "“”„‟″"), '"')
    | dict.fromkeys(map(ord, "‘’‚‛′"), "'")
    | dict.fromkeys(map(ord, "−–—"), "-")
    | dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u3000"), " ")
    | dict.fromkeys(map(ord, "\u200b\u2060\ufeff"), "")
    | {ord("…"): "..."}
    | {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}  # full-width forms
)


def fenced(text: str) -> str:
    """Return the code in an answer: what stands between ``` fences where there are some, else all of it."""
    lines = text.strip("\n").splitlines()
    fences = [place for place, line in enumerate(lines) if line.strip().startswith("```")]
    if len(fences) >= 2:
        lines = lines[fences[0] + 1 : fences[1]]
    return "\n".join(lines)


def as_meant(code: str) -> str:
    """Undo what keyboards and chat apps did to code, where only that keeps it from being Python."""
    return next((form for form in forms(code) if parses(form)), code)


def forms(code: str) -> Iterator[str]:
    """Yield what somebody may have meant who sent this: itself first."""
    for marks in (code, code.translate(_PLAIN)):
        yield marks
        yield dedent(marks)
        first, _, rest = marks.partition("\n")  # Telegram cuts off what a message begins with
        yield f"{first}\n{dedent(rest)}"


def parses(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
