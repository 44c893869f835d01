"""What hostile snippets come to, each named after its outcome, through the real jail."""

import asyncio
from typing import Any

import pytest

from studybot.core.run import Limits, RunStatus, Snippet
from studybot.core.value import Opaque, Tensor
from studybot.sandbox import Pool
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL

SHORT = Limits(wall_seconds=0.4)


def attempt(action: str) -> str:
    """Write a snippet whose value is the name of the exception that an action ends in, or "done"."""
    return (
        f"try:\n    {action}\n    came = 'done'\nexcept BaseException as error:\n    came = type(error).__name__\ncame"
    )


ENDS: dict[str, tuple[str, RunStatus]] = {
    # resources
    "a busy loop hits the time limit": ("while True: pass", RunStatus.TIMEOUT),
    "a sleep hits the time limit": ("import time\ntime.sleep(60)", RunStatus.TIMEOUT),
    "a read that never ends hits the time limit": ("import os\nr, w = os.pipe()\nos.read(r, 1)", RunStatus.TIMEOUT),
    "a loop inside torch hits the time limit": ("x = torch.ones(400, 400)\nwhile True: x = x @ x", RunStatus.TIMEOUT),
    "blocking every signal does not stop the time limit": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass",
        RunStatus.TIMEOUT,
    ),
    "catching every exception does not stop the time limit": (
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
        RunStatus.TIMEOUT,
    ),
    "a huge tensor hits the memory limit": ("torch.ones(2**30).sum()", RunStatus.MEMORY),
    "a huge bytearray hits the memory limit": ("len(bytearray(2**31))", RunStatus.MEMORY),
    "growing for ever hits the memory limit": ("x = []\nwhile True: x.append(torch.ones(2**20))", RunStatus.MEMORY),
    "printing for ever hits the output limit": ("while True: print('x' * 1000)", RunStatus.OUTPUT),
    "writing errors for ever hits the output limit": (
        "import sys\nwhile True: sys.stderr.write('x' * 1000)",
        RunStatus.OUTPUT,
    ),
    "endless recursion is the snippet's own error": ("def f(): return f()\nf()", RunStatus.RAISED),
    "a regular expression that explodes hits the time limit": (
        "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')",
        RunStatus.TIMEOUT,
    ),
    "a number without end hits the time limit": ("n = 3\nwhile True: n = n * n", RunStatus.TIMEOUT),
    "a text that takes for ever to make hits the time limit": (
        "class Slow:\n    def __repr__(self):\n        while True: pass\nSlow()",
        RunStatus.TIMEOUT,
    ),
    "an exception that takes for ever to tell hits the time limit": (
        "class Slow(Exception):\n    def __str__(self):\n        while True: pass\nraise Slow",
        RunStatus.TIMEOUT,
    ),
    "waiting for a thread that never ends hits the time limit": (
        "import threading\nhold = threading.Event()\nthreading.Thread(target=hold.wait).start()\nhold.wait()",
        RunStatus.TIMEOUT,
    ),
    "shared memory without end hits the memory limit": (
        "import mmap\nkept = []\nwhile True:\n    kept.append(mmap.mmap(-1, 2**24))\n    kept[-1].write(bytes(2**24))",
        RunStatus.MEMORY,
    ),
    "a decompression bomb hits the memory limit": (
        (
            "import zlib\nbomb = zlib.compress(bytes(2**28))\nfor _ in range(3): bomb = zlib.compress(bomb)\n"
            "len(zlib.decompress(zlib.decompress(zlib.decompress(zlib.decompress(bomb)))) * 8)"
        ),
        RunStatus.MEMORY,
    ),
    "a list without end hits the memory limit": ("x = [0]\nwhile True: x += x", RunStatus.MEMORY),
    "a million lines of warnings hit the output limit": (
        "import warnings\nwarnings.simplefilter('always')\nfor n in range(10**6): warnings.warn(str(n) * 100)",
        RunStatus.OUTPUT,
    ),
    "writing past Python's streams hits the output limit": (
        "import os\nwhile True: os.write(1, b'x' * 4096)",
        RunStatus.OUTPUT,
    ),
    # leaving early is never an answer
    "leaving early with status 0 is a crash": ("import os\nos._exit(0)", RunStatus.CRASHED),
    "leaving early with status 7 is a crash": ("import os\nos._exit(7)", RunStatus.CRASHED),
    "a null pointer is a crash": ("import ctypes\nctypes.string_at(0)", RunStatus.CRASHED),
    "an abort is a crash": ("import os\nos.abort()", RunStatus.CRASHED),
}


@pytest.mark.parametrize(("code", "status"), ENDS.values(), ids=ENDS.keys())
async def test_an_attack_on_resources_ends_as_named(pool: Pool, code: str, status: RunStatus) -> None:
    limits = SHORT if status is RunStatus.TIMEOUT else Limits(wall_seconds=20)  # the time is not what ends the others

    result = await pool.run(Snippet(code, limits=limits))

    assert result.status is status
    assert result.value is None


@pytest.mark.parametrize("code", ["import sys\nsys.exit(0)", "raise SystemExit(0)", "exit()"])
async def test_an_exit_is_never_an_answer(pool: Pool, code: str) -> None:
    result = await pool.run(Snippet(code, limits=SHORT))

    assert result.status is not RunStatus.OK
    assert result.value is None


REFUSED = {
    "a new process is refused": "import os; os.fork()",
    "a new program is refused": "import os; os.execv('/bin/sh', ['sh'])",
    "a subprocess is refused": "import subprocess; subprocess.run(['true'])",
    "a shell is refused": "import os; assert os.system('true') == 0",
    "an internet socket is refused": "import socket; socket.socket(socket.AF_INET)",
    "an IPv6 socket is refused": "import socket; socket.socket(socket.AF_INET6)",
    "a kernel socket is refused": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "looking a name up is refused": "import socket; socket.getaddrinfo('localhost', 80)",
    "fetching a page is refused": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8642/')",
    "the host's accounts cannot be read": "open('/etc/passwd').read()",
    "the kernel's settings cannot be written": "open('/proc/sys/kernel/core_pattern', 'w')",
    "the zygote's environment cannot be read": "open('/proc/1/environ').read()",
    "the zygote's program cannot be written": "open('/zygote/studybot/sandbox/zygote.py', 'a')",
    "torch cannot be changed on disk": "open(torch.__file__, 'a')",
    "the root folder cannot be written": "open('/x', 'w')",
    "a raw device cannot be made": "import os, stat; os.mknod('/tmp/d', stat.S_IFBLK | 0o600, os.makedev(254, 0))",
    "another root is refused": "import os; os.chroot('/tmp')",
    "becoming root is refused": "import os; os.setuid(0)",
    "raising a limit is refused": "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "signalling the parent is refused": "import os; os.kill(os.getppid(), 9); assert os.getppid()",
    "a symbolic link leads nowhere": "import os; os.symlink('/etc/passwd', '/tmp/l'); open('/tmp/l').read()",
    "another process of the jail cannot be signalled": "import os; [os.kill(n, 9) for n in range(2, 64)]",
    "a process cannot be taken hold of": "import os; os.pidfd_open(1)",
    "a session of its own is refused": "import os; os.setsid()",
    "another priority is refused": "import os; os.nice(-20)",
    "other processors than its own cannot be chosen": "import os; os.sched_setaffinity(0, range(64))",
    "a spawned process is refused": "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "a pool of processes is refused": "import multiprocessing; multiprocessing.Pool(1)",
    "a UNIX socket to anywhere is refused": "import socket; socket.socket(socket.AF_UNIX).connect('/run/x')",
    "a raw socket is refused": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "a socket to a virtual machine's host is refused": "import socket; socket.socket(socket.AF_VSOCK)",
    "the host's name cannot be changed": "import socket; socket.sethostname('x')",
    "the clock cannot be set": "import time; time.clock_settime(time.CLOCK_REALTIME, 0)",
    "the home folders cannot be listed": "import os; os.listdir('/home'); os.listdir('/root')",
    "the mounts cannot be listed": "open('/proc/self/mounts').read()",
    "the memory map cannot be read": "open('/proc/self/maps').read()",
    "the log of the kernel cannot be read": "open('/dev/kmsg').read(1)",
    "the memory of the machine cannot be read": "open('/dev/mem', 'rb').read(1)",
    "a terminal cannot be typed into": "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSTI, b'x')",
    "a hard link out of the scratch is refused": "import os; os.link('/zygote/studybot/sandbox/zygote.py', '/tmp/l')",
    "the way out by .. leads to the same root": "import os; os.chdir('/..' * 50); os.stat('etc/passwd')",
    "a file made executable still cannot be run": (
        "import os; open('/tmp/x', 'w').write('#!/bin/sh'); os.chmod('/tmp/x', 0o777); os.execv('/tmp/x', ['x'])"
    ),
    "a library in the scratch cannot be loaded": (
        "import ctypes, _ctypes, shutil; shutil.copy(_ctypes.__file__, '/tmp/m.so'); ctypes.CDLL('/tmp/m.so')"
    ),
    "more open files than the limit are refused": "import os; kept = [os.dup(1) for _ in range(200)]",
    "a file larger than the limit is refused": "f = open('/tmp/big', 'wb'); f.truncate(2**40)",
    "a pickle that starts a program starts none": ("import pickle, os; pickle.loads(b'cposix\\nfork\\n(tR.')"),
    "filling the scratch is refused": "f = open('/tmp/big', 'wb'); [f.write(bytes(2**20)) for _ in range(64)]",
    "a flood of files is refused": "[open(f'/tmp/{n}', 'w').close() for n in range(100_000)]",
}


@pytest.mark.parametrize("action", REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_forbidden_fails_inside_and_the_run_goes_on(pool: Pool, action: str) -> None:
    result = await pool.run(Snippet(attempt(action)))

    assert result.status is RunStatus.OK
    assert result.value != "done"


SYSTEM_CALLS = {
    "ptrace": 101,
    "mount": 165,
    "unshare": 272,
    "setns": 308,
    "keyctl": 250,
    "add_key": 248,
    "bpf": 321,
    "perf_event_open": 298,
    "io_uring_setup": 425,
    "userfaultfd": 323,
    "memfd_create": 319,
    "process_vm_readv": 310,
    "pidfd_getfd": 438,
    "personality": 135,
    "shmget": 29,
    "fork": 57,
    "vfork": 58,
    "execve": 59,
    "kill": 62,
    "msgget": 68,
    "mq_open": 240,
    "chroot": 161,
    "pivot_root": 155,
    "init_module": 175,
    "kexec_load": 246,
    "reboot": 169,
    "open_by_handle_at": 304,
    "name_to_handle_at": 303,
    "kcmp": 312,
    "process_madvise": 440,
    "fsopen": 430,
    "open_tree": 428,
    "move_mount": 429,
    "landlock_create_ruleset": 444,
    "seccomp": 317,
    "splice": 275,
    "vmsplice": 278,
    "pkey_alloc": 330,
    "quotactl": 179,
    "fanotify_init": 300,
    "inotify_init": 253,
    "timer_create": 222,
    "migrate_pages": 256,
    "modify_ldt": 154,
    "iopl": 172,
}


@pytest.mark.parametrize("number", SYSTEM_CALLS.values(), ids=SYSTEM_CALLS.keys())
async def test_a_dangerous_system_call_is_not_permitted(pool: Pool, number: int) -> None:
    code = (
        "import ctypes, platform\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"came = libc.syscall({number}, 0, 0, 0, 0, 0) if platform.machine() == 'x86_64' else -1\n"
        "[came, ctypes.get_errno() in (0, 1, 38)]"
    )

    result = await pool.run(Snippet(code))

    assert result.value == [-1, True]


async def test_output_that_imitates_an_answer_is_only_output(pool: Pool) -> None:
    frame = (
        "import os\n"
        "for end in range(0, 64):\n"
        "    try: os.write(end, b'\\x00\\x00\\x00\\x01T')\n"
        "    except OSError: pass\n"
    )

    result = await pool.run(Snippet(f"{frame}False"))

    assert result.value is not True


async def test_a_patched_writer_cannot_claim_a_status(pool: Pool) -> None:
    code = (
        "import sys\n"
        "for name in list(sys.modules):\n"
        "    module = sys.modules[name]\n"
        "    if name.startswith('studybot'):\n"
        "        for item in list(vars(module)):\n"
        "            if callable(getattr(module, item)) and not item.startswith('__'):\n"
        "                setattr(module, item, lambda *a, **k: b'')\n"
        "1 / 0"
    )

    result = await pool.run(Snippet(code, limits=SHORT))

    assert result.status is not RunStatus.OK


async def test_an_object_that_equals_everything_is_only_its_name(pool: Pool) -> None:
    code = "class Same(float):\n    def __eq__(self, other): return True\n    __hash__ = None\nSame(3.0)"

    result = await pool.run(Snippet(code))

    assert isinstance(result.value, Opaque)


async def test_a_tensor_that_lies_about_itself_is_only_its_name(pool: Pool) -> None:
    code = (
        "class Liar(torch.Tensor):\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, f, types, args=(), kwargs=None): return torch.zeros(1)\n"
        "torch.ones(2).as_subclass(Liar)"
    )

    result = await pool.run(Snippet(code))

    assert not isinstance(result.value, Tensor)


@pytest.mark.parametrize(
    ("leave", "look", "value"),
    [
        ("open('/tmp/left', 'w').write('x')", "import os\nos.listdir('/tmp')", []),
        ("torch.set_default_dtype(torch.float64)", "torch.get_default_dtype()", "torch.float32"),
        ("torch.set_grad_enabled(False)", "torch.is_grad_enabled()", True),
        ("torch.ones = None", "torch.ones(1).item()", 1.0),
        ("import builtins\nbuiltins.len = lambda x: 42", "len([1])", 1),
        ("import os\nos.environ['LEFT'] = 'x'", "import os\nos.environ.get('LEFT', 'none')", "none"),
        ("import sys\nsys.modules['json'] = None", "import json\njson.loads('1')", 1),
    ],
    ids=["files", "default dtype", "grad mode", "torch itself", "builtins", "environment", "modules"],
)
async def test_nothing_is_left_for_the_next_run(pool: Pool, leave: str, look: str, value: Any) -> None:
    for _ in range(pool.slots * 2):
        await pool.run(Snippet(leave))

    results = [await pool.run(Snippet(look)) for _ in range(pool.slots * 2)]

    assert [result.value for result in results] == [value] * len(results)


LOOK_FOR_AN_EARLIER_RUN = """
import ctypes, gc, sys
def look():
    mark = "syas ecnerefer eht"[::-1]  # backwards, so that it is not found in this code
    frame, found = sys._getframe(1), []
    while frame:
        found += [name for name, value in frame.f_locals.items() if mark in repr(value)]
        frame = frame.f_back
    found += [type(one).__name__ for one in gc.get_objects() if type(one) in (list, tuple, dict) and mark in repr(one)]
    libc = ctypes.CDLL(None)
    libc.sbrk.restype = ctypes.c_void_p
    top = libc.sbrk(0)
    return found + ["heap" for at in range(1, 65) if mark.encode() in ctypes.string_at(top - at * 2**20, 2**20)]
look()
"""


async def test_nothing_of_an_earlier_run_is_in_the_memory_of_the_next(pool: Pool) -> None:
    earlier = "secret answer = the reference says 42"
    for _ in range(2 * pool.slots):  # so that every zygote has seen it
        await pool.run(Snippet(f"print({earlier!r})\n{earlier!r}"))

    result = await pool.run(Snippet(LOOK_FOR_AN_EARLIER_RUN))

    assert (result.status, result.value) == (RunStatus.OK, [])


async def test_every_run_throws_dice_of_its_own_and_a_seed_makes_them_equal(pool: Pool) -> None:
    code = "import random\n[torch.rand(1).item(), random.random()]"

    fresh = [str((await pool.run(Snippet(code))).value) for _ in range(4)]
    seeded = [str((await pool.run(Snippet(code, seed=7))).value) for _ in range(4)]

    assert len(set(fresh)) == 4
    assert len(set(seeded)) == 1


async def test_four_attacks_at_a_time_and_an_honest_card_between_them(pool: Pool) -> None:
    chosen = list(ENDS.values())[:6]
    hostile = [Snippet(code, limits=SHORT) for code, _ in chosen]
    runs = [pool.run(snippet, asked_by=f"attacker {n}") for n, snippet in enumerate(hostile)]

    *ended, honest = await asyncio.gather(*runs, pool.run(Snippet("torch.ones(2).sum().item()"), asked_by="ann"))

    assert [result.status for result in ended] == [status for _, status in chosen]
    assert honest.value == 2.0


HOOK = """
x = torch.ones(1, requires_grad=True)
x.register_hook(lambda gradient: gradient * 3)
x.sum().backward()
x.grad[0].item()
"""
TRAINING = """
net = nn.Linear(1, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(50):
    opt.zero_grad()
    loss = (net(torch.ones(4, 1)) ** 2).mean()
    loss.backward()
    opt.step()
loss.item() < 0.1
"""
HONEST = {
    "a hook": (HOOK, 3.0),
    "a training loop": (TRAINING, True),
    "saving and loading": ("torch.save(torch.ones(2), '/tmp/t.pt')\ntorch.load('/tmp/t.pt').sum().item()", 2.0),
    "a package imported late": ("import sympy\nint(sympy.Integer(3))", 3),
    "numpy": ("import numpy\ntorch.from_numpy(numpy.ones(3)).sum().item()", 3.0),
    "an installed package": ("import networkx\nnetworkx.Graph().order()", 0),
    "a singular value decomposition": ("torch.linalg.svdvals(torch.eye(2)).sum().item()", 2.0),
    "attention": ("q = torch.ones(1, 1, 2, 4)\nlist(F.scaled_dot_product_attention(q, q, q).shape)", [1, 1, 2, 4]),
    "Korean": ("print('안녕하세요')\n'텐서'", "텐서"),
    "a loader without workers": (
        "from torch.utils.data import DataLoader\nlen(list(DataLoader(list(range(5)), batch_size=2)))",
        3,
    ),
}


@pytest.mark.parametrize(("code", "value"), HONEST.values(), ids=HONEST.keys())
async def test_honest_code_keeps_working(pool: Pool, code: str, value: Any) -> None:
    result = await pool.run(Snippet(code))

    assert (result.status, result.value) == (RunStatus.OK, value)
