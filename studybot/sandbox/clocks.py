"""Sets Python's calendar clocks ahead in this process, to find answers that hang on the day. Called in a child only.

Clocks that only measure how long something took are left alone: they differ from run to run anyway.
"""

import datetime as dt
import functools
import time
from typing import Any


def set_ahead(seconds: int) -> None:
    """Let `time` and `datetime` tell a later moment, for whoever asks them from now on."""
    now, now_ns = time.time, time.time_ns  # noqa: TID251 - it is what we replace

    def later() -> float:
        return now() + seconds

    def later_ns() -> int:
        return now_ns() + seconds * 10**9

    time.time, time.time_ns = later, later_ns  # noqa: TID251
    for name in ("gmtime", "localtime", "ctime"):
        setattr(time, name, _from(getattr(time, name), later))
    strftime, localtime = time.strftime, time.localtime
    time.strftime = lambda text, at=None: strftime(text, localtime() if at is None else at)
    _replace_datetime(later)


def _from(function: Any, later: Any) -> Any:
    @functools.wraps(function)
    def told(at: float | None = None) -> Any:
        return function(later() if at is None else at)

    return told


def _replace_datetime(later: Any) -> None:
    real_date, real_datetime = dt.date, dt.datetime

    class date(real_date):  # type: ignore[misc, valid-type]  # noqa: N801 - it stands for that one
        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(later())

    class datetime_(real_datetime):  # type: ignore[misc, valid-type]  # noqa: N801
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromtimestamp(later(), tz)

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(later())

        @classmethod
        def utcnow(cls) -> Any:
            return cls.fromtimestamp(later(), dt.UTC).replace(tzinfo=None)

    date.__module__ = datetime_.__module__ = "datetime"
    date.__qualname__, datetime_.__name__, datetime_.__qualname__ = "date", "datetime", "datetime"
    dt.date, dt.datetime = date, datetime_  # type: ignore[misc]
