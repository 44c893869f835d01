"""From a log's passages to what may become drafts. Pure: nothing is run.

Precision comes first: a sentence that is not clearly about code is passed over, and so is whatever stands in a
diary's section or tells of days, moods and people.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from studybot.deck.draft.blocks import Broken, Expectation, Program, program_of
from studybot.deck.draft.people import tells_of_people
from studybot.deck.draft.reading import CodeBlock, Log, Passage, Place, Sentence, sentences
from studybot.deck.draft.session import is_code_of_the_deck, is_left_open, is_of_the_deck, without_speaker
from studybot.deck.draft.words import (
    CONCEPTS,
    asks,
    code_in,
    fingerprint,
    is_diary,
    is_diary_section,
    is_known,
    is_of_the_classroom,
    subject,
    words_in,
)

WEIGHT_OF_A_CLAIM = 1.3
WEIGHT_OF_A_QUESTION = 0.8
LEAST_WEIGHT = 0.5
"""Of a text that is about code at all."""

WEIGHT_OF_THE_CONTEXT = 0.3
"""How much a heading or a parent item that is about code adds to a sentence under it."""

HIGHEST = 0.85
"""The confidence in a sentence that could not be clearer; only code that was run is surer."""

Kind = Literal["claim", "discussion", "recall"]

_KEYWORDS = re.compile(r"(?:오늘의 |핵심 )?(?:키워드|keywords?|key ?terms?)\s*[:：-]\s*(.+)", re.IGNORECASE)
_DEFINED = re.compile(r"(\*\*.{2,40}?\*\*|`[^`]{2,40}`)\s*(?:[:：]|\s[-–—=])\s*(\S.*)|(.{2,40}?)[:：]\s+(\S.*)")
_START = re.compile(r"^[^\w`(\[\"']+")
_LEANS = re.compile(
    r"^(?:그래야|이는|이것|이를|즉|첫 ?번째는|두 ?번째는|세 ?번째는|그 ?외에|[과와] 같[은이]|위에서|이렇게|들을|"
    r"this is|that is|thus)\b|다음과 같[은이]|아래와 같이|위와 같이|(?:때문에|면|는데|지만|므로|[아어해]서|[이하]고)$",
    re.IGNORECASE,
)
"""How sentences begin, point or end that say nothing without another one."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that may become a card. `passage` is its fingerprint, `about` what tells the topic, in that order."""

    kind: Kind
    text: str
    place: Place
    confidence: float
    passage: str
    about: tuple[str, ...]
    term: str = ""
    beside: Program | None = None
    """The code block right after it, where there is one that Python can read."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A result that a block says it has. `earlier` are the programs above it in the log."""

    program: Program
    expectation: Expectation
    earlier: tuple[Program, ...]
    passage: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokenBlock:
    broken: Broken
    passage: str


@dataclass(slots=True)
class Sorted:
    """What one log gives, each kind in the log's order; `repeated` passages were met before and are left out."""

    log: Log
    statements: list[Statement] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    broken: list[BrokenBlock] = field(default_factory=list)
    repeated: int = 0

    @property
    def wants_runs(self) -> bool:
        return bool(self.predictions) or any(one.beside for one in self.statements)


def sort_log(log: Log, met: set[str]) -> Sorted:
    """Sort a log. `met` holds the fingerprints of all passages met before; those of this log join it."""
    found = Sorted(log)
    blocks: dict[int, Program] = {}
    for place, part in enumerate(log.parts):
        if not isinstance(part, CodeBlock) or is_code_of_the_deck(part.place):
            continue
        program = program_of(part)
        if isinstance(program, Program):
            _take_program(found, program, tuple(blocks.values()), met)
            blocks[place] = program
        elif program and _is_new(found, met, fingerprint(part.code)):
            found.broken.append(BrokenBlock(program, fingerprint(part.code)))
    for statement in _statements(log, blocks):
        if _is_new(found, met, statement.passage):
            found.statements.append(statement)
    return found


def _is_new(found: Sorted, met: set[str], passage: str) -> bool:
    if passage in met:
        found.repeated += 1
        return False
    met.add(passage)
    return True


def _take_program(found: Sorted, program: Program, earlier: tuple[Program, ...], met: set[str]) -> None:
    for expectation in program.expectations:
        code = "\n".join(program.statements[: expectation.statement + 1])
        passage = fingerprint(f"{code} gives {expectation.said.text}")
        if _is_new(found, met, passage):
            about = (program.statements[expectation.statement], code, *reversed(program.place.sections))
            found.predictions.append(Prediction(program, expectation, earlier, passage, about))


def _statements(log: Log, blocks: dict[int, Program]) -> Iterator[Statement]:
    """Yield what the texts of a log give: recall cards first, whose definitions are no claims any more."""
    texts = [(place, part) for place, part in enumerate(log.parts) if isinstance(part, Passage)]
    texts = [(place, without_speaker(part)) for place, part in texts if not _is_passed_over(part)]
    passages = [part for _, part in texts]
    recalls = [*_keywords(passages)]
    for place, part in enumerate(passages):
        recalls += _defined(part, passages[place + 1 : place + 1 + MOST_ITEMS])
    recalls = list({one.passage: one for one in sorted(recalls, key=lambda one: one.confidence)}.values())
    defined = {recall.text for recall in recalls if recall.confidence > LOOSE}
    claimed: list[Statement] = []
    for place, passage in texts:
        claimed += _sorted_sentences(passage, blocks.get(place + 1), defined)
    yield from sorted([*recalls, *claimed], key=lambda one: one.place.line)


def _is_passed_over(passage: Passage) -> bool:
    return any(map(is_diary_section, passage.place.sections)) or is_of_the_deck(passage)


def _sorted_sentences(passage: Passage, beside: Program | None, defined: set[str]) -> list[Statement]:
    """Sort the sentences of one passage; of a list item or a heading only the weightiest is taken."""
    if _KEYWORDS.match(_plain(passage.text)) or _is_term(passage.text):
        return []
    if is_left_open(passage):
        return _left_open(passage)
    found: list[Statement] = []
    every = list(sentences(passage))
    for sentence in every:
        text = _plain(sentence.text)
        if text in defined or not (judged := _judged(text, passage)):
            continue
        kind, weight = judged
        confidence = min(HIGHEST, (0.4 if kind == "discussion" else 0.35) + 0.15 * weight)
        code = beside if kind == "claim" and sentence is every[-1] else None
        found.append(_statement(kind, text, sentence, confidence, beside=code))
    if found and (passage.in_list or passage.is_heading):
        return [max(found, key=lambda one: one.confidence)]
    return found


def _left_open(passage: Passage) -> list[Statement]:
    """Return a question that a session left open as it stands, all its sentences together."""
    text = _plain(passage.text)
    if not _is_a_sentence(text) or (is_diary(text) and subject(text).weight < LEAST_WEIGHT):
        return []
    return [_statement("discussion", text, Sentence(text, passage, passage.place.line), HIGHEST)]


def _judged(text: str, passage: Passage) -> tuple[Kind, float] | None:
    """Return what a sentence may become and how surely it is about code, or None."""
    about = subject(text)
    if is_diary(text) or tells_of_people(text) or not _is_a_sentence(text):
        return None
    around = (passage.under, *passage.place.sections[-1:])
    weight = about.weight + WEIGHT_OF_THE_CONTEXT * any(subject(one).weight >= LEAST_WEIGHT for one in around)
    if asks(text):
        from_class = is_of_the_classroom(text) and not about.code and about.concepts < 2
        return (
            None
            if from_class or about.weight < LEAST_WEIGHT or weight < WEIGHT_OF_A_QUESTION
            else ("discussion", weight)
        )
    if passage.is_heading or is_of_the_classroom(text) or _LEANS.search(text):
        return None
    is_about_code = about.code > 0 or (about.concepts > 1 and about.has_rule)
    return ("claim", weight) if is_about_code and weight >= WEIGHT_OF_A_CLAIM else None


LOOSE = 0.5
"""The confidence in a keyword's definition: a sentence of the same section that names it."""


def _keywords(passages: list[Passage]) -> Iterator[Statement]:
    """Yield the keywords of lines such as "키워드: Hook, Dataset" of which the same section says something."""
    said: dict[tuple[str, ...], list[tuple[Sentence, str, set[str]]]] = {}
    listed: dict[tuple[tuple[str, ...], str], None] = {}
    for passage in passages:
        section = passage.place.sections
        if found := _KEYWORDS.match(_plain(passage.text)):
            listed |= {(section, term): None for term in re.split(r"\s*[,、/·;|]\s*", found[1]) if _is_term(term)}
            continue
        texts = ((sentence, _plain(sentence.text)) for sentence in sentences(passage))
        said.setdefault(section, []).extend((one, text, set(words_in(text))) for one, text in texts if _is_said(text))
    for section, term in listed:
        words = set(words_in(term))
        first = next(((one, text) for one, text, named in said.get(section, []) if words <= named), None)
        if first:
            yield _statement("recall", first[1], first[0], LOOSE, term=term)


MOST_ITEMS = 20
"""So many passages after a term its definition is looked for."""


def _defined(passage: Passage, following: list[Passage]) -> Iterator[Statement]:
    """Yield a term with its definition: in the same line, or as the first sentence of the items under it."""
    if passage.is_heading or is_left_open(passage):
        return
    first = next(sentences(passage))
    if passage.in_list and _is_term(passage.text):
        term = _plain(passage.text)
        under = (one for one in following if one.under == passage.text)
        lines = ((next(sentences(child)), _plain(next(sentences(child)).text)) for child in under)
        sentence, text = next(((line, text) for line, text in lines if _is_a_sentence(text)), (first, ""))
        if text and _is_said(text) and not asks(text) and term.lower() not in text.lower():
            yield _statement("recall", text, sentence, 0.6, term=term)
    elif found := _DEFINED.match(_START.sub("", first.text.replace("**:", ":**").replace(":**", "**:"))):
        term, text = (found[1], found[2]) if found[1] else (found[3], found[4])
        if _is_term(term) and _is_said(text):
            yield _statement("recall", _plain(first.text), first, 0.75, term=_plain(term))


def _statement(
    kind: Kind, text: str, sentence: Sentence, confidence: float, *, term: str = "", beside: Program | None = None
) -> Statement:
    place = sentence.passage.place
    about = (term or text, text, sentence.passage.under, *reversed(place.sections))
    passage = fingerprint(f"term {term}" if term else text)
    where = Place(sentence.line, place.sections, place.day)
    return Statement(kind, text, where, round(confidence, 2), passage, about, term.strip("`"), beside)


def _is_term(text: str) -> bool:
    """Return whether a text is nothing but the name of something that cards are about."""
    text = _plain(text)
    if not text or len(text) > 40 or len(text.split()) > 3:
        return False
    if code_in(text):
        return re.fullmatch(r"`?[\w.]+(?:\(\))?`?", text) is not None
    words = words_in(text)
    return (
        re.fullmatch(r"[A-Za-z0-9 _-]+", text) is not None
        and all(map(is_known, words))
        and any(word in CONCEPTS for word in words)
    )


def _is_said(text: str) -> bool:
    """Return whether a text says something, and nothing of days and people."""
    of_people = is_diary(text) or is_of_the_classroom(text) or tells_of_people(text)
    return _is_a_sentence(text) and not of_people and not _LEANS.search(text)


def _is_a_sentence(text: str) -> bool:
    """Return whether enough is said: not a bare name, a list of names, or a line of code."""
    rest = re.sub(r"`[^`]*`", " ", text)
    return len(re.findall("[가-힣]", rest)) >= 6 or len(re.findall(r"[A-Za-z]{2,}", rest)) >= 4


def _plain(text: str) -> str:
    """Return a text without the marks of bold and the arrows, bullets and pictures before it."""
    return " ".join(_START.sub("", text.replace("**", "")).split())
