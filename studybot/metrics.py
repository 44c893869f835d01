"""What the bot counts and times, for Prometheus. docs/metrics.md explains each; no label ever names a person.

Labels take few values, known beforehand: kinds of updates and cards, states of runs, methods of the Bot API.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

WATCHED_REFUSALS = ("sandbox_unavailable", "sandbox_busy", "haste")


class Metrics:
    """The figures of one bot. Each process has its own; Prometheus adds up those of several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = self._counter("updates", "Updates that Telegram delivered", "kind")
        self.update_seconds = self._histogram("update_seconds", "From taking up an update to its end", "kind")
        self.failures = self._counter("failures", "Updates whose handling failed: somebody must look")
        self.answers = self._counter("answers", "Answers that settled a card", "kind", "right")
        self.runs = self._counter("runs", "Snippets that were run", "status")
        self.run_seconds = self._histogram("run_seconds", "From asking for a run to its result", "urgent")
        self.sends = self._counter("sends", "Calls of the Bot API", "method", "outcome")
        self.send_seconds = self._histogram("send_seconds", "A call of the Bot API, its turn waited for", "method")
        self.refusals = self._counter("refusals", "What was not accepted, and why", "reason")
        for reason in WATCHED_REFUSALS:  # a figure that begins at one shows no increase for whoever watches it
            self.refusals.labels(reason)
        self.waiting_updates = self._gauge("waiting_updates", "Updates stored and not handled yet")
        self.oldest_update_seconds = self._gauge("oldest_update_seconds", "How long the oldest of them waits")
        self.waiting_letters = self._gauge("waiting_letters", "Reminders that were not sent yet")
        self.telegram_pending = self._gauge("telegram_pending", "Updates that Telegram could not deliver yet")
        self.live_cards = self._gauge("live_cards", "Cards that are proved and asked")
        self.healthy = self._gauge("healthy", "1 where a part works, 0 where it does not", "part")

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"studybot_{name}", what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"studybot_{name}", what, labels, registry=self.registry)

    def _histogram(self, name: str, what: str, *labels: str) -> Histogram:
        return Histogram(f"studybot_{name}", what, labels, registry=self.registry, buckets=SECONDS)

    def exposition(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self.registry)


@contextmanager
def timed(histogram: Histogram, *labels: str) -> Iterator[None]:
    """Observe how long the block took, however it ends."""
    begun = perf_counter()
    try:
        yield
    finally:
        histogram.labels(*labels).observe(perf_counter() - begun)
