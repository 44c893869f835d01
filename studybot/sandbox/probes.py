"""The self-test: what must not be possible inside is tried there, by the way that snippets go.

A probe is a snippet and the answer it must give. Nothing is ever run for anybody unless every probe holds.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from studybot.core.run import Device, Limits, RunResult, RunStatus, Snippet
from studybot.core.value import Value

REMEDY = "Do not use this machine for other people's code until it holds: see docs/sandbox.md, Self-test."
NEEDS_LIMITS = "Check that the kernel enforces resource limits and tmpfs sizes; update it or choose another host."
NEEDS_NAMESPACES = (
    "Allow user namespaces to this user: sysctl user.max_user_namespaces above 0, and on Ubuntu "
    "kernel.apparmor_restrict_unprivileged_userns=0 or an AppArmor profile for bwrap."
)

LANDLOCK = "second file wall (Landlock)"
CGROUP = "second memory wall (cgroup)"
CGROUP_STOPS = "memory and processes of the whole jail beyond what the limits of a single process count"

State = Literal["held", "missing", "not applicable"]


@dataclass(frozen=True, slots=True)
class Probe:
    """One wall as the self-test found it. `remedy` says what was found and what to do where it is missing."""

    name: str
    state: State
    stops: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A snippet to run inside, and what must come of it."""

    name: str
    stops: str
    code: str
    status: RunStatus = RunStatus.OK
    value: Value = True
    remedy: str = REMEDY
    limits: Limits = field(default_factory=Limits)

    def judge(self, result: RunResult) -> Probe:
        if result.status == self.status and result.value == self.value:
            return Probe(self.name, "held", self.stops, "")
        return Probe(self.name, "missing", self.stops, f"It gave {_show(result)}. {self.remedy}")


def _show(result: RunResult) -> str:
    if result.error is not None:
        return f"{result.status.value}: {result.error.type}: {result.error.message}"
    if result.status is RunStatus.SANDBOX_FAULT:
        return f"{result.status.value}: {result.stderr[:200]}"
    return f"{result.status.value}: {result.value!r}"[:200]


_REFUSED = '''
def refused(attempt):
    """Tell whether `attempt` fails with an error of the system."""
    try:
        attempt()
    except OSError:
        return True
    return False
'''

_SYSTEM_CALL = '''
import ctypes, errno
def refused(name, *arguments):
    """Tell whether the filter answers this system call with EPERM. Numbers of x86-64 and of aarch64."""
    import platform
    number = NUMBERS[name][platform.machine() == "aarch64"]
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(number, *arguments) == -1 and ctypes.get_errno() == errno.EPERM
NUMBERS = {
    "ptrace": (101, 117), "mount": (165, 40), "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280),
    "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217),
    "perf_event_open": (298, 241), "process_vm_readv": (310, 270), "memfd_create": (319, 279),
    "shmget": (29, 194), "execve": (59, 221), "kcmp": (312, 272), "open_by_handle_at": (304, 265),
    "pidfd_getfd": (438, 438), "personality": (135, 92), "prctl": (157, 167), "setrlimit": (160, 164),
}
'''


def trials() -> tuple[Trial, ...]:
    """Return every trial of the self-test, in the order in which they are run."""
    return (
        Trial("run", "nothing: a plain card works", "torch.arange(6).reshape(2, 3).sum().item()", value=15),
        Trial(
            "user",
            "being root, or anybody who owns a file of the host",
            "import os\n[os.getuid(), os.geteuid(), os.getgid(), set(os.getgroups()) <= {65534}]",
            value=[65534, 65534, 65534, True],
            remedy=NEEDS_NAMESPACES,
        ),
        Trial(
            "capabilities",
            "any privilege",
            "import ctypes\n"
            "held = (ctypes.c_uint32 * 6)()\n"
            "ctypes.CDLL(None).capget(ctypes.byref((ctypes.c_uint32 * 2)(0x20080522, 0)), ctypes.byref(held))\n"
            "[int(word) for word in held]",
            value=[0] * 6,
        ),
        Trial(
            "processes hidden",
            "seeing or signalling another process",
            "import os\n[os.getpid(), os.getppid(), os.listdir('/proc')]",
            value=[1, 0, []],
            remedy=NEEDS_NAMESPACES,
        ),
        Trial(
            "kernel settings",
            "writing core_pattern or any other file under /proc/sys",
            _REFUSED + "refused(lambda: open('/proc/sys/kernel/core_pattern', 'r+'))",
        ),
        Trial(
            "no host files",
            "reading accounts, homes, logs, the deck and its answers",
            # Python and torch may lie below one of these places: the way there is all that may be seen of it.
            "import os, sys\n"
            "ours = {*sys.path, sys.prefix, sys.base_prefix, os.path.dirname(sys.executable)} - {''}\n"
            "def strange(path):\n"
            "    if not os.path.lexists(path) or any((path + '/').startswith(one + '/') for one in ours):\n"
            "        return []\n"
            "    if not any(one.startswith(path + '/') for one in ours):\n"
            "        return [path]\n"
            "    return [found for name in os.listdir(path) for found in strange(path + '/' + name)]\n"
            "places = ('/etc/passwd', '/home', '/root', '/srv', '/opt', '/var', '/sys', '/boot', '/run')\n"
            "[found for place in places for found in strange(place)]",
            value=[],
        ),
        Trial(
            "no deck",
            "reading a card's answer or a hidden test",
            "import glob\nglob.glob('/zygote/studybot/cards') + glob.glob('/**/_cards/*', recursive=False)",
            value=[],
        ),
        Trial(
            "read-only system",
            "changing what the next run sees",
            _REFUSED + "import sys\n"
            "places = ['/x', '/dev/x', '/usr/lib/x', '/zygote/x', sys.prefix + '/lib/x', torch.__path__[0] + '/x']\n"
            "[place for place in places if not refused(lambda: open(place, 'w'))]",
            value=[],
        ),
        Trial(
            LANDLOCK,
            "writing to what an oversight in the mounts leaves writable (here: a device)",
            _REFUSED + "[refused(lambda: open('/dev/null', 'r+')), refused(lambda: open('/dev/zero', 'r+'))]",
            value=[False, True],
        ),
        Trial(
            "environment",
            "reading tokens and settings of the bot",
            "import os\nsorted(set(os.environ) - {'HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', "
            "'PYTHONHASHSEED', 'PYTHONPATH', 'PYTHONUTF8', 'TMPDIR', 'MKL_NUM_THREADS', 'OMP_NUM_THREADS', "
            "'OPENBLAS_NUM_THREADS', 'MALLOC_ARENA_MAX', 'LC_CTYPE', 'PWD', 'TORCHINDUCTOR_CACHE_DIR'})",
            value=[],
        ),
        Trial(
            "open files",
            "using a pipe or file of the zygote",
            "import os, stat\n"
            "kinds = []\n"
            "for end in range(3, 256):\n"
            "    try:\n"
            "        kinds.append(stat.S_IFMT(os.fstat(end).st_mode) == stat.S_IFIFO)\n"
            "    except OSError:\n"
            "        pass\n"
            "kinds",
            value=[True],  # the way of its own answer
        ),
        Trial(
            "no network",
            "reaching any machine, this one included",
            _REFUSED + "import socket\n"
            "kinds = ['AF_INET', 'AF_INET6', 'AF_NETLINK', 'AF_PACKET', 'AF_VSOCK', 'AF_UNIX']\n"
            "[kind for kind in kinds if not refused(lambda: socket.socket(getattr(socket, kind), socket.SOCK_DGRAM))]",
            value=[],
        ),
        Trial(
            "system-call filter",
            "tracing, mounts, namespaces, keyrings, bpf, perf, io_uring, userfaultfd, uncounted memory",
            _SYSTEM_CALL + "[name for name in NUMBERS if not refused(name, 1, 0, 0, 0, 0)]",
            value=[],
            remedy="The kernel needs CONFIG_SECCOMP_FILTER. " + REMEDY,
        ),
        Trial(
            "new processes",
            "fork bombs, and programs outliving their run",
            _REFUSED + "import os\n[refused(os.fork), refused(lambda: os.posix_spawn('/bin/true', ['true'], {}))]",
            value=[True, True],
        ),
        Trial(
            "threads limited",
            "thread bombs",
            "import threading\n"
            "hold = threading.Event()\n"
            "started = 0\n"
            "try:\n"
            "    for _ in range(200):\n"
            "        threading.Thread(target=hold.wait, daemon=True).start()\n"
            "        started += 1\n"
            "except RuntimeError:\n"
            "    pass\n"
            "hold.set()\n"
            "started < 64",
            remedy=NEEDS_LIMITS,
        ),
        Trial(
            "other processors' calls",
            "going round the filter by 32-bit calls",
            # mov eax, 20 (getpid); int 0x80; ret. On other processors there is no such way: crash by hand.
            "import ctypes, mmap, platform\n"
            "if platform.machine() != 'x86_64':\n"
            "    ctypes.string_at(0)\n"
            "page = mmap.mmap(-1, 4096, prot=7)\n"
            "page.write(bytes.fromhex('b814000000cd80c3'))\n"
            "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()",
            status=RunStatus.CRASHED,
            value=None,
        ),
        Trial(
            "memory limit",
            "filling the machine's memory",
            "torch.ones(2**28).sum()",
            status=RunStatus.MEMORY,
            value=None,
            limits=Limits(memory_mib=256),
            remedy=NEEDS_LIMITS,
        ),
        Trial(
            "scratch size",
            "filling memory through files",
            _REFUSED + "def fill(folder):\n"
            "    for number in range(100):\n"
            "        with open(f'{folder}/{number}', 'wb') as file:\n"
            "            file.write(bytes(2**20))\n"
            "[refused(lambda: fill('/tmp')), refused(lambda: fill('/dev/shm'))]",
            value=[True, True],
            remedy=NEEDS_LIMITS,
        ),
        Trial(
            "scratch empty",
            "one run reading what another left",
            "import os\n[os.listdir('/tmp'), os.listdir('/dev/shm')]",
            value=[[], []],
        ),
        Trial(
            "time-out",
            "running for ever",
            "while True:\n    pass",
            status=RunStatus.TIMEOUT,
            value=None,
            limits=Limits(wall_seconds=0.1),
        ),
        Trial(
            "output limit",
            "flooding the chat",
            "while True:\n    print('x' * 1000)",
            status=RunStatus.OUTPUT,
            value=None,
            limits=Limits(output_kib=16),
        ),
        Trial(
            "no answer, no pass",
            "leaving early with success",
            "import os\nos._exit(0)",
            status=RunStatus.CRASHED,
            value=None,
        ),
        Trial(
            "own dice",
            "knowing the random numbers of another run",
            "torch.initial_seed() != 0",
        ),
        Trial(
            "no core dumps",
            "leaving memory on the disk",
            "import resource\nlist(resource.getrlimit(resource.RLIMIT_CORE))",
            value=[0, 0],
        ),
        Trial(
            "no new privileges",
            "gaining rights by a set-user-id program",
            # PR_GET_NO_NEW_PRIVS is refused as every prctl is, so that it cannot be asked; set-uid programs
            # cannot be run either way, which is what is asked here.
            _REFUSED + "import os\nrefused(lambda: os.execv('/usr/bin/su', ['su']))",
        ),
    )


def gpu_trials() -> tuple[Trial, ...]:
    """Return the trials for a sandbox on the GPU: all others, and what only a GPU can do wrong.

    Its driver keeps files open in the run itself, so that the trial of open files says nothing there.
    """
    size = 2**28
    return (
        *(trial for trial in trials() if trial.name != "open files"),
        Trial(
            "GPU run",
            "nothing: a plain card works on the GPU",
            "torch.arange(6, device='cuda').reshape(2, 3).sum().item()",
            value=15,
            limits=Limits(wall_seconds=20.0),
            remedy="Check the driver and that torch is built for it: see docs/sandbox.md, GPU.",
        ),
        Trial(
            "GPU memory limit",
            "taking the whole card's memory",
            "kept = [torch.zeros(2**28, dtype=torch.uint8, device='cuda') for _ in range(10_000)]",
            status=RunStatus.MEMORY,
            value=None,
            limits=Limits(wall_seconds=20.0),
        ),
        Trial(
            "GPU memory written",
            "nothing: it leaves a mark for the next trial to look for",
            f"torch.full(({size},), 0x5A, dtype=torch.uint8, device='cuda').eq(0x5A).all().item()",
            limits=Limits(wall_seconds=20.0),
        ),
        Trial(
            "GPU memory empty",
            "reading what another run left in the card's memory",
            f"torch.empty({size}, dtype=torch.uint8, device='cuda').eq(0x5A).sum().item() < {size // 64}",
            limits=Limits(wall_seconds=20.0),
        ),
        Trial(
            "GPU nodes",
            "driver functions that computing does not need",
            "import os\n[name for name in os.listdir('/dev') if name.startswith('nvidia') and not name[6:].isdigit()"
            " and name not in ('nvidiactl', 'nvidia-uvm')]",
            value=[],
        ),
    )


def untried() -> tuple[Probe, ...]:
    """Return every wall as missing, for a sandbox that does not even start."""
    walls = [(trial.name, trial.stops) for trial in trials()] + [(CGROUP, CGROUP_STOPS)]
    return tuple(Probe(name, "missing", stops, "It was not tried: mend the sandbox first.") for name, stops in walls)


async def run_trials(
    run: Callable[[Snippet], Awaitable[RunResult]], landlock_abi: int, *, device: Device = "cpu"
) -> tuple[Probe, ...]:
    """Run every trial of a device by `run` and return what was found."""
    found = []
    for trial in gpu_trials() if device == "cuda" else trials():
        if trial.name == LANDLOCK and landlock_abi == 0:
            remedy = (
                "This kernel has no Landlock (Linux 5.13 and later, with lsm=landlock): the first file wall stands."
            )
            found.append(Probe(trial.name, "not applicable", trial.stops, remedy))
        else:
            found.append(trial.judge(await run(Snippet(trial.code, limits=trial.limits))))
    return tuple(found)
