"""Texts with parameters in them: `{{ n }}` and formulas such as `{{ 9 * a**2 }}`, by Jinja2 in its sandbox.

Expressions only: no loops, no includes, nothing of Python but numbers, lists and a few functions. Deck files may
come from strangers, and this runs in the trusted process: sizes are bounded.
"""

import math
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from studybot.core.phrase import Phrase, said

MOST_NUMBERS = 1_000
MOST_POWER = 64
GREATEST = 10**30


FILTERS = (
    "abs",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "list",
    "max",
    "min",
    "reverse",
    "round",
    "sort",
    "sum",
)


_NOT_COMPUTED = Phrase("the formula cannot be computed: {reason}")


class TemplateError(ValueError):
    """A formula that cannot be read, or cannot be computed with these values."""


class Forbidden(SecurityError):
    """A formula asks for more than numbers, lists and a few functions, or for too much of them."""

    def __init__(self, told: Phrase) -> None:
        super().__init__(str(told))
        self.args = (told,)


class _Formulas(ImmutableSandboxedEnvironment):
    """No attributes, no methods, no repeated texts: nothing whose size is not that of the formula."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give each formula a plain dict: Jinja copies it at each use, and a chain of maps slowly."""
        return dict(self.globals) | dict(d or ())

    def wrap_str_format(self, value: Any) -> None:
        """Take `"...".format` away as well: `"{:999999999}"` is a text of a gigabyte."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise Forbidden(Phrase("{operator} is for numbers", operator=operator))
        if operator == "**" and abs(right) > MOST_POWER:
            raise Forbidden(Phrase("powers go up to {most}", most=MOST_POWER))
        result = super().call_binop(context, operator, left, right)
        if abs(result) > GREATEST:
            raise Forbidden(Phrase("that number is too large"))
        return result


def _range(*ends: int) -> list[int]:
    numbers = range(*ends)
    if len(numbers) > MOST_NUMBERS:
        raise Forbidden(Phrase("that range is too long"))
    return list(numbers)


def _plain(value: Any) -> Any:
    """Let only data out of a formula: no function, and no part of Jinja."""
    if isinstance(value, Undefined):
        str(value)  # raises, and says what is missing
    if not isinstance(value, int | float | str | list | tuple | dict | None):
        told = Phrase("it comes to {type}, and not to a number, a text or a list", type=type(value).__name__)
        raise Forbidden(told)
    return value


def _environment() -> _Formulas:
    # No blocks and no comments: their marks cannot be typed.
    environment = _Formulas(
        block_start_string="\ue000",
        block_end_string="\ue001",
        comment_start_string="\ue002",
        comment_end_string="\ue003",
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        cache_size=0,
        finalize=_plain,
    )
    environment.globals = {
        "abs": abs, "min": min, "max": max, "sum": sum, "len": len, "round": round, "sorted": sorted, "range": _range,
        "zip": lambda *lists: [list(row) for row in zip(*lists, strict=True)],
        "int": int, "float": float, "str": str, "list": list, "bool": bool, "prod": math.prod, "sqrt": math.sqrt,
        "exp": math.exp, "log": math.log, "floor": math.floor, "ceil": math.ceil,
    }  # fmt: skip
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


_ENVIRONMENT = _environment()


def evaluate(formula: str, values: Mapping[str, Any]) -> Any:
    """Return what a formula comes to. Raises TemplateError."""
    return _computed(formula, lambda: _plain(_expression(formula)(**values)))


def render(text: str, values: Mapping[str, Any]) -> str:
    """Return a text with its `{{ ... }}` filled in. Raises TemplateError."""
    if "{{" not in text:
        return text
    rendered = _computed(text, lambda: _template(text).render(**values))
    return str(rendered)


def _computed(text: str, compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except TemplateSyntaxError as error:
        told = str(error.message).replace("'end of print statement'", "end")
        raise TemplateError(Phrase("the formula cannot be read: {reason}", reason=told)) from error
    except (UndefinedError, SecurityError) as error:
        raise TemplateError(_NOT_COMPUTED.filled(reason=said(error))) from error
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        short = text if len(text) <= 60 else f"{text[:59]}…"
        raise TemplateError(_NOT_COMPUTED.filled(reason=f"{type(error).__name__}: {error} in {short!r}")) from error


@lru_cache(maxsize=4096)
def _template(text: str) -> Any:
    return _ENVIRONMENT.from_string(text)


@lru_cache(maxsize=1024)
def _expression(formula: str) -> Any:
    return _ENVIRONMENT.compile_expression(formula, undefined_to_none=False)
