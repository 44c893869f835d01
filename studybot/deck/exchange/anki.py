"""The collection as an Anki package: a note for each card, with its own note type, code in colours, and its picture.

A card's id is its note's guid: a later import of the same card changes the note and keeps Anki's own schedule.
"""

import hashlib
import html
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import genanki  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from studybot.core.card import Language, Text
from studybot.core.phrase import Phrase
from studybot.deck.exchange.face import Face, face_of
from studybot.kinds import Card
from studybot.kinds.markdown import card_markdown
from studybot.locale import speech

MODEL_ID = 1_700_230_417
"""Of the note type, once and for all: Anki tells note types apart by it."""

ROOT = "studybot"
FIELDS = ("Id", "Question", "Code", "Options", "Answer", "Explanation", "Picture", "Hint", "Source")

_FRONT = (
    """{{Question}}{{Code}}{{Options}}{{#Hint}}<details class="hint"><summary>?</summary>{{Hint}}</details>{{/Hint}}"""
)
_BACK = """{{Question}}{{Code}}{{Options}}<hr id="answer">{{Answer}}{{Explanation}}{{Picture}}
<div class="source">{{Source}} · {{Id}}</div>"""
_CSS = """
.card { font-family: system-ui, "Noto Sans KR", sans-serif; font-size: 18px; line-height: 1.5; text-align: left;
  max-width: 42em; margin: 0 auto; }
pre { overflow-x: auto; padding: .6em .8em; border-radius: 6px; background: #f5f6f8; font-size: 15px; }
code { background: #f0f1f3; padding: 0 .2em; border-radius: 3px; }
pre code { background: none; padding: 0; }
img { max-width: 100%; }
.answer { font-weight: 600; }
.source, .hint { color: #777; font-size: 13px; }
.nightMode pre, .nightMode code { background: #2b2d31; }
.nightMode img { background: #fff; }
"""


def write_apkg(
    path: Path,
    cards: Iterable[Card],
    titles: Mapping[str, Text],
    pictures: Mapping[str, bytes],
    language: Language,
    *,
    at: float,
) -> int:
    """Write a package that Anki imports; return how many notes are in it. `pictures` are PNGs by the cards' ids.

    `at` is the moment of writing, in seconds since 1970. The file appears whole or not at all. Raises OSError.
    """
    say = speech(language)
    decks: dict[str, genanki.Deck] = {}
    model = _model()
    with tempfile.TemporaryDirectory() as folder:
        media: list[str] = []
        count = 0
        for card in cards:
            picture = f"studybot-{card.id}-{card.revision}.png" if card.id in pictures else ""
            if picture:
                file = Path(folder) / picture
                file.write_bytes(pictures[card.id])
                media.append(str(file))
            if card.topic not in decks:
                decks[card.topic] = genanki.Deck(_number(card.topic), f"{ROOT}::{say(titles[card.topic])}")
            decks[card.topic].add_note(_note(face_of(card, language), model, picture, language))
            count += 1
        package = genanki.Package(list(decks.values()))
        package.media_files = media
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            package.write_to_file(str(unfinished), timestamp=at)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return count


def _model() -> Any:
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".nightMode .highlight")
    return genanki.Model(
        MODEL_ID,
        ROOT,
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Card", "qfmt": _FRONT, "afmt": _BACK}],
        css=f"{_CSS}\n{light}\n{dark}",
        sort_field_index=0,
    )


def _note(face: Face, model: Any, picture: str, language: Language) -> Any:
    options = "".join(f"<li>{_inline(option)}</li>" for option in face.options)
    answer = _code(face.answer) if face.is_code else f'<div class="answer">{_markdown(face.answer)}</div>'
    given = f"<p>{html.escape(speech(language)(Phrase('Inputs')))}</p>{_code(face.given)}" if face.given else ""
    fields = (
        face.card_id,
        _markdown(face.prompt),
        given + _code(face.code),
        f'<ol type="A">{options}</ol>' if options else "",
        answer if face.answer else "",
        _markdown(face.explanation),
        f'<img src="{picture}">' if picture else "",
        "".join(_markdown(hint) for hint in face.hints),
        html.escape(face.source),
    )
    tags = [face.topic, f"kind-{face.kind}", *face.tags]
    return genanki.Note(model=model, fields=list(fields), tags=tags, guid=face.card_id)


def _number(name: str) -> int:
    """Return a deck's number, the same for every export: Anki tells decks apart by it."""
    return int.from_bytes(hashlib.sha256(f"{ROOT} {name}".encode()).digest()[:4]) | 1 << 30


def _code(code: str) -> str:
    return highlight(code, PythonLexer(), HtmlFormatter(style="default")) if code else ""


def _markdown(text: str) -> str:
    return str(_parser().render(text))


def _inline(text: str) -> str:
    return str(_parser().renderInline(text))


def _parser() -> MarkdownIt:
    parser = card_markdown()
    parser.options["highlight"] = lambda code, *_: _code(code)
    parser.add_render_rule("math_inline", _formula)
    parser.add_render_rule("math_block", _formula)
    return parser


def _formula(_: Any, tokens: list[Token], place: int, *__: Any) -> str:
    """Return a formula as Anki's MathJax reads it."""
    token = tokens[place]
    latex = html.escape(token.content)
    is_block = token.type == "math_block" or token.markup == "$$"
    return rf"\[{latex}\]" if is_block else rf"\({latex}\)"
