"""Runs a benchmark and takes in what it leaves behind: orphans are ended, and what they used is counted as its own.

    python -m benchmarks._nursery COMMAND ...

A process whose parent was killed goes to the next `subreaper` above it, which is this one: without it, what runs in
jails would seem to be other work, and a server that was not stopped would go on. SIGTERM kills the command.
"""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def main(command: list[str]) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, lambda *_: None)  # it is meant for the command, which may stop its servers first
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: process.kill())
    code = process.wait()
    end_orphans()
    return code if code >= 0 else 128 - code


def end_orphans() -> None:
    """Kill and await all children, and theirs as they come, until there are none."""
    with suppress(ChildProcessError):
        while True:
            for child in Path("/proc/self/task").glob("*/children"):
                for pid in child.read_text().split():
                    with suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)
            os.waitpid(-1, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
