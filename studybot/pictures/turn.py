"""Who draws now: one at a time."""

from threading import Lock

ONE_AT_A_TIME = Lock()
"""matplotlib's fonts are not made for threads, and one processor is enough for drawing."""
