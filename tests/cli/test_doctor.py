"""doctor says of everything whether it is right, and what to do where it is not."""

import json
from pathlib import Path

import pytest

from studybot.sandbox import probes
from tests.cli.test_bad_settings import studybot
from tests.cli.typing_commands import Terminal
from tests.end_to_end.conftest import DECK

WALLS = {f"wall: {trial.name}" for trial in probes.trials()} | {f"wall: {probes.CGROUP}"}


@pytest.mark.jail
def test_every_wall_is_listed_as_held_or_not_applicable(tmp_path: Path) -> None:
    done = studybot("doctor", "--json", cwd=tmp_path, STUDYBOT_CARDS=str(DECK))

    told = json.loads(done.stdout)
    findings = {finding["name"]: finding for finding in told["findings"]}
    assert (done.returncode, told["healthy"]) == (0, True)
    assert findings.keys() >= WALLS | {"kernel", "python", "disk", "deck", "sandbox"}
    assert {findings[wall]["state"] for wall in WALLS} <= {"held", "not applicable"}
    assert all(findings[wall]["remedy"] for wall in WALLS if findings[wall]["state"] != "held")


def test_without_bubblewrap_every_wall_is_missing_and_the_remedy_is_told(bare: Terminal, tmp_path: Path) -> None:
    said = bare.type("doctor", "--json", PATH=str(tmp_path))

    told = json.loads(said.out)
    findings = {finding["name"]: finding for finding in told["findings"]}
    assert (said.code, told["healthy"]) == (1, False)
    assert "apt install bubblewrap" in findings["sandbox"]["detail"]
    assert {findings[wall]["state"] for wall in WALLS} == {"missing"}
    assert all(findings[wall]["remedy"] for wall in WALLS)
