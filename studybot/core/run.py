"""A run: one trip of a snippet to the sandbox, and what came back as plain data."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from studybot.core.value import Value, from_record, plain, to_record

OWN_HASH_SEED = 8
"""Hash seeds from here on are taken as they are, in a jail of their own if no slot has them: that takes seconds."""

Device = Literal["cpu", "cuda"]


class RunStatus(StrEnum):
    """What became of a run. All but `SANDBOX_FAULT` are facts about the snippet; that one is our failure."""

    OK = "ok"
    RAISED = "raised"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    CRASHED = "crashed"
    REFUSED = "refused"
    SANDBOX_FAULT = "sandbox_fault"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. `memory_mib` counts everything the run allocates beyond the warm zygote."""

    wall_seconds: float = 5.0
    memory_mib: int = 512
    output_kib: int = 64


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code to run. The value of its last expression is its value, as in a notebook.

    `seed` seeds Python's, torch's (and numpy's) generators in the child before the code starts; None leaves
    them fresh, different in every run. `hash_seed` chooses between orders of sets, as far as the machine has
    several; None takes any. `clock_ahead` sets Python's calendar clocks so many seconds ahead. `harness` is a
    program of ours that runs in place of the code, has it as the string CODE, and gives the value.
    """

    code: str
    device: Device = "cpu"
    limits: Limits = field(default_factory=Limits)
    seed: int | None = None
    hash_seed: int | None = None
    clock_ahead: int = 0
    harness: str = ""


@dataclass(frozen=True, slots=True)
class RunError:
    """The exception that ended a snippet: its type's name, its message, and the snippet's line (from 1)."""

    type: str
    message: str
    line: int | None


@dataclass(frozen=True, slots=True)
class RunResult:
    """What came back. `wall_ms` is measured by the trusted side, never read from the child.

    `starved`: it ran out of time on a machine so busy that it had to wait for a processor for half of it, or more.
    """

    status: RunStatus
    stdout: str = ""
    stderr: str = ""
    value: Value = None
    error: RunError | None = None
    wall_ms: float = 0.0
    device: Device = "cpu"
    torch_version: str = ""
    starved: bool = False

    def plain(self) -> dict[str, Any]:
        """Return the one JSON object that `studybot sandbox run --json` prints."""
        return {
            "status": self.status.value,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "value": plain(self.value),
            "error": _error_record(self.error),
            "wall_ms": round(self.wall_ms, 3),
            "device": self.device,
        }

    def to_record(self) -> dict[str, Any]:
        """Return JSON data for the store, read back without loss by `from_record`."""
        exact = {"value": to_record(self.value), "wall_ms": self.wall_ms, "torch_version": self.torch_version}
        return self.plain() | exact | ({"starved": True} if self.starved else {})

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "RunResult":
        error = record["error"]
        return cls(
            status=RunStatus(record["status"]),
            stdout=record["stdout"],
            stderr=record["stderr"],
            value=from_record(record["value"]),
            error=None if error is None else RunError(error["type"], error["message"], error["line"]),
            wall_ms=record["wall_ms"],
            device=record["device"],
            torch_version=record["torch_version"],
            starved=record.get("starved") is True,
        )


def _error_record(error: RunError | None) -> dict[str, Any] | None:
    return None if error is None else {"type": error.type, "message": error.message, "line": error.line}
