"""Security rules are on, and whoever leaves one out says why."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_security_rules_are_on_for_all_that_ships() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    spared = {path for path, left_out in rules["per-file-ignores"].items() if "S" in left_out}

    assert "S" in rules["select"]
    assert spared == {"tests/*", "benchmarks/*"}


def test_every_exception_to_a_security_rule_has_its_reason_beside_it() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "studybot").rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"# noqa: (?:[A-Z]+\d+, )*S\d+", line) and not re.search(r"# noqa: [A-Z\d, ]+ - \w+", line)
    ]
    configured = (ROOT / "pyproject.toml").read_text()

    assert bare == []
    assert all("#" in line for line in configured.splitlines() if re.match(r'\s*"S\d+"', line))


def test_every_page_that_is_named_exists_and_so_does_every_test() -> None:
    page = (ROOT / "docs" / "security.md").read_text() + (ROOT / "SECURITY.md").read_text().replace("docs/", "")

    promised = re.findall(r"`(tests/[\w/.]+\.py)`((?:[:,\s]|\(?`test_\w+`\)?)*)", page)

    links = set(re.findall(r"\]\(([\w./-]+)\)", page)) - {"security.md"}
    tests = set(re.findall(r"`(tests/[\w/.]+)`", page))

    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
    assert [test for test in tests if not (ROOT / test).exists()] == []
    named = [(file, name) for file, names in promised for name in re.findall(r"`(test_\w+)`", names)]
    assert {name for _, name in named} == set(re.findall(r"`(test_\w+)`", page))
    assert [each for each in named if f"def {each[1]}(" not in (ROOT / each[0]).read_text(encoding="utf-8")] == []


def test_every_version_is_pinned() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]

    assert all(re.fullmatch(r"[\w.-]+==[\w.!+]+", pin) for pin in pins), pins
