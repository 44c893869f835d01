"""A worker holds no token and no database: it refuses to start where it could."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_bad_settings import SECRET, studybot

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
    tmp_path: Path, environment: dict[str, str], told: str
) -> None:
    ended = studybot("worker", cwd=tmp_path, **environment)

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"studybot: {told}")
    assert SECRET not in ended.stderr + ended.stdout


def test_a_worker_does_not_read_the_bots_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"STUDYBOT_TOKEN=123456789:{SECRET}\nSTUDYBOT_BROKER_URL={BROKER}\n")

    ended = studybot("worker", cwd=tmp_path)

    assert ended.stderr.startswith("studybot: STUDYBOT_BROKER_URL is not set")


def test_a_worker_without_a_jail_ends_with_the_remedy(tmp_path: Path) -> None:
    ended = studybot("worker", cwd=tmp_path, PATH=str(tmp_path), STUDYBOT_BROKER_URL=BROKER)

    assert ended.returncode == 3
    assert "bubblewrap is not installed" in ended.stderr


def test_a_check_fails_where_no_worker_of_this_machine_is_heard_of(tmp_path: Path) -> None:
    assert studybot("worker", "--check", cwd=tmp_path, STUDYBOT_BROKER_URL=BROKER).returncode == 1


def test_doctor_of_a_bot_with_a_fleet_looks_at_the_fleet_and_not_at_this_machine(tmp_path: Path) -> None:
    ended = studybot("doctor", cwd=tmp_path, STUDYBOT_BROKER_URL=f"unix://{tmp_path}/nobody", STUDYBOT_LANGUAGE="en")

    assert ended.returncode == 1
    assert "✗ fleet  The broker does not answer" in ended.stdout
    assert "wall:" not in ended.stdout


def test_the_bot_imports_celery_only_for_a_fleet_and_torch_never() -> None:
    look = "import studybot.cli, studybot.wiring, sys; assert not {'celery', 'torch'} & sys.modules.keys()"
    joined = "import studybot.sandbox.fleet, sys; assert not {'torch', 'numpy'} & sys.modules.keys()"

    assert subprocess.run([sys.executable, "-c", f"{look}\n{joined}"], check=False).returncode == 0
