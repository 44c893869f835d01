"""pydantic's errors as sentences for the author of a card: what is wrong with which field, and what to write."""

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from studybot.deck.marked import Marked, Path, line_at, node_at
from studybot.kinds.card import BROKEN_CODE

LANGUAGES = ("ko", "en")

_NUMBER = "{name} must be a number"
_WHOLE = "{name} must be a whole number"
_BOOL = "{name} must be true or false"
_DATE = "{name} must be a day such as 2022-01-24"
_SENTENCES = {
    "missing": "{name} is missing",
    BROKEN_CODE: "the code in {name} is broken: {reason}",
    "string_type": "{name} must be text: put it in quotes",
    "string_pattern_mismatch": "{name} must be lower-case words and digits joined by hyphens, such as view-or-reshape",
    "string_too_long": "{name} is too long: {max_length} characters at most",
    "string_too_short": "{name} is empty",
    "tuple_type": "{name} must be a list: [..., ...]",
    "list_type": "{name} must be a list of cards, each beginning with '- id: ...'",
    "too_short": "{name} has too few items: {min_length} at least",
    "too_long": "{name} has too many items: {max_length} at most",
    "literal_error": "{name} must be {expected}",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _BOOL,
    "bool_parsing": _BOOL,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
}
"""What pydantic's types of error mean for an author; the braces are filled with the error's own figures."""


class Complaint(NamedTuple):
    """What is wrong in a mapping of the file: the line, and the sentence."""

    line: int
    message: str


def complaints(
    error: ValidationError, model: type[BaseModel], node: Marked, *, besides: Collection[Path] = ()
) -> Iterator[Complaint]:
    """Put every error of a model read from `node` in words, at the line of the field it is about.

    Errors of the fields `besides` are left out: they are told already.
    """
    every: list[Any] = error.errors(include_url=False, include_input=False)
    errors = [one for one in every if one["loc"] not in besides]
    meant = {_suggestion(model, one["loc"]) for one in errors if one["type"] == "extra_forbidden"}
    for one in errors:
        path: Path = one["loc"]
        inner = any(len(path) < len(other["loc"]) and other["loc"][: len(path)] == path for other in errors)
        if one["type"] == "missing" and path[-1] in meant and len(path) == 1:
            continue  # said already: "did you mean"
        if one["type"] == "too_short" and inner:
            continue  # pydantic counts only the items without an error of their own
        yield Complaint(_line(one, node), _sentence(one, model, node))


def fields_of(model: type[BaseModel]) -> list[str]:
    """Return the names of a model's fields as they stand in YAML."""
    return [field.alias or name for name, field in model.model_fields.items()]


def named(path: Path) -> str:
    """Name a field as its path: "options[0].text"."""
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return f'"{name}"'


def did_you_mean(word: str, known: Sequence[str], *, most: int = 24) -> str:
    """Return 'did you mean "x"?', what begins like it, or what is known (`most` of it) where nothing is close."""
    if close := _close(word, known):
        return f'did you mean "{close}"?'
    if word and (begun := [one for one in known if one.startswith(word.lower())]):
        known = begun
    return f"known are {', '.join(known[:most])}" + (" ..." if len(known) > most else "")


def _line(error: Any, node: Marked) -> int:
    if error["type"] == BROKEN_CODE:
        code = node_at(node, error["loc"])
        return code.line + int(error["ctx"]["line"]) if code.is_block else code.line
    return line_at(node, error["loc"])


def _sentence(error: Any, model: type[BaseModel], node: Marked) -> str:
    path, kind, details = error["loc"], error["type"], error.get("ctx", {})
    name = named(path)
    match kind:
        case "extra_forbidden":
            known = fields_of(_model_at(model, path[:-1]))
            return f"unknown field {name}: {did_you_mean(str(path[-1]), known)}"
        case "missing" if path[-1] in LANGUAGES:
            return f'{named(path[:-1])} lacks "{path[-1]}": every text is in both languages, {{ko: ..., en: ...}}'
        case "model_type":
            fields = fields_of(_model_at(model, path))
            wanted = "both languages" if set(fields) == set(LANGUAGES) else "fields of its own"
            return f"{name} needs {wanted}: {{{', '.join(f'{field}: ...' for field in fields)}}}"
        case "string_type" if node_at(node, path).content is None:
            return f"{name} is empty"
        case _ if kind in _SENTENCES:
            return _SENTENCES[kind].format(name=name, **details)
        case _ if not path:  # about several fields at once: the message names them
            return str(error["msg"]).removeprefix("Value error, ")
        case _:
            return f"{name}: {error['msg'].removeprefix('Value error, ').removeprefix('Input ')}"


def _suggestion(model: type[BaseModel], path: Path) -> str | None:
    return _close(str(path[-1]), fields_of(_model_at(model, path[:-1])))


def _close(word: str, known: Sequence[str]) -> str | None:
    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.7)), None)


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    """Return the model whose fields stand at `path`."""
    for step in path:
        for name, field in model.model_fields.items():
            if step in {field.alias, name}:
                model = _model_in(field.annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for inner in get_args(annotation) if (model := _model_in(inner))), None)
