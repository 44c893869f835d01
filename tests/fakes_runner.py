"""`FakeRunner`: scripted results in place of a sandbox. It passes the same contract as the real pool."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from studybot.core.run import Device, RunResult, RunStatus, Snippet
from studybot.errors import SandboxUnavailable

Script = Mapping[str, RunResult] | Callable[[Snippet], RunResult]


@dataclass
class FakeRunner:
    """Answers by exact code, or by a callable. Set `down` to make it unavailable; `asked` holds all snippets."""

    results: Script = field(default_factory=dict)
    down: SandboxUnavailable | None = None
    asked: list[Snippet] = field(default_factory=list)
    torch_version: str = "2.13.0+fake"
    offers: tuple[Device, ...] = ("cpu",)
    held_by: asyncio.Event | None = None
    """Where there is one, every run lasts until it is open."""

    async def devices(self) -> tuple[Device, ...]:
        return self.offers

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        if self.down is not None:
            raise self.down
        self.asked.append(snippet)
        if self.held_by is not None:
            await self.held_by.wait()
        result = self.results(snippet) if callable(self.results) else self.results.get(snippet.code)
        if result is None:
            result = RunResult(RunStatus.SANDBOX_FAULT, stderr=f"no result is scripted for {snippet.code!r}")
        return replace(result, torch_version=self.torch_version, device=snippet.device)
