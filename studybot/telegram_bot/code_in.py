"""Code in a message: typed, fenced, after a command, or in a .py file."""

import ast
import re
from collections.abc import Sequence
from pathlib import PurePath
from textwrap import dedent

from telegram import Message, MessageEntity

from studybot.core.phrase import Phrase
from studybot.kinds.typed_code import as_meant, fenced, parses
from studybot.telegram_bot.chat import Chat

LARGEST_FILE_KB = 20
ENDINGS = frozenset({".py", ".txt"})
_TAKEN_FOR_FORMATTING = {"bold": "**", "italic": "__"}
_COMMAND = re.compile(r"/\w+(@\w+)?[ \t]*\n?")
_TELLING = (ast.Import, ast.ImportFrom, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef)
_FAMILIAR = frozenset({"torch", "nn", "F"})
_ASKING = frozenset({"print", "len", "range", "sum", "type", "list", "dict", "max", "min", "sorted", "isinstance"})


def typed_code(message: Message) -> str:
    """Return the code of a text message: its first code block where it has one, else all of it."""
    blocks = message.parse_entities(["pre"])
    if blocks:
        first = min(blocks, key=lambda entity: entity.offset)
        return blocks[first]
    return fenced(typed_text(message))


def typed_text(message: Message) -> str:
    """Return what a message says, with the marks that Telegram's apps took for formatting where they are Python's.

    `x**2 + y**2` arrives as x2 + y2, the middle in bold, and `__init__` as init in italics.
    """
    plain = message.text or message.caption or ""
    marked = _with_marks(plain, message.entities or message.caption_entities)
    return marked if marked != plain and parses(as_meant(fenced(marked))) else plain


def _with_marks(text: str, entities: Sequence[MessageEntity]) -> str:
    units = text.encode("utf-16-le")  # in these Telegram counts
    marks: list[tuple[int, str]] = []
    for entity in entities:
        is_all = 2 * entity.length == len(units)  # somebody stresses their answer
        if (mark := _TAKEN_FOR_FORMATTING.get(entity.type)) is not None and not is_all:
            marks += [(entity.offset, mark), (entity.offset + entity.length, mark)]
    for place, mark in sorted(marks, reverse=True):
        units = units[: 2 * place] + mark.encode("utf-16-le") + units[2 * place :]
    return units.decode("utf-16-le")


def code_after_command(message: Message) -> str:
    """Return the code of a message that begins with a command."""
    if message.parse_entities(["pre"]):
        return typed_code(message)
    return dedent(fenced(_COMMAND.sub("", typed_text(message), count=1)))


def is_fenced(message: Message) -> bool:
    return bool(message.parse_entities(["pre"])) or (message.text or "").count("```") >= 2


def is_clearly_python(text: str) -> bool:
    """Tell whether a text can only be meant as Python: `hello` and `thank you` are names to Python, too."""
    try:
        tree = ast.parse(as_meant(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(node, _TELLING) or _is_familiar(node) for node in ast.walk(tree))


def _is_familiar(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(name)):
            return name in _FAMILIAR
        case ast.Call(func=ast.Name(name)):
            return name in _ASKING
        case ast.BinOp(left=ast.Constant(), right=ast.Constant()):
            return True
        case _:
            return False


def is_code_file(message: Message) -> bool:
    return message.document is not None and PurePath(message.document.file_name or "").suffix.lower() in ENDINGS


async def code_in_file(message: Message, chat: Chat) -> str | Phrase:
    """Fetch the code of a message that carries a file, or say why it is none that we read."""
    document = message.document
    if document is None or not is_code_file(message):
        return Phrase("I can read .py files, and no others.")
    too_large = Phrase("That file is too large: {most} kB at most.", most=LARGEST_FILE_KB)
    if (document.file_size or 0) > LARGEST_FILE_KB * 1000:
        return too_large
    data = await chat.download(document.file_id)
    if len(data) > LARGEST_FILE_KB * 1000:
        return too_large
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Phrase("That file is not text in UTF-8.")


async def code_of(message: Message, chat: Chat) -> str | Phrase:
    """Return the code of any message, "" where there is none, or say why its file cannot be read."""
    if message.document is not None:
        return await code_in_file(message, chat)
    text = message.text or message.caption or ""
    return code_after_command(message) if text.startswith("/") else typed_code(message)
