"""Whoever starts the sandbox belongs to groups of the host, most people to several, and cannot leave them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOMEBODY, THEIR_GROUPS = "4711", "4711,4,27"


def as_somebody() -> list[str]:
    """Return how root runs Python as a user of several groups, who could not look into root's home."""
    needed = sorted({Path(path) for path in (ROOT, sys.prefix, sys.base_prefix)})
    folders = sorted({folder for path in needed for folder in path.parents if folder.is_relative_to("/root")})
    return [
        *("bwrap", "--dev-bind", "/", "/", "--perms", "0755", "--tmpfs", "/root"),
        *(word for folder in folders[1:] for word in ("--perms", "0755", "--dir", str(folder))),
        *(word for path in needed for word in ("--ro-bind", str(path), str(path))),
        *("setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", f"--groups={THEIR_GROUPS}"),
    ]


@pytest.mark.jail
def test_the_sandbox_starts_for_somebody_of_several_groups_none_of_which_is_known_inside() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else; who runs this has groups of their own")

    done = subprocess.run(
        [*as_somebody(), sys.executable, "-m", "studybot", "sandbox", "run", "-"],
        input="import os; set(os.getgroups())",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "{65534}" in done.stdout
