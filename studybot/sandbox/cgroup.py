"""The second wall around memory and processes: a cgroup for each jail, where the system has delegated one to us.

The first wall counts the address space of a run. This one counts what the whole jail really uses, zygote and run,
files in the scratch and the kernel's own memory for them. It needs cgroup v2 and the right to divide our own
group, which a systemd service has by `Delegate=yes`. Without it the first wall stands alone, and doctor says so.

Source: Linux, Documentation/admin-guide/cgroup-v2.rst, "Delegation" and "No Internal Process Constraint".
"""

import contextlib
import itertools
import logging
import os
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

PROC = Path("/proc/self")
OUR_LEAF = "studybot-bot"  # where this process goes: a group with members cannot be divided
JAIL = "studybot-jail-"
NEEDED = ("memory", "pids")
MEMORY_MIB = 1280  # a worn zygote 500, a run 512, and air
PROCESSES = 64  # bubblewrap, the zygote, a run and its threads
REMEDY = (
    "Run studybot as a service of systemd with Delegate=yes (and cgroup v2) for a second wall; the first one stands."
)


class NotDelegated(Exception):
    """There is no cgroup that we may divide; the message says why."""


@dataclass(frozen=True, slots=True)
class Cage:
    """The cgroup of one jail."""

    folder: Path

    def entering(self) -> tuple[str, ...]:
        """Return what to put before a command so that it starts in here.

        If that fails the command runs all the same, and `holds` tells: it is the second wall, not the first.
        """
        return ("/bin/sh", "-c", 'echo 0 > "$0"; exec "$@"', str(self.folder / "cgroup.procs"))

    def holds(self, process: int) -> bool:
        """Tell whether this process is in here, within our limits."""
        try:
            members = (self.folder / "cgroup.procs").read_text().split()
            memory, pids = ((self.folder / name).read_text().strip() for name in ("memory.max", "pids.max"))
        except OSError:
            return False
        return (str(process) in members) and (memory, pids) == (str(MEMORY_MIB * 2**20), str(PROCESSES))

    def times_full(self) -> int:
        """Return how often memory was refused in here because of our limit, and not the machine's."""
        try:
            events = dict(line.split() for line in (self.folder / "memory.events").read_text().splitlines())
        except (OSError, ValueError):
            return 0
        return int(events.get("oom", 0))

    def remove(self) -> None:
        """Remove the group, if everything in it has ended; else the next start of the sandbox does."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()


class Delegation:
    """Our own cgroup, divided: this process in a leaf, and a cage for each jail beside it."""

    _numbers = itertools.count(1)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for left in folder.glob(f"{JAIL}*"):
            owner = left.name.removeprefix(JAIL).partition("-")[0]
            if not Path("/proc", owner).exists():  # those of the living may be empty because they are new
                Cage(left).remove()

    def cage(self) -> Cage:
        """Make a group for one jail. Raises OSError."""
        folder = self.folder / f"{JAIL}{os.getpid()}-{next(self._numbers)}"
        folder.mkdir()
        (folder / "memory.max").write_text(str(MEMORY_MIB * 2**20))
        (folder / "pids.max").write_text(str(PROCESSES))
        swap = folder / "memory.swap.max"
        if swap.exists():  # not where the kernel does not count swap
            swap.write_text("0")
        return Cage(folder)


def take(proc: Path = PROC) -> Delegation:
    """Divide our own cgroup. Raises NotDelegated with the reason where we may not."""
    own = _own_folder(proc)
    if own.name == OUR_LEAF:  # this process did it before
        return Delegation(own.parent)
    _check(own)
    leaf = own / OUR_LEAF
    try:
        leaf.mkdir(exist_ok=True)
        (leaf / "cgroup.procs").write_text(str(os.getpid()))
        try:
            (own / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in NEEDED))
        except OSError:
            (own / "cgroup.procs").write_text(str(os.getpid()))
            leaf.rmdir()
            raise
    except OSError as error:
        raise NotDelegated(f"The cgroup {own} cannot be divided ({error.strerror}): others may run in it") from error
    log.info("each jail gets a cgroup of its own below %s", own)
    return Delegation(own)


def _own_folder(proc: Path) -> Path:
    """Return where this process's group of cgroup v2 is seen."""
    try:
        groups = (proc / "cgroup").read_text().splitlines()
        mounts = [line.split() for line in (proc / "mountinfo").read_text().splitlines()]
    except OSError as error:
        raise NotDelegated(f"This system has no cgroups to be seen ({error.strerror})") from error
    own = next((line.removeprefix("0::") for line in groups if line.startswith("0::")), None)
    # man proc_pid_mountinfo(5): 4th the root of the mount, 5th where it is, and after a lone "-" its kind
    mount = next((words for words in mounts if words[words.index("-") + 1] == "cgroup2"), None)
    if own is None or mount is None:
        raise NotDelegated("This system has no cgroup v2")
    root, place = mount[3], Path(mount[4])
    if not Path(own).is_relative_to(root):
        raise NotDelegated(f"Our cgroup {own} is not below the one that is mounted here")
    return place / Path(own).relative_to(root)


def _check(own: Path) -> None:
    """Raise NotDelegated unless this group is ours to divide."""
    try:
        there = (own / "cgroup.controllers").read_text().split()
    except OSError as error:
        raise NotDelegated(f"The cgroup {own} cannot be read ({error.strerror})") from error
    missing = [name for name in NEEDED if name not in there]
    if missing:
        raise NotDelegated(f"The cgroup {own} has no control of {' and '.join(missing)}")
    needed = (own, own / "cgroup.procs", own / "cgroup.subtree_control")
    if not all(os.access(path, os.W_OK) for path in needed):
        raise NotDelegated(f"The cgroup {own} is not ours to divide")
    if os.geteuid() == 0 and not _is_marked(own):  # root may write anywhere, which is no invitation
        raise NotDelegated(f"The cgroup {own} is not marked as delegated")


def _is_marked(own: Path) -> bool:
    """Tell whether systemd has marked a group as delegated: see systemd's CGROUP_DELEGATION.md."""
    for name in ("trusted.delegate", "user.delegate"):
        with contextlib.suppress(OSError):
            if os.getxattr(own, name) == b"1":
                return True
    return False
