"""cloze: fill the blank in the code. Any filling that makes the code do the right thing is right."""

import io
import re
import tokenize
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from studybot.core.card import Question, Text
from studybot.core.phrase import Phrase
from studybot.kinds.card import Words, compiled
from studybot.kinds.written import WrittenCode

BLANK = "____"
LONGEST = 200
HOW_TO = Phrase("Type what belongs in the blank, and nothing else.")
ONE_PIECE = Phrase("A filling is one piece of one line: no comments, no semicolons, brackets closed.")

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_SKIPPED = {tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT}


class Cloze(WrittenCode):
    """The learner types what stands in place of `____`."""

    typical_seconds_of_kind: ClassVar[int] = 40

    kind: Literal["cloze"] = "cloze"
    prompt: Words = Field(alias="question")
    """What the code should do once the blank is filled."""
    snippet: Annotated[str, StringConstraints(min_length=1, max_length=3000)]
    """The program, with one blank of four underscores: `x.sum(dim=____)`."""
    solution: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
    """A filling that is right."""

    @field_validator("snippet")
    @classmethod
    def _one_blank(cls, snippet: str) -> str:
        if snippet.count("_" * len(BLANK)) != 1 or "_" * (len(BLANK) + 1) in snippet:
            raise ValueError(Phrase("write exactly one blank, {blank}, into the snippet", blank=BLANK))
        return snippet

    @field_validator("solution")
    @classmethod
    def _fits(cls, solution: str, info: ValidationInfo) -> str:
        if not is_one_piece(solution):
            raise ValueError(Phrase("the solution must be one piece of one line, its brackets closed"))
        if snippet := info.data.get("snippet"):  # by itself it may be no Python: f(a=1, ____)
            try:
                compiled(snippet.replace(BLANK, solution))
            except PydanticCustomError as error:
                told = Phrase("the snippet with the solution in its blank is broken: {reason}", reason=error.message())
                raise ValueError(told) from None
        return solution

    @property
    def reference(self) -> str:
        return self.snippet.replace(BLANK, self.solution)

    def program_of(self, answer: str) -> str | Phrase:
        filling = self._without_surroundings(answer.strip().strip("`").strip())
        if not is_one_piece(filling):
            return ONE_PIECE
        return self.snippet.replace(BLANK, filling)

    def _without_surroundings(self, typed: str) -> str:
        """Take off what stands beside the blank already: who types the whole line, or `k.T` for `k.____`, means `T`."""
        line = next(line for line in self.snippet.splitlines() if BLANK in line).strip()
        before, after = line.split(BLANK)
        for start in {0, *(word.start() for word in re.finditer(r"(?<![\w.])\w", before))}:
            part = before[start:]
            if not part or not typed.startswith(part) or self.solution.startswith(part):
                continue
            if after and typed.endswith(after):
                return typed[len(part) : -len(after)].strip() or typed
            if part.endswith((".", "=")) or (start == 0 and not after):
                return typed[len(part) :].strip() or typed
        return typed

    def question(self, seed: int) -> Question:
        return Question(self.prompt.text, self.snippet, (), HOW_TO, "code", self.inputs_shown)

    @property
    def key(self) -> Text:
        return Text(self.solution, self.solution)


def is_one_piece(text: str) -> bool:
    """Tell whether a filling stays in its blank: it could else replace the rest of the program."""
    if not text.strip() or "\n" in text or len(text) > LONGEST:
        return False
    open_brackets: list[str] = []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    for token in tokens:
        if token.type in {tokenize.COMMENT, tokenize.ERRORTOKEN} or token.string in {";", "\\"}:
            return False
        if token.type in _SKIPPED:
            continue
        if token.string in _PAIRS:
            open_brackets.append(token.string)
        elif token.string in _PAIRS.values() and not (open_brackets and _PAIRS[open_brackets.pop()] == token.string):
            return False
    return not open_brackets
