"""A worker holds no token and no database: it refuses to start where it could."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from studybot.sandbox import fleet
from tests.cli.test_bad_settings import SECRET, studybot
from tests.cli.typing_commands import Terminal

BROKER = "redis://127.0.0.1:1/0"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"STUDYBOT_BROKER_URL": BROKER, "STUDYBOT_TOKEN": f"123456789:{SECRET}"}, "STUDYBOT_TOKEN: a worker runs"),
        (
            {"STUDYBOT_BROKER_URL": BROKER, "STUDYBOT_DATABASE_URL": f"postgresql://studybot:{SECRET}@db/studybot"},
            "STUDYBOT_DATABASE_URL: a worker runs",
        ),
        ({}, "STUDYBOT_BROKER_URL is not set"),
        ({"STUDYBOT_BROKER_URL": f"amqp://guest:{SECRET}@broker"}, "STUDYBOT_BROKER_URL: is not a broker's address"),
    ],
    ids=["a token", "a database", "no broker", "another kind of broker"],
)
def test_a_worker_with_too_much_or_too_little_does_not_start(
    bare: Terminal, environment: dict[str, str], told: str
) -> None:
    said = bare.type("worker", **environment)

    assert said.code == 2
    assert said.err.startswith(f"studybot: {told}")
    assert SECRET not in said.err + said.out


def test_a_worker_does_not_read_the_bots_env_file(bare: Terminal, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"STUDYBOT_TOKEN=123456789:{SECRET}\nSTUDYBOT_BROKER_URL={BROKER}\n")

    said = bare.type("worker")

    assert said.err.startswith("studybot: STUDYBOT_BROKER_URL is not set")


def test_a_worker_without_a_jail_ends_with_the_remedy(tmp_path: Path) -> None:
    ended = studybot("worker", cwd=tmp_path, PATH=str(tmp_path), STUDYBOT_BROKER_URL=BROKER)

    assert ended.returncode == 3
    assert "bubblewrap is not installed" in ended.stderr


def test_a_check_fails_where_no_worker_of_this_machine_is_heard_of(bare: Terminal) -> None:
    assert bare.type("worker", "--check", STUDYBOT_BROKER_URL=BROKER).code == 1


def test_doctor_of_a_bot_with_a_fleet_looks_at_the_fleet_and_not_at_this_machine(
    bare: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "Fleet", partial(fleet.Fleet, grace_seconds=0.0))

    said = bare.type("doctor", STUDYBOT_BROKER_URL=f"unix://{tmp_path}/nobody", STUDYBOT_LANGUAGE="en")

    assert said.code == 1
    assert "✗ fleet  The broker does not answer" in said.out
    assert "wall:" not in said.out


def test_a_bot_imports_no_celery_and_no_torch_with_a_fleet_either() -> None:
    look = "import studybot.cli, studybot.wiring, studybot.sandbox.fleet, sys"
    heavy = "assert not {'celery', 'kombu', 'torch', 'numpy'} & sys.modules.keys()"

    assert subprocess.run([sys.executable, "-c", f"{look}\n{heavy}"], check=False).returncode == 0
