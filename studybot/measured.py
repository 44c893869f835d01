"""The store and the runner with somebody who counts what passes through them."""

from typing import Any, cast

from studybot.core.review import Review
from studybot.core.run import Device, RunResult, Snippet
from studybot.errors import SandboxBusy, SandboxUnavailable
from studybot.metrics import Metrics, timed
from studybot.ports import Runner, Store


class MeasuredRunner:
    def __init__(self, runner: Runner, metrics: Metrics) -> None:
        self._runner = runner
        self._metrics = metrics

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        try:
            with timed(self._metrics.run_seconds, "yes" if urgent else "no"):
                result = await self._runner.run(snippet, asked_by=asked_by, urgent=urgent)
        except SandboxBusy:
            self._metrics.refusals.labels("sandbox_busy").inc()
            raise
        except SandboxUnavailable:
            self._metrics.refusals.labels("sandbox_unavailable").inc()
            raise
        self._metrics.runs.labels(result.status.value).inc()
        return result

    async def devices(self) -> tuple[Device, ...]:
        return await self._runner.devices()

    @property
    def torch_version(self) -> str:
        return self._runner.torch_version


def measured_store(store: Store, metrics: Metrics) -> Store:
    """Return the store, whose saved reviews are counted."""
    return cast("Store", _MeasuredStore(store, metrics))


class _MeasuredStore:
    """Passes everything on: only what is counted is named here."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def save_review(self, review: Review, text: str, *, update_id: int) -> bool:
        saved = await self._store.save_review(review, text, update_id=update_id)
        if saved:
            self._metrics.answers.labels(review.kind, "yes" if review.right else "no").inc()
        return saved
