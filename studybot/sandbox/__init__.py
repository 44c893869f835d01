"""The sandbox: snippets from strangers run in a jail, and only plain data comes back.

    async with Pool() as pool:                      # studybot.sandbox.pool; implements ports.Runner
        await pool.ready()                          # optional: the first run waits by itself
        result = await pool.run(Snippet("torch.arange(6).reshape(2, 3)"), asked_by="learner 7")
        result.status, result.value                 # RunStatus.OK, Tensor(dtype="int64", shape=(2, 3), ...)
        pool.health                                 # state, reason, and every wall as the self-test found it

There is no way to run a snippet without the jail. If the self-test does not pass, `run` raises
SandboxUnavailable with the reason; if too many wait, SandboxBusy with the place in the line.

`await self_test()` opens a sandbox for itself and returns every wall with its state and remedy, for doctor.

On the trusted side: pool (the client), line (who is next), slot (one jail), jail (its command line),
seccomp (the system calls), probes (the self-test), answer (what is believed of what comes back).
Inside the jail: zygote (the program), walls, prewarm, snippet. On both sides: codec and messages.
"""

from studybot.sandbox.pool import Health, Pool, self_test
from studybot.sandbox.probes import Probe

__all__ = ["Health", "Pool", "Probe", "self_test"]
