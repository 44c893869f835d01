"""The outer jail: a bubblewrap command line with a read-only view of Python and torch, and nothing else.

The jail holds one zygote. It has no network, no other process, no home, no environment and no file of ours
but the modules that the zygote itself is made of. What one snippet may do is decided by `walls.py`, inside.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import studybot
from studybot.core.run import Device
from studybot.errors import SandboxUnavailable
from studybot.sandbox.messages import ZYGOTE_ID, Setup

INSIDE = Path("/zygote")  # where our own modules are seen
SCRATCH = "/tmp"  # noqa: S108 - inside the jail
MODULES = ("clocks", "codec", "messages", "walls", "prewarm", "snippet", "zygote")
DEVICES = ("null", "zero", "random", "urandom")
SYSTEM_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64")
ENVIRONMENT = {
    "HOME": SCRATCH,
    "LANG": "C.UTF-8",
    "PATH": "/nowhere",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",  # another one in each slot, fixed for as long as it lives: see `command_line`
    "PYTHONUTF8": "1",
    "TMPDIR": SCRATCH,
    # One thread each, before the first import: see `prewarm`.
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",  # an arena per thread would reserve 64 MiB of address space each
}


_ASK = """
import json, sys, sysconfig
print(json.dumps([sysconfig.get_paths(), sys.prefix, sys.base_prefix, sys.executable]))
"""


def outside_environment() -> dict[str, str]:
    """Return what bubblewrap itself is started with, without secrets. Inside the jail there is none of it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("STUDYBOT_", "PG"))}


@dataclass(frozen=True)
class Interpreter:
    """The Python to show inside: `command` and the folders it reads at their own paths.

    Installed packages are seen below `INSIDE`: a virtual environment may lie anywhere, under /tmp as well, which
    every run has to itself, or in somebody's home, of which nothing is to be seen.
    """

    command: Path
    folders: tuple[Path, ...]
    site_packages: tuple[Path, ...]

    @classmethod
    def running(cls) -> "Interpreter":
        """Describe the Python that runs this."""
        return cls._described(sysconfig.get_paths(), sys.prefix, sys.base_prefix, sys.executable)

    @classmethod
    def of(cls, python: Path) -> "Interpreter":
        """Ask another Python what it reads. Raises SandboxUnavailable where it does not answer."""
        try:
            asked = subprocess.run(
                [python, "-I", "-c", _ASK],
                capture_output=True,
                text=True,
                timeout=30,
                check=True,
                env=outside_environment(),
            )
            paths, prefix, base, command = json.loads(asked.stdout)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise SandboxUnavailable(f"{python} is no Python that answers: {error}") from error
        return cls._described(paths, prefix, base, command)

    @classmethod
    def _described(cls, paths: Mapping[str, str], prefix: str, base_prefix: str, executable: str) -> "Interpreter":
        site_packages = tuple(dict.fromkeys(Path(paths[name]) for name in ("purelib", "platlib")))
        base = Path(base_prefix)
        read = (base / "lib", base / "lib64", Path(paths["stdlib"]), Path(paths["platstdlib"]))
        # A virtual environment names itself as the place of the standard library, which it does not have.
        folders = tuple(folder for folder in read if prefix == base_prefix or not folder.is_relative_to(prefix))
        command = Path(os.path.realpath(executable))
        if command.is_relative_to(SCRATCH) or base.is_relative_to(SCRATCH):
            raise SandboxUnavailable(
                f"This Python lies under {SCRATCH}, which every run has to itself: make .venv with another one"
            )
        return cls(command, folders, site_packages)

    def seen_packages(self) -> dict[Path, Path]:
        """Return each folder of installed packages with the place where it is seen inside."""
        return {folder: INSIDE / f"packages/{number}" for number, folder in enumerate(self.site_packages)}


@dataclass(frozen=True, slots=True)
class Walls:
    """What every run has to stay within, whatever its own limits say."""

    scratch_mib: int = 16
    scratch_files: int = 1024
    threads: int = 16
    open_files: int = 64
    file_mib: int = 16

    def setup(self, device: Device, seccomp: bytes) -> Setup:
        """Return what a zygote needs to build them."""
        return Setup(
            device, seccomp, self.scratch_mib, self.scratch_files, self.threads, self.open_files, self.file_mib
        )


def find_bubblewrap() -> str:
    """Return the path of bwrap. Raises SandboxUnavailable where there is none."""
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable("bubblewrap is not installed. Type: apt install bubblewrap")
    return found


def gpu_nodes() -> tuple[str, ...]:
    """Return the device nodes that a run on the GPU gets to see; none where this machine has no GPU.

    Not among them: nvidia-modeset and nvidia-uvm-tools, which compute nothing.
    """
    cards = sorted(str(path) for path in Path("/dev").glob("nvidia[0-9]*"))
    nodes = (*cards, "/dev/nvidiactl", "/dev/nvidia-uvm")
    return nodes if cards and all(Path(node).exists() for node in nodes) else ()


def command_line(
    news_end: int, hash_seed: int = 0, *, device: Device = "cpu", interpreter: Interpreter | None = None
) -> list[str]:
    """Return the command that starts a zygote in a jail; bubblewrap writes its process id to `news_end`.

    `hash_seed` decides the order of sets of strings. Python reads it once, so all children of a zygote share it.

    An ordinary user gets a user namespace. Root does without: a namespace made by root maps to root of the
    host, so the zygote itself becomes an id that nobody has instead (`walls.drop_root`).
    """
    interpreter = interpreter or Interpreter.running()
    environment = ENVIRONMENT | {"PYTHONHASHSEED": str(hash_seed)}
    return [
        *(find_bubblewrap(), "--info-fd", str(news_end)),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *_identity(as_root=_can_become(ZYGOTE_ID)),
        *("--die-with-parent", "--new-session", "--as-pid-1", "--hostname", "sandbox", "--clearenv"),
        *(word for name, value in environment.items() for word in ("--setenv", name, value)),
        *("--setenv", "PYTHONPATH", os.pathsep.join(map(str, (INSIDE, *interpreter.seen_packages().values())))),
        *("--tmpfs", "/"),
        *_files(interpreter),
        *(word for node in (gpu_nodes() if device == "cuda" else ()) for word in ("--dev-bind", node, node)),
        # Torch wants a place for its caches while the zygote warms up; no child ever sees it.
        *("--perms", "1777", "--size", str(16 * 2**20), "--tmpfs", SCRATCH),
        *("--proc", "/proc", "--remount-ro", "/", "--chdir", SCRATCH),
        # -S: no .pth file of the environment is run; -P: nothing is imported from the current folder.
        *(str(interpreter.command), "-s", "-P", "-S", "-m", "studybot.sandbox.zygote"),
    ]


def _identity(*, as_root: bool) -> tuple[str, ...]:
    if as_root:
        return ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    return ("--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL")


def _can_become(to_id: int) -> bool:
    """Tell whether this process is root and may become this id: not so in a namespace that maps root alone."""
    if os.geteuid() != 0:
        return False
    spans = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    return any(int(first) <= to_id < int(first) + int(count) for first, _, count in spans)


def _files(interpreter: Interpreter) -> Iterator[str]:
    """Yield what is seen inside, all of it read-only but /tmp and /dev/shm, which each child replaces."""
    seen: dict[Path, tuple[str, str]] = {}
    for name in SYSTEM_LIBRARIES:
        folder = Path(name)
        if folder.is_symlink():
            seen[folder] = ("--symlink", str(folder.readlink()))
        elif folder.is_dir():
            seen[folder] = ("--ro-bind", name)
    for folder in interpreter.folders:
        if folder.is_dir() and not any(folder.is_relative_to(other) for other in seen):
            seen[folder] = ("--ro-bind", str(folder))
    for folder, inside in interpreter.seen_packages().items():
        seen[inside] = ("--ro-bind", str(folder))
    seen[interpreter.command] = ("--ro-bind", str(interpreter.command))
    seen[Path("/etc/ld.so.cache")] = ("--ro-bind-try", "/etc/ld.so.cache")
    for device in DEVICES:
        seen[Path("/dev", device)] = ("--dev-bind", f"/dev/{device}")
    ours = Path(studybot.__file__).parent
    for module in MODULES:  # without __init__.py, which would import the trusted side
        inside = INSIDE / f"studybot/sandbox/{module}.py"
        seen[inside] = ("--ro-bind", str(ours / f"sandbox/{module}.py"))

    # bubblewrap makes missing parents for root alone (mode 700): make each of them by hand.
    parents = {parent for place in seen for parent in place.parents} - seen.keys() - {Path("/")}
    for parent in sorted(parents | {Path("/dev/shm")}):  # noqa: S108 - inside the jail
        if not any(parent.is_relative_to(place) for place in seen):
            yield from ("--dir", str(parent))
    for place, (how, source) in seen.items():
        yield from (how, source, str(place))
    yield from _hidden(interpreter, ours)


def _hidden(interpreter: Interpreter, ours: Path) -> Iterator[str]:
    """Leave an empty folder where an installed studybot brings its cards along: those hold the answers."""
    for folder, inside in interpreter.seen_packages().items():
        if ours.is_relative_to(folder):
            empty = str(inside / ours.relative_to(folder))
            yield from ("--tmpfs", empty, "--remount-ro", empty)
