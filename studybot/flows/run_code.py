"""Running code for its own sake: no card, no grade, only what torch does with it."""

import logging
from dataclasses import dataclass, replace

from studybot.core.look import PROGRAM, Look
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.errors import SandboxUnavailable
from studybot.flows.daily_quiz import Resting
from studybot.flows.outside import Outside

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ran:
    """`run` has the snippet's own status and error; what it left behind is in `look`."""

    code: str
    run: RunResult
    look: Look


async def run_code(code: str, *, seed: int, asked_by: str, outside: Outside) -> Ran | Resting:
    """Run code and look at what it leaves behind. The same seed throws the same dice."""
    try:
        run = await outside.runner.run(Snippet(code, seed=seed, harness=PROGRAM), asked_by=asked_by)
    except SandboxUnavailable as error:
        log.warning("code could not be run for %s: %s", asked_by, error)
        return Resting.because(error)
    if run.status is RunStatus.SANDBOX_FAULT:
        log.error("the run of somebody's code failed in the sandbox: %s", run.stderr.strip()[:500])
        return Resting()
    if run.status is not RunStatus.OK:
        return Ran(code, run, Look(run.error))
    try:
        look = Look.read(run.value)
    except ValueError:  # the snippet replaced the program's words by its own
        return Ran(code, replace(run, status=RunStatus.CRASHED, value=None), Look())
    status = RunStatus.RAISED if look.error is not None else RunStatus.OK
    return Ran(code, replace(run, status=status, error=look.error, value=None), look)
