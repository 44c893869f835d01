"""A card's parameters: a small closed vocabulary, drawn by seed, the same on every machine.

params:
  n: {integer: [2, 5]}                 a whole number, both ends included
  x: {float: [0.5, 3.0], digits: 1}    a decimal number with that many digits after the point
  op: {choice: [sum, mean]}            one of these
  s: {shape: [[2, 3], [1, 4]]}         a list of sizes, one range for each dimension
  p: {permutation: 3}                  0, 1, 2 in some order
  dice: {seed: true}                   a whole number to seed generators with
  total: {derive: "n * sum(s)"}        computed from the parameters above it
where: "n != 3"                        draws that do not fit are drawn again
"""

import hashlib
import itertools
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from studybot.core.phrase import Phrase, said
from studybot.kinds.template import TemplateError, evaluate
from studybot.kinds.wrong import what_is_wrong

MOST_DRAWS = 200
"""So many draws may miss `where` before we say that nothing fits it."""

MOST_COUNTED = 2_000
WANTED_VARIANTS = 50
"""A parametric card has so many distinct variants, or says why not."""

MOST_CORNERS = 16

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
Formula = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Span = Annotated[tuple[int, int], Field(description="The least and the greatest value, both included.")]
Values: TypeAlias = dict[str, Any]


class _Param(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


def _in_order(span: tuple[Any, Any]) -> tuple[Any, Any]:
    if span[0] > span[1]:
        raise ValueError(Phrase("the range runs backwards: write [{low}, {high}]", low=span[1], high=span[0]))
    return span


class IntegerParam(_Param):
    integer: Span
    """A whole number from this range, both ends included."""

    _ordered = field_validator("integer")(_in_order)

    def draw(self, dice: "Dice") -> int:
        return dice.between(*self.integer)

    def corners(self) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(self.integer))

    def count(self) -> int:
        return self.integer[1] - self.integer[0] + 1

    def every(self) -> Iterable[int]:
        return range(self.integer[0], self.integer[1] + 1)


class FloatParam(_Param):
    float: tuple[float, float]
    """A decimal number from this range, both ends included."""
    digits: int = Field(default=1, ge=0, le=4)
    """Digits after the point."""

    _ordered = field_validator("float")(_in_order)

    def _ticks(self) -> tuple[int, int]:
        low, high = (Decimal(str(end)).scaleb(self.digits) for end in self.float)
        return math.ceil(low), math.floor(high)

    def _at(self, tick: int) -> Any:
        return float(Decimal(tick).scaleb(-self.digits))

    def draw(self, dice: "Dice") -> Any:
        return self._at(dice.between(*self._ticks()))

    def corners(self) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(map(self._at, self._ticks())))

    def count(self) -> int:
        low, high = self._ticks()
        return high - low + 1

    def every(self) -> Iterable[Any]:
        low, high = self._ticks()
        return map(self._at, range(low, high + 1))


class ChoiceParam(_Param):
    choice: Annotated[tuple[str | int | float | bool | list[Any], ...], Field(min_length=2, max_length=50)]
    """One of these; what stands twice is drawn twice as often."""

    def draw(self, dice: "Dice") -> Any:
        return self.choice[dice.between(0, len(self.choice) - 1)]

    def corners(self) -> tuple[Any, ...]:
        return self.choice

    def count(self) -> int:
        return len(self.every())

    def every(self) -> Collection[Any]:
        return {json.dumps(one): one for one in self.choice}.values()


class ShapeParam(_Param):
    shape: Annotated[tuple[Span, ...], Field(min_length=1, max_length=5)]
    """A list of sizes, one range for each dimension."""

    @field_validator("shape")
    @classmethod
    def _ordered(cls, shape: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple(_in_order(span) for span in shape)

    def draw(self, dice: "Dice") -> Any:
        return [dice.between(*span) for span in self.shape]

    def corners(self) -> tuple[Any, ...]:
        return [span[0] for span in self.shape], [span[1] for span in self.shape]

    def count(self) -> int:
        return math.prod(high - low + 1 for low, high in self.shape)

    def every(self) -> Iterable[list[int]]:
        return map(list, itertools.product(*(range(low, high + 1) for low, high in self.shape)))


class PermutationParam(_Param):
    permutation: int = Field(ge=2, le=8)
    """The numbers from 0 up to this one, in some order."""

    def draw(self, dice: "Dice") -> Any:
        left = list(range(self.permutation))
        return [left.pop(dice.between(0, len(left) - 1)) for _ in range(self.permutation)]

    def corners(self) -> tuple[Any, ...]:
        straight = list(range(self.permutation))
        return straight, straight[::-1]

    def count(self) -> int:
        return math.factorial(self.permutation)

    def every(self) -> Iterable[list[int]]:
        return map(list, itertools.permutations(range(self.permutation)))


class SeedParam(_Param):
    seed: Literal[True]
    """A whole number to seed generators with."""

    def draw(self, dice: "Dice") -> Any:
        return dice.between(0, 9_999)

    def corners(self) -> tuple[Any, ...]:
        return (0,)

    def count(self) -> int:
        return 10_000

    def every(self) -> Iterable[int]:
        return range(10_000)


class DerivedParam(_Param):
    derive: Formula
    """A formula in the parameters above it."""


Param: TypeAlias = IntegerParam | FloatParam | ChoiceParam | ShapeParam | PermutationParam | SeedParam | DerivedParam
_KINDS: dict[str, type[_Param]] = {
    "integer": IntegerParam,
    "float": FloatParam,
    "choice": ChoiceParam,
    "shape": ShapeParam,
    "permutation": PermutationParam,
    "seed": SeedParam,
    "derive": DerivedParam,
}


PARAM_KINDS: tuple[type[BaseModel], ...] = tuple(_KINDS.values())
"""The models of the vocabulary, for the JSON Schema."""


class Dice:
    """Numbers that depend on their name and the seed alone."""

    def __init__(self, seed: int, name: str) -> None:
        self._text = f"{seed}\0{name}"
        self._thrown = 0

    def between(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        self._thrown += 1
        digest = hashlib.sha256(f"{self._text}\0{self._thrown}".encode()).digest()
        return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


class Params(BaseModel):
    """The parametric part of a card's YAML."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    params: Annotated[dict[Name, Any], Field(min_length=1, max_length=12)]
    where: Formula | None = None
    few_variants: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None

    @field_validator("params", mode="before")
    @classmethod
    def _known(cls, params: Any) -> Any:
        """Read each parameter by its one word, so that a mistake is told of that word and not of seven."""
        if not isinstance(params, Mapping):
            told = Phrase("write parameters by name: {example}", example="{n: {integer: [2, 5]}}")
            raise ValueError(told)  # noqa: TRY004 - for pydantic
        return {name: _read(str(name), body) for name, body in params.items()}

    @field_validator("params")
    @classmethod
    def _no_reserved_names(cls, params: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        for name in params:
            if name in RESERVED:
                told = Phrase('a parameter cannot be called "{name}": that name has a meaning in formulas', name=name)
                raise ValueError(told)
        return params

    @model_validator(mode="after")
    def _drawable(self) -> "Params":
        self.draw(0)
        known = self.count()
        if known < WANTED_VARIANTS and self.few_variants is None:
            told = Phrase(
                "params: only {known} variants, and {wanted} are wanted: widen the ranges, or say why in few_variants",
                known=known,
                wanted=WANTED_VARIANTS,
            )
            raise ValueError(told)
        return self

    def draw(self, seed: int) -> Values:
        """Return the values of one variant. Raises ValueError where none fit `where`."""
        for again in range(MOST_DRAWS):
            dice_seed = seed if again == 0 else seed + again * 2**31
            values = {name: param.draw(Dice(dice_seed, name)) for name, param in self._drawn()}
            if (full := self._completed(values)) is not None:
                return full
        raise ValueError(Phrase("{n} draws, and none fits where: {where}", n=MOST_DRAWS, where=self.where))

    def corners(self) -> Iterator[Values]:
        """Yield the variants at the ends of the ranges: all combinations, or each end in turn where those are many."""
        drawn = list(self._drawn())
        ends = [param.corners() for _, param in drawn]
        names = [name for name, _ in drawn]
        if math.prod(map(len, ends)) <= MOST_CORNERS:
            for chosen in itertools.product(*ends):
                if (full := self._completed(dict(zip(names, chosen, strict=True)))) is not None:
                    yield full
            return
        for seed, (name, corners) in enumerate(zip(names, ends, strict=True)):
            for end in corners:
                base = {other: param.draw(Dice(seed, other)) for other, param in drawn} | {name: end}
                if (full := self._completed(base)) is not None:
                    yield full

    def count(self) -> int:
        """Count distinct variants; beyond some fifty, only that there are as many."""
        total: int = math.prod(param.count() for _, param in self._drawn())
        if self.where is None:
            return total
        if total > MOST_COUNTED:
            return self._count_drawn()
        names = [name for name, _ in self._drawn()]
        fitting = (
            self._completed(dict(zip(names, values, strict=True)))
            for values in itertools.product(*(param.every() for _, param in self._drawn()))
        )
        return sum(1 for values in itertools.islice(filter(None, fitting), WANTED_VARIANTS))

    def _count_drawn(self) -> int:
        seen: set[str] = set()
        for seed in range(4 * WANTED_VARIANTS):
            seen.add(identity(self.draw(seed)))
            if len(seen) == WANTED_VARIANTS:
                break
        return len(seen)

    def _drawn(self) -> Iterator[tuple[str, Any]]:
        return ((name, param) for name, param in self.params.items() if not isinstance(param, DerivedParam))

    def _completed(self, values: Values) -> Values | None:
        """Add the derived values, in the order in which they stand; None where `where` does not hold."""
        full: Values = {}
        for name, param in self.params.items():
            full[name] = evaluate(param.derive, full) if isinstance(param, DerivedParam) else values[name]
        if self.where is not None and not evaluate(self.where, full):
            return None
        return full


RESERVED = frozenset({"torch", "nn", "true", "false", "none", "not", "and", "or", "in", "is", "if", "else", "loop"})


def identity(values: Values) -> str:
    """Return what tells one variant from another."""
    return json.dumps(values, sort_keys=True, default=str)


def _read(name: str, body: Any) -> Any:
    words = [word for word in body if word in _KINDS] if isinstance(body, Mapping) else []
    if len(words) != 1:
        raise ValueError(Phrase('parameter "{name}" needs one of: {words}', name=name, words=", ".join(_KINDS)))
    try:
        return _KINDS[words[0]].model_validate(body)
    except ValueError as error:
        errors: list[Any] = getattr(error, "errors", list)()
        steps = errors[0]["loc"] if errors else ()
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
        told = what_is_wrong(errors[0]) if errors else said(error)
        raise ValueError(Phrase('parameter "{name}"{where}: {told}', name=name, where=where, told=told)) from None


__all__ = ["Dice", "Params", "TemplateError", "Values", "identity"]
