"""The collection as one Markdown page: a heading for each topic, the answer folded under each question."""

from collections.abc import Iterable, Iterator, Mapping

from studybot.core.card import Language, Text
from studybot.core.phrase import Phrase
from studybot.deck.exchange.face import Face, face_of
from studybot.kinds import Card
from studybot.locale import speech


def to_markdown(cards: Iterable[Card], titles: Mapping[str, Text], language: Language) -> str:
    """Return a page for people, to read or to put into a notebook. It cannot be read back."""
    say = speech(language)
    faces = [face_of(card, language) for card in cards]
    lines: list[str] = []
    for topic in dict.fromkeys(face.topic for face in faces):
        lines += [f"# {say(titles[topic])}", ""]
        for face in faces:
            if face.topic == topic:
                lines += [*_card(face, say(Phrase("Answer"))), ""]
    return "\n".join(lines).rstrip() + "\n"


def _card(face: Face, answer: str) -> Iterator[str]:
    yield f"## {face.card_id}"
    yield ""
    yield face.prompt
    for code in (face.given, face.code):
        yield from _fenced(code)
    yield from ["", *(f"- {option}" for option in face.options)] if face.options else ()
    yield from ("", f"<details><summary>{answer}</summary>", "")
    if face.is_code:
        yield from _fenced(face.answer)
    elif face.answer:
        yield f"**{face.answer}**" if "\n" not in face.answer and "*" not in face.answer else face.answer
    yield from ("", face.explanation, "", f"_{face.source}_", "", "</details>")


def _fenced(code: str) -> Iterator[str]:
    """Yield code in a fence that nothing in it can close."""
    if code:
        fence = "```" + "`" * max((len(run) - 2 for run in _ticks(code)), default=0)
        yield from ("", f"{fence}python", code, fence)


def _ticks(code: str) -> Iterator[str]:
    yield from (run for run in "".join(mark if mark == "`" else " " for mark in code).split() if len(run) >= 3)
