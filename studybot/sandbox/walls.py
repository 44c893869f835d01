"""The walls around one child, built from inside it before it sees any of the snippet.

`clone_child` gives a child its own namespaces, `build` shuts it in, `seal` takes away the last rights when
its job is known. Nothing here needs torch, and nothing survives the child: every wall is a property of its
process or of its namespaces.

Sources: man pages namespaces(7), user_namespaces(7), mount_namespaces(7), capabilities(7), seccomp(2),
landlock(7); CPython's os_fork_impl for the fork hooks.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from pathlib import Path

from studybot.sandbox.messages import Job, Setup

INSIDE_ID = 65534  # user and group of a snippet, in its own user namespace: nobody
SCRATCH = "/tmp"  # noqa: S108 - inside the jail
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - inside the jail

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC_WITH_GIL = ctypes.PyDLL(None)

# clone(2)
_NEW_MOUNTS, _NEW_NAME, _NEW_IPC = 0x00020000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PIDS, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_NAMESPACES = _NEW_MOUNTS | _NEW_NAME | _NEW_IPC | _NEW_USER | _NEW_PIDS | _NEW_NETWORK
_CLONE = {"x86_64": 56, "aarch64": 220}[platform.machine()]

# prctl(2)
_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE = 1, 4
_DROP_FROM_BOUNDING_SET, _SET_NO_NEW_PRIVILEGES, _AMBIENT, _AMBIENT_CLEAR = 24, 38, 47, 4
_LAST_CAPABILITY = 63  # unknown ones are refused, which is fine

# seccomp(2)
_SECCOMP = {"x86_64": 317, "aarch64": 277}[platform.machine()]
_SET_FILTER, _ALL_THREADS = 1, 1

# mount(2)
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC = 1, 2, 4, 8
_REMOUNT, _BIND, _RECURSIVE, _PRIVATE, _NO_SYMLINK_FOLLOW = 32, 4096, 16384, 1 << 18, 256


# landlock(7): the calls have the same numbers on every processor
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_BENEATH_PATH, _ASK_VERSION = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKE_CHARACTER_DEVICE, _MAKE_BLOCK_DEVICE, _SPEAK_TO_DEVICE = 1 << 6, 1 << 11, 1 << 15
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights a version knows; later ones know 16
_NO_TCP, _NO_ABSTRACT_SOCKETS_NOR_SIGNALS = 3, 3


def _must(outcome: int, what: str) -> None:
    if outcome != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def drop_root(to_id: int) -> None:
    """Give up root for good, as the first act of a zygote in a jail that root started.

    Inside a user namespace of one id this is already so. Without it the snippet's user would be root of the
    host, only with another name: limits on processes would not hold and root's files would be its own.
    """
    os.setgroups([])
    os.setresgid(to_id, to_id, to_id)
    os.setresuid(to_id, to_id, to_id)
    if os.getresuid() != (to_id,) * 3 or os.getresgid() != (to_id,) * 3:
        raise PermissionError("root could not be given up")


def guard_zygote() -> None:
    """Make the zygote die with its jail, and keep its memory from everybody."""
    _must(_LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0), "die with the jail")
    _must(_LIBC.prctl(_SET_DUMPABLE, 0, 0, 0, 0), "not dumpable")


def clone_child() -> int:
    """Fork into new namespaces with one clone(2). Return 0 in the child, which is pid 1 of its own.

    One call instead of unshare and a second fork halves the time. A raw clone skips the handlers of
    pthread_atfork, which is sound only while this process has a single thread (the zygote asserts it);
    Python's own hooks are called by hand, as os.fork does. The C library's cached thread id stays right
    because the zygote is pid 1 of the jail and the child is pid 1 of its namespace.
    """
    ctypes.pythonapi.PyOS_BeforeFork()
    pid: int = _LIBC_WITH_GIL.syscall(_CLONE, ctypes.c_ulong(_NAMESPACES | signal.SIGCHLD), 0, 0, 0, 0)
    if pid != 0:
        code = ctypes.get_errno()
        ctypes.pythonapi.PyOS_AfterFork_Parent()
        if pid < 0:
            raise OSError(code, "a child could not be cloned into its namespaces")
        return pid
    ctypes.pythonapi.PyOS_AfterFork_Child()
    return 0


def build(setup: Setup, outside_id: tuple[int, int]) -> int:
    """Shut this child in: ids, files, limits, capabilities.

    Returns a descriptor of its own statm, since /proc is covered then: see `memory_of`.
    """
    _must(_LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0), "die with the zygote")
    _write_own_settings(*outside_id)
    statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    _own_files(setup)
    _limit(setup)
    _drop_capabilities()
    _must(_LIBC.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no new privileges")
    _landlock(setup.device)
    return statm


def _write_own_settings(outside_user: int, outside_group: int) -> None:
    """Map the ids, and be the first to go should a cgroup or the machine run out of memory."""
    # The files of a non-dumpable process belong to root: become dumpable for as long as it takes.
    _must(_LIBC.prctl(_SET_DUMPABLE, 1, 0, 0, 0), "dumpable")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{INSIDE_ID} {outside_user} 1"),
        ("gid_map", f"{INSIDE_ID} {outside_group} 1"),
        ("oom_score_adj", "1000"),
    ):
        Path("/proc/self", name).write_text(text)
    _must(_LIBC.prctl(_SET_DUMPABLE, 0, 0, 0, 0), "not dumpable")


def memory_of(setup: Setup, statm: int) -> int:
    """Return how many bytes this child has before its job, as its limit counts them. Closes `statm`."""
    pages = os.pread(statm, 4096, 0).split()[5 if setup.device == "cuda" else 0]
    os.close(statm)
    return int(pages) * resource.getpagesize()


def _own_files(setup: Setup) -> None:
    """Give the child a scratch of its own and hide /proc. The rest of the jail is read-only already."""
    _mount("none", "/", None, _RECURSIVE | _PRIVATE)
    # One tmpfs holds scratch and shared memory, so that one size limit counts both.
    size = f"size={setup.scratch_mib}m,nr_inodes={setup.scratch_files},mode=755"
    _mount("scratch", SCRATCH, "tmpfs", _NO_SUID | _NO_DEVICES | _NO_EXEC, size)
    for name in ("tmp", "shm"):
        Path(SCRATCH, name).mkdir(0o700)
    _mount(str(Path(SCRATCH, "shm")), SHARED_MEMORY, None, _BIND)
    _mount(str(Path(SCRATCH, "tmp")), SCRATCH, None, _BIND)
    # A fresh procfs is refused in a nested namespace, and the jail's shows the zygote: cover it.
    _mount("none", "/proc", "tmpfs", _NO_SUID | _NO_DEVICES | _NO_EXEC, "size=4k,nr_inodes=1,mode=555")
    _mount("none", "/proc", None, _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEVICES | _NO_EXEC)
    os.chdir(SCRATCH)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    done = _LIBC.mount(
        source.encode(), target.encode(), kind and kind.encode(), ctypes.c_ulong(flags), options.encode()
    )
    _must(done, f"mount {target}")


def _limit(setup: Setup) -> None:
    """Set the limits that do not depend on the job."""
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, setup.processes),
        (resource.RLIMIT_NOFILE, setup.open_files),
        (resource.RLIMIT_FSIZE, setup.file_mib * 2**20),
        (resource.RLIMIT_STACK, 8 * 2**20),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _drop_capabilities() -> None:
    for capability in range(_LAST_CAPABILITY + 1):
        _LIBC.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
    _must(_LIBC.prctl(_AMBIENT, _AMBIENT_CLEAR, 0, 0, 0), "clear ambient capabilities")
    version_3 = (ctypes.c_uint32 * 2)(0x20080522, 0)
    none_at_all = (ctypes.c_uint32 * 6)()
    _must(_LIBC.capset(ctypes.byref(version_3), ctypes.byref(none_at_all)), "drop capabilities")


def landlock_abi() -> int:
    """Return the version of Landlock that this kernel speaks, 0 for none."""
    return max(int(_LIBC.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)), 0)


def _landlock(device: str) -> None:
    """Build the second file wall: read everywhere, write in the scratch only, run nothing."""
    abi = landlock_abi()
    if abi == 0:
        return
    every_right = (1 << _FILE_RIGHTS.get(abi, 16)) - 1
    attributes = struct.pack(
        "QQQ", every_right, _NO_TCP if abi >= 4 else 0, _NO_ABSTRACT_SOCKETS_NOR_SIGNALS if abi >= 6 else 0
    )
    ruleset: int = _LIBC.syscall(_CREATE_RULESET, attributes, len(attributes) if abi >= 6 else 16 if abi >= 4 else 8, 0)
    _must(min(ruleset, 0), "landlock")
    in_scratch = every_right & ~(_EXECUTE | _MAKE_CHARACTER_DEVICE | _MAKE_BLOCK_DEVICE)
    for path, rights in (
        ("/", _READ_FILE | _READ_DIR),
        (SCRATCH, in_scratch),
        (SHARED_MEMORY, in_scratch),
        (os.devnull, _READ_FILE | _WRITE_FILE),
        *((node, (_READ_FILE | _WRITE_FILE | _SPEAK_TO_DEVICE) & every_right) for node in _gpu_nodes(device)),
    ):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = struct.pack("=Qi", rights, place)
        _must(_LIBC.syscall(_ADD_RULE, ruleset, _BENEATH_PATH, rule, 0), f"landlock {path}")
        os.close(place)
    _must(_LIBC.syscall(_RESTRICT_SELF, ruleset, 0), "landlock")
    os.close(ruleset)


def _gpu_nodes(device: str) -> list[str]:
    """Return the GPU's nodes that the jail shows, which are none but where its runs need them."""
    return [str(path) for path in Path("/dev").glob("nvidia*")] if device == "cuda" else []


class _BpfProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def seal(setup: Setup, job: Job, memory: int) -> None:
    """Take the last rights: memory and processor time as the job says, then the system calls.

    The scratch counts as memory, so what it may hold is taken off the rest.
    """
    most = memory + max(job.memory_mib - setup.scratch_mib, 1) * 2**20
    # CUDA reserves far more address space than it uses: there, what is private and writable is counted.
    resource.setrlimit(resource.RLIMIT_DATA if setup.device == "cuda" else resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (job.cpu_seconds, job.cpu_seconds))
    program = _BpfProgram(len(setup.seccomp) // 8, setup.seccomp)  # 8 bytes an instruction
    # CUDA has threads by now: the filter goes to all of them, or the call fails.
    _must(_LIBC.syscall(_SECCOMP, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)), "seccomp")
