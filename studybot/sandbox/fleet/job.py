"""What bot and worker say to each other, as plain JSON. Each side reads strictly: the other may be hostile."""

import json
from dataclasses import dataclass
from typing import Any, NewType

from studybot.core.run import Limits, RunResult, Snippet
from studybot.errors import StudybotError

JobId = NewType("JobId", str)

MOST_ANSWER_LETTERS = 16 * 2**20
"""Far more than the largest answer that a jail lets through, written as JSON."""


class Garbled(StudybotError):
    """The other side said something that is none of ours."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run that is wanted: `reply_to` is the list in Redis on which its bot listens."""

    id: JobId
    snippet: Snippet
    urgent: bool
    reply_to: str

    def to_record(self) -> dict[str, Any]:
        snippet, limits = self.snippet, self.snippet.limits
        return {
            "id": self.id,
            "code": snippet.code,
            "device": snippet.device,
            "limits": [limits.wall_seconds, limits.memory_mib, limits.output_kib],
            "seed": snippet.seed,
            "hash_seed": snippet.hash_seed,
            "clock_ahead": snippet.clock_ahead,
            "harness": snippet.harness,
            "urgent": self.urgent,
            "reply_to": self.reply_to,
        }

    @classmethod
    def from_record(cls, record: Any) -> "Job":
        """Read what `to_record` wrote. Raises Garbled on anything else."""
        match record:
            case {
                "id": str(job_id),
                "code": str(code),
                "device": "cpu" | "cuda" as device,
                "limits": [int() | float() as wall_seconds, int(memory_mib), int(output_kib)],
                "seed": int() | None as seed,
                "hash_seed": int() | None as hash_seed,
                "clock_ahead": int(clock_ahead),
                "harness": str(harness),
                "urgent": bool(urgent),
                "reply_to": str(reply_to),
            }:
                limits = Limits(wall_seconds, memory_mib, output_kib)
                snippet = Snippet(code, device, limits, seed, hash_seed, clock_ahead, harness)
                return cls(JobId(job_id), snippet, urgent, reply_to)
        raise Garbled("a message in the queue is no job")


def answer_text(result: RunResult) -> str:
    """Return the answer to a job as it stands on its ticket."""
    return json.dumps(result.to_record(), ensure_ascii=True, separators=(",", ":"))


def read_answer(text: str) -> RunResult:
    """Read what `answer_text` wrote. Raises Garbled on anything else."""
    if len(text) > MOST_ANSWER_LETTERS:
        raise Garbled(f"an answer of {len(text)} letters is over the limit of {MOST_ANSWER_LETTERS}")
    try:
        result = RunResult.from_record(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Garbled(f"a worker's answer cannot be read: {type(error).__name__}") from error
    if not (isinstance(result.stdout, str) and isinstance(result.stderr, str) and isinstance(result.wall_ms, float)):
        raise Garbled("a worker's answer has fields of other types")
    return result
