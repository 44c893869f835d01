"""pydantic's errors as phrases: what is wrong with a field, without its name."""

from typing import Any

from studybot.core.phrase import Phrase, Said, said

EMPTY = Phrase("is empty")
_NUMBER = Phrase("must be a number")
_WHOLE = Phrase("must be a whole number")
_BOOL = Phrase("must be true or false")
_DAY = Phrase("must be a day such as 2022-01-24")
_SENTENCES = {
    "string_type": Phrase("must be text: put it in quotes"),
    "string_pattern_mismatch": Phrase("must be lower-case words and digits joined by hyphens, such as view-or-reshape"),
    "string_too_long": Phrase("is too long: {max_length} characters at most"),
    "string_too_short": EMPTY,
    "missing": Phrase("is missing"),
    "tuple_type": Phrase("must be a list: [..., ...]"),
    "list_type": Phrase("must be a list of cards, each beginning with '- id: ...'"),
    "dict_type": Phrase("must be fields of its own, {example}", example="{name: ...}"),
    "too_short": Phrase("has too few items: {min_length} at least"),
    "too_long": Phrase("has too many items: {max_length} at most"),
    "literal_error": Phrase("must be {expected}"),
    "greater_than": Phrase("must be greater than {gt}"),
    "greater_than_equal": Phrase("must be {ge} at least"),
    "less_than": Phrase("must be less than {lt}"),
    "less_than_equal": Phrase("must be {le} at most"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _BOOL,
    "bool_parsing": _BOOL,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
}
"""What pydantic's types of error mean for an author; the braces are filled with the error's own figures."""


def is_known(error: Any) -> bool:
    return error["type"] in _SENTENCES


def what_is_wrong(error: Any) -> Said:
    """Return what one of a ValidationError's errors says. What a validator of ours raised says it itself."""
    details = error.get("ctx", {})
    if isinstance(cause := details.get("error"), Exception):
        return said(cause)
    if (sentence := _SENTENCES.get(error["type"])) is not None:
        figures = {name: _figure(value) for name, value in details.items()}
        return sentence.filled(**sentence.values, **figures)
    return str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")


def _figure(value: object) -> object:
    """Return a figure of pydantic's as it is read in every language: no `30.0`, and no word in `'a', 'b' or 'c'`."""
    match value:
        case float():
            return f"{value:g}"
        case str():
            return value.replace(" or ", ", ")
        case _:
            return value
