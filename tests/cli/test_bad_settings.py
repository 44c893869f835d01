"""What goes wrong before the bot runs is one clear line, without a traceback, and never the token."""

import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studybot.config import load_config
from studybot.errors import ConfigError
from studybot.local_chat import LocalChat
from studybot.telegram_bot.app import Account, log_in
from tests.cli.typing_commands import Terminal

SECRET = "AAbbccddeeffgghhiijjkkllmmnnooppqqr"


def studybot(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "studybot", *arguments],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd), **environment},
        capture_output=True,
        text=True,
        timeout=100,  # doctor starts a jail, on a machine that may be busy
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "STUDYBOT_TOKEN is not set"),
        ({"STUDYBOT_TOKEN": "hello"}, "STUDYBOT_TOKEN: is not a bot token"),
        (
            {"STUDYBOT_TOKEN": f"12:{SECRET}", "STUDYBOT_TIMEZONE": "Mars"},
            "STUDYBOT_TIMEZONE: 'Mars' is not a time zone",
        ),
        ({"STUDYBOT_API_URL": "ftp://x"}, "STUDYBOT_API_URL: 'ftp://x' is not a Bot API base"),
        ({"STUDYBOT_ADMINS": "ann"}, "STUDYBOT_ADMINS: 'ann' is not a list of Telegram ids"),
        ({"STUDYBOT_LANGUAGE": "fr"}, "STUDYBOT_LANGUAGE: "),
    ],
    ids=["no token", "no token at all", "unknown zone", "no address", "no number", "unknown language"],
)
def test_a_wrong_setting_is_one_clear_line(bare: Terminal, environment: dict[str, str], told: str) -> None:
    said = bare.type("run", **environment)

    assert said.code == 2
    assert said.err.startswith(f"studybot: {told}")
    assert SECRET not in said.err + said.out


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which systemd shows a service its secrets."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


@pytest.mark.usefixtures("bare")
def test_the_token_may_be_a_file_with_a_line_end(credentials: Path) -> None:
    (credentials / "studybot_token").write_text(f"123456789:{SECRET}\n")

    assert load_config().needed_token() == f"123456789:{SECRET}"


def test_a_token_that_cannot_be_read_is_one_clear_line(bare: Terminal, credentials: Path) -> None:
    (credentials / "studybot_token").write_bytes(b"\xff\xfe1")

    said = bare.type("run")

    assert said.code == 2
    assert said.err == f"studybot: {credentials}: the token's file in there cannot be read: it is not text\n"


def test_a_process_of_its_own_ends_without_a_traceback(tmp_path: Path) -> None:
    ended = studybot("run", cwd=tmp_path, STUDYBOT_TOKEN=f"12:{SECRET}", STUDYBOT_TIMEZONE="Mars")

    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert SECRET not in ended.stderr + ended.stdout


def test_all_wrong_settings_are_told_at_once(bare: Terminal) -> None:
    said = bare.type("run", STUDYBOT_TOKEN="x", STUDYBOT_TIMEZONE="Mars", STUDYBOT_LANGUAGE="fr")

    assert len(said.err.strip().splitlines()) == 3


async def test_a_token_that_telegram_refuses_is_told_with_its_remedy() -> None:
    async with LocalChat(clock=lambda: datetime(2026, 11, 21, tzinfo=UTC)) as chat:
        with pytest.raises(ConfigError, match="Telegram refused the token in STUDYBOT_TOKEN") as told:
            await log_in(Account(f"123456789:{SECRET}", chat.api_url))

    assert SECRET not in str(told.value)


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigError, match=r"no contact with the Bot API at http://127\.0\.0\.1:9/bot"):
        await log_in(Account(f"123456789:{SECRET}", "http://127.0.0.1:9/bot"))


def test_a_port_that_is_taken_is_one_clear_line(bare: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = bare.type("try", "--no-browser", "--port", str(port))

    assert said.code == 1
    assert said.err == f"studybot: Port {port} is in use. Choose another one: --port {port + 1}\n"


def test_without_bubblewrap_the_local_chat_says_what_to_install(bare: Terminal, tmp_path: Path) -> None:
    said = bare.type("try", "--no-browser", "--port", "0", PATH=str(tmp_path))

    assert said.code == 3
    assert len(said.err.strip().splitlines()) == 1
    assert "bubblewrap" in said.err


def test_the_token_never_reaches_the_log() -> None:
    import logging

    from studybot.cli.logs import TokenFreeFormatter

    record = logging.LogRecord("x", 20, "f", 1, "POST https://host/bot123456789:%s/getMe", (SECRET,), None)

    assert TokenFreeFormatter("%(message)s").format(record) == "POST https://host/<token>/getMe"


def test_the_help_reads_nothing_of_cards_and_databases() -> None:
    heavy = "{'jinja2', 'sqlalchemy', 'studybot.kinds', 'telegram'}"
    code = f"import studybot.cli, sys; assert not {heavy} & sys.modules.keys()"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_bot_process_never_imports_torch() -> None:
    code = "import studybot.cli, studybot.wiring, studybot.telegram_bot.app, sys; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
