"""What is exported, what is documented and what is drawn are the same figures."""

import json
import re
from dataclasses import replace
from pathlib import Path

import promql_parser
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from studybot.core.run import RunResult, Snippet
from studybot.core.schedule import Grade
from studybot.errors import SandboxBusy, SandboxUnavailable
from studybot.measured import MeasuredRunner, measured_store
from studybot.metrics import Metrics
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore
from tests.store.given import a_learner, a_quiz, a_review, the_next

DOCS = Path(__file__).parent.parent / "docs"


def exported() -> set[str]:
    """Return every name that a query may use."""
    names = set()
    for family in Metrics().registry.collect():
        ends = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}[family.type]
        names |= {f"{family.name}{end}" for end in ends}
    return names


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_the_dashboard_draws_only_what_is_exported_and_leaves_nothing_out() -> None:
    drawn = set(re.findall(r"studybot_\w+", (DOCS / "grafana" / "studybot.json").read_text()))

    assert drawn <= exported()
    assert {name.removesuffix("_bucket") for name in drawn} == {
        re.sub("_(bucket|sum|count)$", "", name) for name in exported()
    }


def queries() -> list[str]:
    """Return every query of the dashboard and of the alerts, with a length of time where Grafana puts one."""
    board = json.loads((DOCS / "grafana" / "studybot.json").read_text())
    alerts = YAML(typ="safe").load((DOCS / "grafana" / "alerts.yml").read_text())
    drawn = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    watched = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    return [query.replace("$__rate_interval", "5m") for query in (*drawn, *watched)]


@pytest.mark.parametrize("query", queries())
def test_every_query_can_be_parsed_and_asks_for_what_is_exported(query: str) -> None:
    promql_parser.parse(query)

    assert set(re.findall(r"studybot_\w+", query)) <= exported()


def test_the_dashboard_is_one_that_grafana_can_import() -> None:
    board = json.loads((DOCS / "grafana" / "studybot.json").read_text())

    assert board["title"] == "studybot"
    places = [(each["gridPos"]["x"], each["gridPos"]["y"]) for each in board["panels"]]
    assert len(set(places)) == len(places)
    assert all(each["gridPos"]["x"] + each["gridPos"]["w"] <= 24 for each in board["panels"])


def test_every_figure_is_explained_with_its_labels() -> None:
    page = (DOCS / "metrics.md").read_text()
    told = {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, labels in re.findall(r"^\| `(\w+)` \|(.*?)\|", page, re.MULTILINE)
    }

    metrics = Metrics()
    labels = {each._name: set(each._labelnames) for each in vars(metrics).values() if hasattr(each, "_labelnames")}
    assert {name.removesuffix("_total"): those for name, those in told.items()} == labels


def test_the_exposition_is_read_by_prometheus_own_parser() -> None:
    metrics = Metrics()
    metrics.updates.labels("message").inc()

    families = {family.name for family in text_string_to_metric_families(metrics.exposition().decode())}

    assert "studybot_updates" in families


async def test_runs_are_counted_by_what_became_of_them_and_refusals_by_their_reason() -> None:
    metrics = Metrics()

    class Busy(FakeRunner):
        async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
            raise SandboxBusy("too many", place=9)

    class Down(FakeRunner):
        async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
            raise SandboxUnavailable("no jail")

    ran = await MeasuredRunner(FakeRunner(), metrics).run(Snippet("1"))
    with pytest.raises(SandboxBusy):
        await MeasuredRunner(Busy(), metrics).run(Snippet("1"))
    with pytest.raises(SandboxUnavailable):
        await MeasuredRunner(Down(), metrics).run(Snippet("1"), urgent=False)

    assert value(metrics, "studybot_runs_total", status=ran.status.value) == 1
    assert value(metrics, "studybot_refusals_total", reason="sandbox_busy") == 1
    assert value(metrics, "studybot_refusals_total", reason="sandbox_unavailable") == 1
    assert value(metrics, "studybot_run_seconds_count", urgent="yes") == 2


def test_the_first_refusal_that_somebody_is_woken_up_for_is_an_increase() -> None:
    woken_for = set(re.findall(r'reason="(\w+)"', (DOCS / "grafana" / "alerts.yml").read_text()))

    assert woken_for
    assert {value(Metrics(), "studybot_refusals_total", reason=reason) for reason in woken_for} == {0}


async def test_an_answer_is_counted_once_however_often_it_comes() -> None:
    metrics = Metrics()
    store = measured_store(MemoryStore(), metrics)
    showing = await the_next(store, await a_quiz(store, await a_learner(store)))
    review = replace(await a_review(store, showing, Grade.GOOD), kind="predict")

    assert await store.save_review(review, "36", update_id=1)
    assert not await store.save_review(review, "36", update_id=1)

    assert value(metrics, "studybot_answers_total", kind="predict", right="yes") == 1
