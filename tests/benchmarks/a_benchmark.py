"""A benchmark that measures nothing: it brings the rows it is asked for, fails, or hangs."""

import os
import signal
import subprocess
import sys
import time

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, compared, seen

ROWS = {
    "met": seen("a thing", 1.5, "ms", at_most=2),
    "missed": compared("another thing", 30, "us", Peer("raw", 10), at_most=2),
}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("what", nargs="+")
    given = parser.parse_args()
    if "fails" in given.what:
        print("about to fail")
        raise SystemExit("the disk is on fire")
    if "hangs" in given.what:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
        print(f"child {child.pid}", flush=True)
        while os.getppid():
            time.sleep(1)
    tell([ROWS[what] for what in given.what], given)


if __name__ == "__main__":
    main()
