"""studybot run --check says how the bot on this machine is, and is what its container is watched by."""

import asyncio

from studybot.health import Part, health_app
from studybot.web import WebServer
from tests.cli.typing_commands import Said, Terminal
from tests.telegram_bot.test_webhook import free_port

WELL = Part(healthy=True, detail="2 slots")


async def check(terminal: Terminal, parts: dict[str, Part]) -> Said:
    async def look() -> dict[str, Part]:
        return parts

    server = WebServer()
    await server.start(lambda _: health_app(look), 0)
    try:
        return await asyncio.to_thread(terminal.type, "run", "--check", "--port", str(server.port))
    finally:
        await server.stop()


async def test_a_bot_that_is_well_says_so_of_each_part(bare: Terminal) -> None:
    said = await check(bare, {"sandbox": WELL, "database": Part(healthy=True)})

    assert said.code == 0
    assert "✓ sandbox  2 slots" in said.out
    assert "✓ database" in said.out


async def test_one_part_that_is_not_well_is_told_and_the_check_fails(bare: Terminal) -> None:
    said = await check(bare, {"sandbox": WELL, "inbox": Part(healthy=False, detail="one waits since noon")})

    assert said.code == 1
    assert "✗ inbox  one waits since noon" in said.out


def test_where_no_bot_runs_the_check_fails_and_says_how_to_start_one(bare: Terminal) -> None:
    port = free_port()

    said = bare.type("run", "--check", "--port", str(port))

    assert said.code == 1
    assert f"no bot answers at 127.0.0.1:{port}" in said.out
    assert f"studybot run --port {port}" in said.out
