"""Faults on demand: the next call of a method goes wrong as calls do in the real network."""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal

Break = Literal["reset", "lost", "timeout"]


@dataclass(frozen=True)
class Fault:
    """What goes wrong. A number is an error code, and the call is not carried out; else:

    reset    the connection breaks before anything is done
    lost     the call is carried out, but the connection breaks before the answer
    timeout  nothing is done and nothing is answered, until the bot gives up
    """

    what: int | Break
    description: str = ""
    retry_after: int = 1


class Faults:
    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def plan(self, method: str, fault: Fault, times: int) -> None:
        self._waiting[method.lower()].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        waiting = self._waiting[method.lower()]
        return waiting.popleft() if waiting else None
