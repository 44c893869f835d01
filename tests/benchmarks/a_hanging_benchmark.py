"""A benchmark that starts a server in a session of its own, and then neither ends nor heeds an interrupt."""

import signal
import subprocess
import sys
import time

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    print(f"child {child.pid}", flush=True)
    time.sleep(600)
