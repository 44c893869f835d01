"""What the flows need from outside, as protocols. The adapters are named in wiring.py and nowhere else."""

from typing import Protocol

from studybot.core.run import RunResult, Snippet


class Runner(Protocol):
    """Runs snippets in a sandbox."""

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        """Run one snippet in a child of its own and return what became of it.

        `asked_by` names whoever waits (a learner, the verifier): waiting runs are served in turn between them.
        `urgent` runs (somebody is looking at the screen) go before the others (verification).

        Raises SandboxUnavailable if no sandbox can run it, SandboxBusy if too many runs wait already.
        """
        ...

    @property
    def torch_version(self) -> str:
        """The torch inside the sandbox, for instance "2.13.0+cpu". Raises SandboxUnavailable before it is known."""
        ...
