"""The JSON Schema of a deck file, made of the kinds' models: editors complete and check cards by it."""

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from studybot.deck.deck_file import DeckHeader
from studybot.kinds import KINDS
from studybot.kinds.params import PARAM_KINDS

FORMULA = {"type": "string", "pattern": r"\{\{.*\}\}", "description": "A formula in the parameters."}
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def deck_schema() -> dict[str, Any]:
    """Return the schema as JSON data. `topic` stands at the top of a file and not in its cards."""
    models: list[type[BaseModel]] = [DeckHeader, *PARAM_KINDS, *KINDS.values()]
    places, shared = models_json_schema([(model, "validation") for model in models], ref_template="#/$defs/{model}")
    definitions = {name: _without_titles(definition) for name, definition in shared["$defs"].items()}
    header = definitions.pop(DeckHeader.__name__)
    drawn = {"oneOf": [places[model, "validation"] for model in PARAM_KINDS]}
    for kind in KINDS.values():
        card = definitions[kind.__name__]
        del card["properties"]["topic"]
        about = card["properties"]["params"]["description"]
        card["properties"]["params"] = {"type": "object", "description": about, "additionalProperties": drawn}
        card["properties"]["seed"]["anyOf"].append(FORMULA)
        card["required"] = ["id", "kind", *(name for name in card["required"] if name not in {"id", "topic"})]
    cards = [places[kind, "validation"] for kind in KINDS.values()]
    header["properties"]["cards"] = {"type": "array", "description": "The topic's cards.", "items": {"oneOf": cards}}
    return {"$schema": DRAFT, "title": "studybot deck", **header, "$defs": dict(sorted(definitions.items()))}


def schema_text() -> str:
    """Return the schema as it stands in cards/schema.json."""
    return json.dumps(deck_schema(), ensure_ascii=False, indent=2) + "\n"


def _without_titles(schema: Any) -> Any:
    """Drop the titles that pydantic makes of field names: they say nothing that the name does not."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(item) for key, item in schema.items() if not (key == "title" and isinstance(item, str))
    }
