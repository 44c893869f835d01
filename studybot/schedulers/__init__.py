"""The schedulers there are, by the name that a learner's settings hold. A new one is a file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from studybot.core.schedule import Scheduler, SchedulerName
from studybot.core.sm2 import Sm2
from studybot.schedulers.fsrs6 import Fsrs6

SCHEDULERS: Mapping[SchedulerName, Scheduler] = MappingProxyType(
    {SchedulerName.SM2: Sm2(), SchedulerName.FSRS: Fsrs6()},
)
