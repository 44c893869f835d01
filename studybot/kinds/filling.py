"""A card's YAML with the parameters of one variant filled in."""

import ast
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from studybot.kinds.params import Values
from studybot.kinds.template import TemplateError, render

TEMPLATE_FIELDS = frozenset({"params", "where", "few_variants"})
"""What a card has before its parameters are filled in, and a variant has not."""

DATA_FIELDS = frozenset({"expect"})
"""What is data once it is filled in, and not text: `"[{{ n }}, 2]"` becomes a list. What is printed stays text."""


def filled(body: Mapping[str, Any], values: Values, *, title: str) -> dict[str, Any]:
    """Return the fields of a variant. Raises ValidationError with every formula that fails, at its place."""
    failures: list[InitErrorDetails] = []
    data_fields = DATA_FIELDS if body.get("asks", "value") == "value" else frozenset[str]()

    def fill(node: Any, path: tuple[str | int, ...]) -> Any:
        match node:
            case str() if "{{" in node:
                try:
                    text = render(node, values)
                except TemplateError as error:
                    problem = PydanticCustomError("broken_formula", "{reason}", {"reason": str(error), "error": error})
                    failures.append(InitErrorDetails(type=problem, loc=path, input=node))
                    return node
                return _data(text) if path[0] in data_fields else text
            case Mapping():
                return {name: fill(field, (*path, name)) for name, field in node.items()}
            case list() | tuple():
                return [fill(item, (*path, place)) for place, item in enumerate(node)]
            case _:
                return node

    full = {name: fill(field, (name,)) for name, field in body.items()}
    if failures:
        raise ValidationError.from_exception_data(title, failures)
    return full


def _data(text: str) -> Any:
    """Read what a formula came to: a number, a list, True; anything else is text."""
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def plain_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a card's fields as JSON data, which a store can keep."""
    return {name: _plain(field) for name, field in body.items()}


def _plain(node: Any) -> Any:
    match node:
        case Mapping():
            return {str(name): _plain(field) for name, field in node.items()}
        case str() | bool() | int() | None:
            return node
        case float():
            return node if math.isfinite(node) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(node, "NaN")
        case date():
            return node.isoformat()
        case Sequence():
            return [_plain(item) for item in node]
        case _:
            return str(node)
