"""What a draft leaves to a person: every text that still says TODO."""

import re
from collections.abc import Iterator
from typing import Any

_TODO = re.compile(r"\s*TODO\b")
_TODO_IN_CODE = re.compile(r"\s*#\s*TODO\b")
"""Only in a snippet: what a learner begins with may well hold such a comment."""


def todo_in(body: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of the texts in a card's fields that begin with TODO, in order."""
    match body:
        case dict():
            for name, inner in body.items():
                yield from todo_in(inner, (*path, name))
        case list():
            for place, inner in enumerate(body):
                yield from todo_in(inner, (*path, place))
        case str() if _TODO.match(body) or (path == ("snippet",) and _TODO_IN_CODE.match(body)):
            yield path
