"""Cards as YAML in the form of our deck files. ruamel.yaml writes it: quoting is nothing to do by hand."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any, get_args

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from studybot.core.card import Text
from studybot.deck.marked import parse, plain
from studybot.kinds.card import Card

SCHEMA_LINE = "# yaml-language-server: $schema=../schema.json"
LONGEST_LINE = 120
FIRST = (
    "id",
    "kind",
    "retired",
    "typical_seconds",
    "timeout_seconds",
    "device",
    "params",
    "where",
    "few_variants",
    "seed",
)
ASKED = ("question", "claim", "asks", "starter", "snippet", "inputs", "sizes", "check", "must", "expect", "holds")
LAST = ("explanation", "hint", "hints", "picture", "source", "tags")
PLAIN_FIELDS = frozenset({"id", "kind", "asks", "device", "picture"})
FLAT_FIELDS = frozenset({"source", "tags", "sizes", "must", "expect"})
TODO = "TODO"

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NAMES = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)")


def header(topic: str, title: Text) -> str:
    """Return the top of a deck file, as far as its first card."""
    names = _flow({"ko": title.ko, "en": title.en})
    return f"{SCHEMA_LINE}\nformat: 1\ntopic: {topic}\ntitle: {names}\ncards:\n"


def card_text(fields: Mapping[str, Any]) -> str:
    """Return a card as it stands in a deck file, two spaces in. What is read back is what was given."""
    ordered = {name: fields[name] for name in _order(fields)}
    node = CommentedMap({name: _field(name, value) for name, value in ordered.items()})
    return _dumped([node])


def fields_of(text: str) -> list[dict[str, Any]]:
    """Return the fields of the cards that `card_text` wrote."""
    node = parse(text)
    return [] if node is None else list(plain(node))


def _order(fields: Mapping[str, Any]) -> list[str]:
    known = [name for name in (*FIRST, *ASKED) if name in fields]
    last = [name for name in LAST if name in fields]
    return [*known, *(name for name in fields if name not in {*known, *last}), *last]


def _field(name: str, value: Any) -> Any:
    if name in PLAIN_FIELDS or (isinstance(value, str) and _WORD.fullmatch(value) and value.lower() not in _NAMES):
        return value
    node = _node(value)
    if name in FLAT_FIELDS and isinstance(node, CommentedMap | CommentedSeq):
        node.fa.set_flow_style()
    elif name == "params" and isinstance(node, CommentedMap):
        for inner in node.values():
            inner.fa.set_flow_style()
    else:
        _flatten_texts(name, node)
    return node


def _flatten_texts(name: str, node: Any) -> None:
    """Put texts in both languages on one line where they fit."""
    if isinstance(node, CommentedSeq):
        for inner in node:
            _flatten_texts("-", inner)
    elif isinstance(node, CommentedMap) and set(node) == {"ko", "en"}:
        if all("\n" not in text for text in node.values()) and len(f"    {name}: {_flow(node)}") <= LONGEST_LINE:
            node.fa.set_flow_style()
    elif isinstance(node, CommentedMap):
        for inner_name, inner in node.items():
            _flatten_texts(f"  {inner_name}", inner)


def _node(value: Any) -> Any:
    match value:
        case Mapping():
            return CommentedMap(
                {name: _day(inner) if name == "date" else _node(inner) for name, inner in value.items()}
            )
        case str() if value.endswith("\n") and value.strip():
            return LiteralScalarString(value)
        case str() if value == TODO:
            return value
        case str():
            return DoubleQuotedScalarString(value)
        case date() | bool() | int() | float() | None:
            return value
        case Sequence():
            return CommentedSeq([_node(inner) for inner in value])
        case _:
            return DoubleQuotedScalarString(str(value))


def _day(value: Any) -> Any:
    is_day = isinstance(value, str) and _DAY.fullmatch(value)
    return date.fromisoformat(value) if is_day else _node(value)


def _flow(value: Any) -> str:
    node = _node(value)
    node.fa.set_flow_style()
    return _dumped(node).strip()


def _dumped(node: Any) -> str:
    yaml = YAML()
    yaml.width = 2**31
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(node, stream)
    return stream.getvalue()


def template(kind: type[Card], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a card of a kind must have, those not given as TODO."""
    wanted: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        if field.is_required() and name not in {"topic", "kind"}:
            wanted[field.alias or name] = _todo(field.annotation)
    if kind.model_fields["snippet"].is_required():
        wanted["snippet"] = "# TODO\n"
    for name, value in fields.items():
        both = isinstance(value, Mapping) and isinstance(wanted.get(name), Mapping)
        wanted[name] = {**wanted[name], **value} if both else value
    return wanted


def _todo(annotation: Any) -> Any:
    if getattr(annotation, "model_fields", None) is not None:
        return {name: _todo(part.annotation) for name, part in annotation.model_fields.items() if part.is_required()}
    item = next((one for one in get_args(annotation) if hasattr(one, "model_fields")), None)
    return TODO if item is None else [_todo(item), _todo(item)]
