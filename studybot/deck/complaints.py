"""pydantic's errors as sentences for the author of a card: what is wrong with which field, and what to write."""

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from studybot.core.phrase import Phrase, Said
from studybot.deck.marked import Marked, Path, line_at, node_at
from studybot.kinds.card import BROKEN_CODE
from studybot.kinds.wrong import EMPTY, is_known, what_is_wrong

LANGUAGES = ("ko", "en")


class Complaint(NamedTuple):
    """What is wrong in a mapping of the file: the line, and the sentence."""

    line: int
    message: Said


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


def did_you_mean(word: str, known: Sequence[str], *, most: int = 24) -> Phrase:
    """Return 'did you mean "x"?', what begins like it, or what is known (`most` of it) where nothing is close."""
    if close := _close(word, known):
        return Phrase('did you mean "{close}"?', close=close)
    if word and (begun := [one for one in known if one.startswith(word.lower())]):
        known = begun
    return Phrase("known are {known}", known=", ".join(known[:most]) + (" ..." if len(known) > most else ""))


def _line(error: Any, node: Marked) -> int:
    if error["type"] == BROKEN_CODE:
        code = node_at(node, error["loc"])
        return code.line + int(error["ctx"]["line"]) if code.is_block else code.line
    return line_at(node, error["loc"])


def _sentence(error: Any, model: type[BaseModel], node: Marked) -> Said:
    path, kind, details = error["loc"], error["type"], error.get("ctx", {})
    name = named(path)
    match kind:
        case "extra_forbidden":
            near = did_you_mean(str(path[-1]), fields_of(_model_at(model, path[:-1])))
            return Phrase("unknown field {name}: {near}", name=name, near=near)
        case "missing" if path[-1] in LANGUAGES:
            told = Phrase('{name} lacks "{language}": every text is in both languages, {{ko: ..., en: ...}}')
            return told.filled(name=named(path[:-1]), language=path[-1])
        case "model_type":
            fields = fields_of(_model_at(model, path))
            shown = f"{{{', '.join(f'{field}: ...' for field in fields)}}}"
            if set(fields) == set(LANGUAGES):
                return Phrase("{name} needs both languages: {fields}", name=name, fields=shown)
            return Phrase("{name} needs fields of its own: {fields}", name=name, fields=shown)
        case _ if kind == BROKEN_CODE:
            return Phrase("the code in {name} is broken: {reason}", name=name, reason=details["reason"])
        case "string_type" if node_at(node, path).content is None:
            return Phrase("{name} {told}", name=name, told=EMPTY)
        case _ if is_known(error):
            return Phrase("{name} {told}", name=name, told=what_is_wrong(error))
        case _ if not path:  # about several fields at once: the message names them
            return what_is_wrong(error)
        case _:
            return Phrase("{name}: {told}", name=name, told=what_is_wrong(error))


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
