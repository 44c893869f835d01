r"""LaTeX to a line of Unicode that reads well: `in_unicode(r"\frac{\partial L}{\partial w}")` is "∂L/∂w".

What has no Unicode becomes plain text with parentheses: `e^{-\lambda t}` is "e^(-λt)". Whatever is written, broken or
not, a readable line comes out, and never an error: a card must not fail over its mathematics.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from unicodedata import normalize

from studybot.core.latex import (
    ACCENTS,
    ALPHABETS,
    BINARY,
    DROPPED,
    FUNCTIONS,
    NEGATED,
    ORDINARY,
    PLAIN_ALPHABETS,
    RELATIONS,
    SPACES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    WITH_DROPPED_ARGUMENT,
)

DEEPEST = 25
"""Groups nested deeper than this are read as plain text."""

Sort: TypeAlias = Literal["ordinary", "binary", "relation", "function", "comma", "open", "close", "space", "line"]

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.|$)|[{}^_~&]|\s+|[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
_DIFFERENTIAL = re.compile(r"[∂dΔ][^\W\d_]\w*")
_ROOTS = ("√", "∛", "∜")
_TAKES_ONE = frozenset(["sqrt", *ACCENTS, *ALPHABETS, *PLAIN_ALPHABETS])
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_SUPERSCRIPTS = frozenset(SUPERSCRIPTS.values())
_SCRIPTS = _SUPERSCRIPTS | frozenset(SUBSCRIPTS.values())


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a line, and what it is: that decides on the spaces around it. `fraction`: it holds a bare slash."""

    text: str
    sort: Sort = "ordinary"
    fraction: bool = False


def in_unicode(latex: str) -> str:
    """Return a formula as text; `\\\\` begins a new line."""
    return _joined(_Reader(latex).pieces()).strip(" ")


class _Reader:
    def __init__(self, latex: str, depth: int = 0) -> None:
        self._tokens = _TOKEN.findall(latex)
        self._at = 0
        self._depth = depth

    def pieces(self) -> list[_Piece]:
        found: list[_Piece] = []
        while self._at < len(self._tokens):
            self._add(found, self._next())
        return found

    def _add(self, found: list[_Piece], token: str) -> None:
        if token in "^_":
            self._script(found, token)
        elif token == "'":
            found.append(_Piece("′"))
        elif token == "{":
            self._back()
            inside = self._pieces_of(self._argument())
            found += [_Piece(inside[0].text)] if len(inside) == 1 else inside  # {,} and {=} are letters, to TeX
        elif token == "}":
            return
        elif token.isspace() or token in "~&":
            if found and found[-1].sort != "space":
                found.append(_Piece(" ", "space"))
        elif token.startswith("\\"):
            self._command(found, token[1:])
        else:
            found.append(_character(token))

    def _command(self, found: list[_Piece], name: str) -> None:  # noqa: C901 - one case for each sort of command
        starless = name.rstrip("*")
        if name.isalpha() or starless.isalpha():
            self._skip_spaces()
        match starless or name:
            case "frac" | "dfrac" | "tfrac" | "cfrac":
                found.append(self._fraction())
            case "sqrt":
                found.append(self._root())
            case "binom":
                found.append(_Piece(f"C({self._read()}, {self._read()})"))
            case "left" | "right":
                self._skip_empty_delimiter()
            case "not":
                found.append(self._negated())
            case "begin":
                self._environment(found)
            case "pmod":
                found += [_Piece(" ", "space"), _Piece(f"(mod {self._read()})")]
            case "overset" | "stackrel" | "underset":
                over = self._read()
                found += [*self._pieces_of(self._argument()), _Piece(f"({over})")]
            case "\\" | "newline" | "cr":
                found.append(_Piece("\n", "line"))
            case known if known in ACCENTS:
                found.append(_accented(self._read(), ACCENTS[known], known))
            case known if known in PLAIN_ALPHABETS:
                text = self._raw_argument() if known in {"text", "textbf", "textit", "texttt", "mbox"} else self._read()
                found.append(_Piece(text, "function" if known == "operatorname" else "ordinary"))
            case known if known in ALPHABETS:
                letters = self._read()
                found.append(_Piece("".join(ALPHABETS[known].get(letter, letter) for letter in letters)))
            case known if known in WITH_DROPPED_ARGUMENT:
                self._argument()
            case known if known in DROPPED:
                pass
            case known:
                found.append(_named(known))

    # the parts of a command

    def _next(self) -> str:
        self._at += 1
        return str(self._tokens[self._at - 1])

    def _back(self) -> None:
        self._at -= 1

    def _peek(self) -> str:
        return str(self._tokens[self._at]) if self._at < len(self._tokens) else ""

    def _skip_spaces(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _argument(self, depth: int = 0) -> str:
        """Take the LaTeX of the next group, or of the next single token with its own arguments."""
        self._skip_spaces()
        if not self._peek():
            return ""
        token = self._next()
        if token == "}":
            self._back()
            return ""
        if token != "{":
            takes = 2 if token == r"\frac" else int(token[1:] in _TAKES_ONE and token.startswith("\\"))
            if takes and depth < DEEPEST:
                return token + "".join(f"{{{self._argument(depth + 1)}}}" for _ in range(takes))
            if token[0].isdigit() and len(token) > 1:  # \frac12 is one half
                self._tokens[self._at - 1] = token[1:]
                self._back()
                return token[0]
            return token
        taken, depth = [], 1
        while self._at < len(self._tokens):
            token = self._next()
            depth += {"{": 1, "}": -1}.get(token, 0)
            if depth == 0:
                break
            taken.append(token)
        return "".join(taken)

    def _raw_argument(self) -> str:
        """Take the words of a `\\text`, with their spaces."""
        words = re.sub(r"\s+", " ", self._argument())
        return re.sub(r"[\\{}$]", "", words)

    def _pieces_of(self, latex: str) -> list[_Piece]:
        if self._depth >= DEEPEST:
            return [_Piece(re.sub(r"[\\{}^_]+", " ", latex).strip())]
        return _Reader(latex, self._depth + 1).pieces()

    def _read(self) -> str:
        return _joined(self._pieces_of(self._argument())).strip()

    def _script(self, found: list[_Piece], mark: str) -> None:
        """Set the next argument high or low. What stands low goes first where both are there: x^2_i is xᵢ²."""
        latex = {mark: self._argument()}
        self._skip_spaces_before_script()
        other = "_" if mark == "^" else "^"
        if self._peek() == other:
            self._next()
            latex[other] = self._argument()
        text = "".join(_script(self._pieces_of(latex[each]), each) for each in "_^" if each in latex)
        while found and found[-1].sort == "space":
            found.pop()
        base = found.pop() if found else _Piece("")
        if base.fraction or ("^" in latex and base.text.startswith(_ROOTS)):
            base = _Piece(f"({base.text})")
        sort: Sort = base.sort if base.sort in {"function", "close"} else "ordinary"
        found.append(_Piece(base.text + text, sort))

    def _skip_spaces_before_script(self) -> None:
        at = self._at
        self._skip_spaces()
        if self._peek() not in {"^", "_"}:
            self._at = at

    def _fraction(self) -> _Piece:
        above, below = self._pieces_of(self._argument()), self._pieces_of(self._argument())
        top, bottom = _joined(above).strip(), _joined(below).strip()
        if not bottom or not top:
            return _Piece(top or bottom)
        if _has_operator(above) or any(piece.fraction for piece in above):
            top = f"({top})"
        if not _is_one(below, bottom) and not _DIFFERENTIAL.fullmatch(bottom):
            bottom = f"({bottom})"
        return _Piece(f"{top}/{bottom}", fraction=True)

    def _root(self) -> _Piece:
        self._skip_spaces()
        index = ""
        if self._peek() == "[" and "]" in self._tokens[self._at :]:
            end = self._tokens.index("]", self._at)
            index = _script(self._pieces_of("".join(self._tokens[self._at + 1 : end])), "^")
            self._at = end + 1
        under = self._pieces_of(self._argument())
        inside = _joined(under).strip()
        sign = {"³": "∛", "⁴": "∜"}.get(index, f"{index}√")
        # √x² could be read as the square of √x.
        bare = not inside or (_is_one(under, inside) and not _SUPERSCRIPTS & set(inside))
        return _Piece(f"{sign}{inside}" if bare else f"{sign}({inside})")

    def _skip_empty_delimiter(self) -> None:
        """Pass over the dot of `\\left.` and `\\right.`, which stands for nothing."""
        if self._peek() == ".":
            self._next()

    def _negated(self) -> _Piece:
        pieces = self._pieces_of(self._argument())
        text = _joined(pieces).strip()
        return _Piece(NEGATED.get(text, f"{text}\u0338" if len(text) == 1 else f"not {text}"), "relation")

    def _environment(self, found: list[_Piece]) -> None:
        """Read `\\begin{...}`: matrices as rows in brackets, cases as lines, all else as it stands."""
        name = self._argument().strip().rstrip("*")
        if name in {"array", "tabular"}:
            self._argument()
        inside = "".join(self._until_end())
        if name.endswith("matrix") or name == "array":
            rows = [[_joined(self._pieces_of(cell)).strip() for cell in cells] for cells in _cells(inside)]
            found.append(_Piece(f"[{'; '.join(', '.join(row) for row in rows)}]"))
        elif name == "cases":
            rows = [[_joined(self._pieces_of(cell)).strip(" ,") for cell in cells] for cells in _cells(inside)]
            found.append(_Piece("{ " + "; ".join(", ".join(filter(None, row)) for row in rows) + " }"))
        else:
            found += self._pieces_of(inside.replace("&", " "))

    def _until_end(self) -> Iterator[str]:
        depth = 1
        while self._at < len(self._tokens):
            token = self._next()
            if token in {r"\begin", r"\end"}:
                depth += 1 if token == r"\begin" else -1
                if depth == 0:
                    self._argument()
                    return
            yield token


def _cells(latex: str) -> list[list[str]]:
    rows = [row for row in re.split(r"\\\\|\\cr\b", latex) if row.strip()]
    return [row.split("&") for row in rows]


def _character(token: str) -> _Piece:
    if token in RELATIONS.values() and token != "|":
        return _Piece(token, "relation")
    if token in BINARY.values():
        return _Piece(token, "binary")
    match token:
        case "-":
            return _Piece("−", "binary")
        case "*":
            return _Piece("∗", "binary")
        case "," | ";":
            return _Piece(token, "comma")
        case "(" | "[":
            return _Piece(token, "open")
        case ")" | "]" | "!":
            return _Piece(token, "close")
        case _:
            return _Piece(token)


def _named(name: str) -> _Piece:
    """Return what a command without arguments stands for; an unknown one is its own name."""
    if name in RELATIONS:
        return _Piece(RELATIONS[name], "relation")
    if name in BINARY:
        return _Piece(BINARY[name], "binary")
    if name in ORDINARY:
        return _Piece(ORDINARY[name])
    if name in SPACES:
        return _Piece(SPACES[name], "space") if SPACES[name] else _Piece("")
    if name in {"{", "lbrace", "langle", "lfloor", "lceil"}:
        return _Piece({"langle": "⟨", "lfloor": "⌊", "lceil": "⌈"}.get(name, "{"), "open")
    if name in {"}", "rbrace", "rangle", "rfloor", "rceil"}:
        return _Piece({"rangle": "⟩", "rfloor": "⌋", "rceil": "⌉"}.get(name, "}"), "close")
    if name in FUNCTIONS or (len(name) > 1 and name.isalpha()):
        return _Piece(name, "function")
    return _Piece(name)


def _accented(text: str, mark: str, name: str) -> _Piece:
    return _Piece(normalize("NFC", f"{text}{mark}") if len(text) == 1 else f"{name}({text})" if text else "")


def _script(pieces: Sequence[_Piece], mark: str) -> str:
    """Write a text high or low, in Unicode where all of it can be."""
    text = _tight(pieces)
    if not text:
        return ""
    if mark == "^" and text in {"∘", "°"}:
        return "°"
    if mark == "^" and text in {"′", "∗", "†", "‡"}:
        return text.replace("∗", "*")
    table = SUPERSCRIPTS if mark == "^" else SUBSCRIPTS
    if all(character in table for character in text):
        return "".join(table[character] for character in text)
    text = text.replace("−", "-")
    plain = text.isalnum() and not _SCRIPTS & set(text)
    return f"{mark}{text}" if plain or _is_bracketed(text) else f"{mark}({text})"


def _has_operator(pieces: Sequence[_Piece]) -> bool:
    depth = 0
    for place, piece in enumerate(pieces):
        depth += {"open": 1, "close": -1}.get(piece.sort, 0)
        if depth <= 0 and place and piece.sort in {"binary", "relation"}:
            return True
    return False


def _is_one(pieces: Sequence[_Piece], text: str) -> bool:
    """Say whether a text reads as one thing below a slash or a root: a letter, a number, a word, a bracket."""
    solid = [piece for piece in pieces if piece.sort != "space"]
    one = len(solid) == 1 and not solid[0].fraction and (" " not in text or text[-1] in ")]")
    return one or _is_bracketed(text) or (len(text) > 2 and text[0] == text[-1] and text[0] in "|‖" and len(solid) == 3)


def _is_bracketed(text: str) -> bool:
    """Say whether one pair of brackets holds the whole text."""
    if len(text) < 2 or _PAIRS.get(text[0]) != text[-1]:
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character == text[0]) - (character == text[-1])
        if depth == 0:
            return place == len(text) - 1
    return False


def _tight(pieces: Sequence[_Piece]) -> str:
    """Join pieces as scripts are set, without spaces but between words."""
    found = ""
    for piece in pieces:
        if piece.sort in {"space", "line"}:
            found += " "
        elif piece.sort == "function" and found[-1:].isalnum():
            found += f" {piece.text}"
        else:
            found += piece.text
    return re.sub(r"(?<=[^\W\d_]{2}) (?=[^\W\d_]{2})", "\0", found).replace(" ", "").replace("\0", " ")


def _joined(pieces: Sequence[_Piece]) -> str:
    """Join pieces with the spaces that TeX would set, and the author's own between letters and words."""
    found: list[str] = []
    done: list[_Piece] = []
    solid = [piece for piece in pieces if piece.text]
    for place, piece in enumerate(solid):
        if piece.sort == "space":
            continue
        asked = "" if place == 0 or solid[place - 1].sort != "space" else solid[place - 1].text
        after = next((each for each in solid[place + 1 :] if each.sort != "space"), _END)
        if done and "line" not in {done[-1].sort, piece.sort}:
            found.append(_gap(done, piece, asked))
        factor = piece.fraction and (
            bool(done and done[-1].sort in {*_FACTORS, "close"}) or after.sort in {*_FACTORS, "open"}
        )
        found.append(f"({piece.text})" if factor else piece.text)  # 1/2 x could be read as 1/(2x)
        done.append(piece)
    return re.sub(r"  +", lambda spaces: spaces[0][:2], "".join(found))


_END = _Piece("", "close")
_FACTORS = frozenset(["ordinary", "function"])
_BEFORE_A_SIGN = frozenset(["open", "comma", "binary", "relation"])
"""What stands before a minus that has one side only."""


def _gap(done: Sequence[_Piece], piece: _Piece, asked: str) -> str:
    """Return the space between the last of `done` and `piece`; `asked` is what the author set there."""
    before = done[-1]
    if before.sort == "open" or piece.sort in {"close", "comma"} or before.text.endswith(" "):
        return ""
    if before.sort == "relation" or piece.sort == "relation" or before.sort == "comma":
        return asked if len(asked) > 1 else " "
    if piece.sort == "binary":
        return "" if before.sort in _BEFORE_A_SIGN else " "
    if before.sort == "binary":
        return " " if len(done) > 1 and done[-2].sort not in _BEFORE_A_SIGN else ""
    if before.sort == "function":
        return "" if piece.sort == "open" else " "
    if piece.sort == "function" or before.fraction or piece.fraction:
        return " "
    return asked
