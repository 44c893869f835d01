"""The yardstick of benchmarks/sandbox.py: a warm Python with torch that forks, lets the child exit, and waits.

No jail, no walls, no huge pages, no snippet. It answers each byte on stdin with one on stdout.
"""

import os
import sys


def main() -> None:
    import torch

    from studybot.sandbox import prewarm

    torch.set_num_threads(1)
    prewarm.warm(torch)
    sys.stdout.buffer.write(b"r")
    sys.stdout.buffer.flush()
    while os.read(0, 1):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        os.write(1, b"d")


if __name__ == "__main__":
    main()
