"""What to tell an author whose YAML does not parse: libyaml's terse words as a line and a sentence that helps."""

from collections.abc import Sequence
from typing import Any

from studybot.core.phrase import Phrase

_SAID = {
    "mapping values are not allowed": Phrase(
        "a colon where none can stand: put the text in quotes, or align the line with the field above it"
    ),
    "did not find expected key": Phrase(
        "this line fits no field above: align it with them, and put a text that begins with a quote into quotes "
        "as a whole"
    ),
    "did not find expected '-' indicator": Phrase(
        "this line ends the list: indent it under the item, or begin it with '- '"
    ),
    "did not find expected <document start>": Phrase("this line is indented less than the first one: align them"),
    "found unknown escape character": Phrase("an unknown escape after \\ : use single quotes, or write \\\\"),
    "found duplicate anchor": Phrase("two anchors have the same name: rename one"),
    "found undefined tag handle": Phrase("a text that begins with '!': put it in quotes"),
}
_OPENED = {
    "found unexpected end of stream": Phrase("the quote that opens here is never closed"),
    "could not find expected ':'": Phrase(
        "a field without its colon: write 'name: value', or indent the line under the text it belongs to"
    ),
    "did not find expected ',' or ']'": Phrase(
        "this list is broken: close its bracket and every quote in it, put commas between the items, "
        "and text that holds brackets or commas in quotes"
    ),
    "did not find expected ',' or '}'": Phrase(
        "this mapping is broken: close its brace and every quote in it, put commas between the fields, "
        "and text that holds braces or commas in quotes"
    ),
}
"""What is better told at the line where it was opened than at the line where the parser gave up."""


def explained(error: Any, lines: Sequence[str]) -> tuple[int, Phrase]:
    """Return the line (from 1) and the sentence for a `yaml.YAMLError`; `lines` are the file's."""
    problem = str(getattr(error, "problem", None) or error)
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 1
    text = lines[line - 1] if line <= len(lines) else ""
    if "\t" in text[: len(text) - len(text.lstrip())]:
        return line, Phrase("a tab in the indentation: YAML wants spaces")
    for words, sentence in _OPENED.items():
        if words in problem and opened is not None:
            return opened.line + 1, sentence
    if "cannot start any token" in problem and mark is not None:
        begun = repr(text[mark.column : mark.column + 1])
        return line, Phrase("a text cannot begin with {mark}: put it in quotes", mark=begun)
    for words, sentence in _SAID.items():
        if words in problem:
            return line, sentence
    return line, Phrase("this is not YAML: {problem}", problem=problem)
