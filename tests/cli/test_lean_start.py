"""The command line starts without what only some commands need."""

import subprocess
import sys

HEAVY = ("torch", "sqlalchemy", "alembic", "telegram", "aiohttp", "PIL", "numpy", "celery")


def test_the_commands_are_known_before_anything_heavy_is_imported() -> None:
    code = f"import sys, studybot.cli\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == ""
