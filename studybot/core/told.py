"""What became of a run, in one sentence for the learner."""

from studybot.core.phrase import Phrase
from studybot.core.run import RunStatus

TOLD = {
    RunStatus.OK: Phrase("The code ran to its end."),
    RunStatus.RAISED: Phrase("An exception ended it."),
    RunStatus.TIMEOUT: Phrase("The time limit stopped it."),
    RunStatus.MEMORY: Phrase("It used too much memory and was stopped."),
    RunStatus.OUTPUT: Phrase("It printed too much and was stopped."),
    RunStatus.CRASHED: Phrase("Python went away before it came to an answer."),
    RunStatus.REFUSED: Phrase("That is not allowed in the sandbox."),
    RunStatus.SANDBOX_FAULT: Phrase("We could not run it, by our own fault. Nothing was graded."),
}
