"""What a run can learn of the host and of other runs, and what it can leave behind: nothing."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studybot.core.run import Limits, RunStatus, Snippet
from studybot.sandbox import Pool
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL

INFORMATION: dict[str, tuple[str, Any]] = {
    "no process but its own is seen": ("import os\n[os.getpid(), os.getppid(), os.listdir('/proc')]", [1, 0, []]),
    "it is nobody, and so is its group": (
        "import os\n[*os.getresuid(), *os.getresgid()]",
        [65534, 65534, 65534, 65534, 65534, 65534],
    ),
    "the machine has another name": ("import socket\nsocket.gethostname()", "sandbox"),
    "no network interface is up": (
        ("import socket\n"
        "try: names = [name for _, name in socket.if_nameindex() if name != 'lo']\n"
        "except OSError: names = []\nnames"),
        [],
    ),
    "no descriptor but its own pipes is open": (
        ("import os\n"
        "kinds = []\n"
        "for end in range(256):\n"
        "    try: kinds.append((os.fstat(end).st_mode & 0o170000) in (0o010000, 0o020000))\n"
        "    except OSError: pass\n"
        "[all(kinds), len(kinds) <= 4]"),
        [True, True],
    ),
    "the scratch is empty": ("import os\n[os.listdir('/tmp'), os.listdir('/dev/shm')]", [[], []]),
    "no module of the trusted side is there": (
        (
            "import sys\n"
            "known = {'clocks', 'codec', 'messages', 'walls', 'prewarm', 'snippet', 'zygote'}\n"
            "names = [name.removeprefix('studybot.sandbox.') for name in sys.modules if name.startswith('studybot')]\n"
            "sorted({*names} - known - {'studybot', 'studybot.sandbox'})"
        ),
        [],
    ),
    "the cards cannot be imported": (
        "try:\n    import studybot.deck\n    came = 'imported'\nexcept ImportError:\n    came = 'none'\ncame",
        "none",
    ),
    "the home folder is the empty scratch": ("import os\nos.path.expanduser('~')", "/tmp"),
    "no stack of the zygote's start holds a setting": (
        ("import sys\nframe, names = sys._getframe(), []\n"
        "while frame:\n    names += list(frame.f_locals)\n    frame = frame.f_back\n"
        "[name for name in names if 'token' in name.lower() or 'secret' in name.lower()]"),
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "value"), INFORMATION.values(), ids=INFORMATION.keys())
async def test_a_look_round_finds_nothing_of_the_host(pool: Pool, code: str, value: Any) -> None:
    result = await pool.run(Snippet(code))

    assert (result.status, result.value) == (RunStatus.OK, value)


async def test_the_bots_settings_are_not_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYBOT_TOKEN", "123456789:AAsecretsecretsecret")
    below = (
        "import ctypes\n"
        "place = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "found = []\n"
        "while place[len(found)]:\n    found.append(place[len(found)].decode())\n"
        "[line for line in found if 'STUDYBOT' in line or 'secret' in line]"
    )
    async with Pool(slots=1) as pool:
        by_python = await pool.run(Snippet("import os\n[name for name in os.environ if 'STUDYBOT' in name]"))
        by_the_c_library = await pool.run(Snippet(below))

    assert (by_python.value, by_the_c_library.value) == ([], [])


async def test_a_port_that_is_open_on_this_machine_cannot_be_reached(pool: Pool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=1)"

        result = await pool.run(Snippet(code))

    assert result.status is RunStatus.REFUSED


async def test_two_runs_at_a_time_do_not_see_each_others_files(pool: Pool) -> None:
    writer = "import time\nopen('/tmp/mine', 'w').write('x')\ntime.sleep(0.5)\n1"
    looker = (
        "import os, time\nseen = []\nfor _ in range(10):\n    seen += os.listdir('/tmp')\n    time.sleep(0.03)\nseen"
    )

    one, other = await asyncio.gather(
        pool.run(Snippet(writer, hash_seed=0)), pool.run(Snippet(looker, hash_seed=1))
    )  # fmt: skip

    assert (one.value, other.value) == (1, [])


LEFT: dict[str, tuple[str, str, Any]] = {
    "a file in shared memory": ("open('/dev/shm/left', 'w').write('x')", "import os\nos.listdir('/dev/shm')", []),
    "a hidden file": ("open('/tmp/.left', 'w').write('x')", "import os\nos.listdir('/tmp')", []),
    "a working directory": ("import os\nos.mkdir('/tmp/d')\nos.chdir('/tmp/d')", "import os\nos.getcwd()", "/tmp"),
    "a mask": ("import os\nos.umask(0o777)", "import os\nold = os.umask(0o22)\nold == 0o777", False),
    "a signal handler": (
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "import signal\nsignal.getsignal(signal.SIGTERM) == signal.SIG_DFL",
        True,
    ),
    "a recursion limit": ("import sys\nsys.setrecursionlimit(50)", "import sys\nsys.getrecursionlimit()", 1000),
    "an import path": ("import sys\nsys.path.insert(0, '/tmp')", "import sys\n'/tmp' in sys.path", False),
    "an import hook": (
        "import sys\nsys.meta_path.insert(0, object())",
        "import sys\nany(type(finder) is object for finder in sys.meta_path)",
        False,
    ),
    "a trace function": ("import sys\nsys.settrace(lambda *a: None)", "import sys\nsys.gettrace() is None", True),
    "a thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "import threading\nthreading.active_count()",
        1,
    ),
    "a default device": ("torch.set_default_device('meta')", "str(torch.ones(1).device)", "cpu"),
    "deterministic algorithms": (
        "torch.use_deterministic_algorithms(True)",
        "torch.are_deterministic_algorithms_enabled()",
        False,
    ),
    "anomaly detection": ("torch.autograd.set_detect_anomaly(True)", "torch.is_anomaly_enabled()", False),
    "a print width": ("torch.set_printoptions(precision=1)", "str(torch.tensor([0.12345]))", "tensor([0.1235])"),
    "a seed": ("torch.manual_seed(3)", "torch.initial_seed() == 3", False),
    "a hook for all modules": (
        "torch.nn.modules.module.register_module_forward_hook(lambda *a: torch.zeros(1))",
        "nn.Identity()(torch.ones(1)).item()",
        1.0,
    ),
    "a patched method": (
        "torch.Tensor.sum = lambda self, *a, **k: 42",
        "torch.ones(2).sum().item()",
        2.0,
    ),
    "a patched class of the harness": (
        "import ast, copy\nast.parse = copy.deepcopy = None",
        "import ast, copy\n[ast.parse is None, copy.deepcopy is None]",
        [False, False],
    ),
    "a rounding mode": (
        "import ctypes\nctypes.CDLL('libm.so.6').fesetround(0x400)",
        "1 / 3 == 0.333333333333333314829616256247",
        True,
    ),
    "a warning filter": (
        "import warnings\nwarnings.simplefilter('error')",
        "import warnings\nwarnings.warn('x')\n1",
        1,
    ),
    "a decimal precision": (
        "import decimal\ndecimal.getcontext().prec = 2",
        "import decimal\ndecimal.getcontext().prec",
        28,
    ),
    "a locale": (
        "import locale\nlocale.setlocale(locale.LC_ALL, 'C')",
        "import locale\nlocale.getencoding().lower()",
        "utf-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("leave", "look", "value"), LEFT.values(), ids=LEFT.keys())
async def test_a_change_does_not_reach_the_next_run(pool: Pool, leave: str, look: str, value: Any) -> None:
    for _ in range(pool.slots * 2):
        await pool.run(Snippet(leave))

    results = [await pool.run(Snippet(look, hash_seed=seed)) for seed in range(pool.slots)]

    assert [(result.status, result.value) for result in results] == [(RunStatus.OK, value)] * pool.slots


async def test_an_object_between_processes_is_gone_with_its_run(pool: Pool) -> None:
    """System V memory and message queues are refused; were they not, they would lie in the run's own namespace."""
    code = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "[libc.shmget(0x5eed, 4096, 0o1666), libc.msgget(0x5eed, 0o1666), libc.semget(0x5eed, 1, 0o1666)]"
    )

    assert [(await pool.run(Snippet(code))).value for _ in range(2 * pool.slots)] == [[-1, -1, -1]] * 2 * pool.slots


async def test_nothing_of_a_run_is_left_among_the_hosts_processes(pool: Pool) -> None:
    await pool.run(Snippet("while True: pass", limits=Limits(wall_seconds=0.2)))
    await pool.run(Snippet("torch.ones(1).item()"))

    assert [process for process, state, parent in host_processes() if state == "Z" and parent == os.getpid()] == []


def host_processes() -> Iterator[tuple[int, str, int]]:
    """Yield the pid, the state and the parent of every process of this machine."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended while we look
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            yield int(stat.parent.name), state, int(parent)


OUTPUTS: dict[str, tuple[str, str]] = {
    "bytes that are no text": ("import os\nos.write(1, b'\\xff\\xfe')", "\ufffd\ufffd"),
    "a lone surrogate": ("print('\\ud800')", "\\ud800\n"),
    "a zero byte": ("print('a\\0b')", "a\0b\n"),
    "control sequences of a terminal": ("print('\\x1b[2J')", "\x1b[2J\n"),
    "an imitation of our own words": ("print('studybot: right, grade 5')", "studybot: right, grade 5\n"),
}


@pytest.mark.parametrize(("code", "stdout"), OUTPUTS.values(), ids=OUTPUTS.keys())
async def test_strange_output_is_only_output(pool: Pool, code: str, stdout: str) -> None:
    result = await pool.run(Snippet(f"{code}\nNone"))

    assert (result.status, result.stdout, result.value) == (RunStatus.OK, stdout, None)


HUGE = {
    "a list of a million numbers": "list(range(10**6))",
    "a string of ten million letters": "'x' * 10**7",
    "an integer of a million bits": "1 << 10**6",
    "a tensor of a million elements": "torch.zeros(10**6)",
    "lists in lists in lists": "x = []\nfor _ in range(10**5): x = [x]\nx",
    "a list that holds itself": "x = []\nx.append(x)\nx",
    "many large strings": "['x' * 60_000] * 1000",
    "a message of a million letters": "raise ValueError('x' * 10**6)",
    "an exception with a name of a million letters": "raise type('X' * 10**6, (Exception,), {})",
}


@pytest.mark.parametrize("code", HUGE.values(), ids=HUGE.keys())
async def test_a_huge_answer_is_cut_or_refused_and_the_sandbox_serves_on(pool: Pool, code: str) -> None:
    result = await pool.run(Snippet(code))

    assert result.status in {RunStatus.OK, RunStatus.RAISED, RunStatus.MEMORY, RunStatus.CRASHED}
    assert len(repr(result.value)) < 4 * 2**20
    assert len(repr(result.error)) < 10_000
    assert (await pool.run(Snippet("1 + 1"))).value == 2
