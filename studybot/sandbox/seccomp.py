"""The system calls that a snippet may make, as data, and their BPF program.

An allow-list: what CPython and torch on a CPU need once everything is imported. Absent on purpose are new
processes and programs, sockets that reach anything, namespaces and mounts, tracing, keyrings, bpf, perf,
io_uring, userfaultfd, memory that no limit counts (memfd, System V), and splicing.
"""

import errno
import fcntl
import tempfile
import termios

from studybot.core.run import Device
from studybot.errors import SandboxUnavailable

ALLOWED = """
    read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range
    open openat creat stat fstat lstat newfstatat statx access faccessat faccessat2
    getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
    readlink readlinkat symlink symlinkat chmod fchmod fchmodat umask utimensat
    ftruncate truncate fallocate fsync fdatasync flock statfs fstatfs
    dup dup2 dup3 pipe pipe2 poll ppoll select pselect6
    epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2
    sendto recvfrom shutdown getsockname getpeername getsockopt
    mmap mprotect munmap mremap madvise brk msync mincore
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait sigaltstack tgkill
    alarm setitimer getitimer pause restart_syscall
    futex set_robust_list get_robust_list rseq set_tid_address membarrier
    getpid getppid gettid getpgid getpgrp getsid getuid geteuid getgid getegid
    getresuid getresgid getgroups uname sysinfo times getrusage getrlimit getpriority
    sched_yield sched_getaffinity sched_getparam sched_getscheduler getcpu
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time getrandom
    exit exit_group
    """

# Answered with "no such call", so that the C library tries its older way, which the list above decides on.
UNKNOWN = ("clone3", "openat2", "epoll_pwait2", "futex_waitv")

_THREAD = 0x00010000 | 0x00000100 | 0x00000800  # CLONE_THREAD | CLONE_VM | CLONE_SIGHAND
_NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW...
_AF_UNIX = 1
_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA = 15, 16, 0x53564D41
_FCNTL = (
    fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL,
    fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW,
)  # fmt: skip
_IOCTL = (termios.TCGETS, termios.TIOCGWINSZ, termios.FIONBIO, termios.FIONREAD, termios.FIOCLEX)

# How NVIDIA's driver is spoken to: letter F for the cards; small numbers and these two for unified memory.
_NVIDIA, _UVM = 0x4600, (0x30000001, 0x30000002)


def compile_filter(device: Device = "cpu") -> bytes:
    """Return the allow-list as a BPF program for this machine's processor.

    A run on the GPU may also speak to the driver, whose calls a filter cannot tell apart any further.
    Whatever is not listed fails with EPERM; a call by another processor's convention (32-bit, x32) kills.
    Raises SandboxUnavailable where libseccomp or its binding is missing.
    """
    try:
        import pyseccomp as sc
    except (ImportError, OSError, RuntimeError) as error:
        raise SandboxUnavailable(
            f"The system-call filter cannot be built ({error}). "
            "Type: apt install libseccomp2, and pip install 'studybot[worker]'."
        ) from error
    program = sc.SyscallFilter(sc.ERRNO(errno.EPERM))
    program.set_attr(sc.Attr.ACT_BADARCH, sc.KILL_PROCESS)
    for name in ALLOWED.split():
        program.add_rule(sc.ALLOW, name)
    for name in UNKNOWN:
        program.add_rule(sc.ERRNO(errno.ENOSYS), name)
    # A thread shares everything with its process, so it stays inside the same walls and limits.
    program.add_rule(sc.ALLOW, "clone", sc.Arg(0, sc.MASKED_EQ, _THREAD | _NEW_NAMESPACES, _THREAD))
    program.add_rule(sc.ALLOW, "socketpair", sc.Arg(0, sc.EQ, _AF_UNIX))  # asyncio's wake-up pipe
    program.add_rule(sc.ALLOW, "prlimit64", sc.Arg(2, sc.EQ, 0))  # read a limit, never set one
    for option in (_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA):
        program.add_rule(sc.ALLOW, "prctl", sc.Arg(0, sc.EQ, option))
    for command in _FCNTL:
        program.add_rule(sc.ALLOW, "fcntl", sc.Arg(1, sc.EQ, command))
    for request in _IOCTL:
        program.add_rule(sc.ALLOW, "ioctl", sc.Arg(1, sc.EQ, request))
    if device == "cuda":
        program.add_rule(sc.ALLOW, "ioctl", sc.Arg(1, sc.MASKED_EQ, 0xFF00, _NVIDIA))
        program.add_rule(sc.ALLOW, "ioctl", sc.Arg(1, sc.MASKED_EQ, 0xFFFFFF00, 0))
        for request in _UVM:
            program.add_rule(sc.ALLOW, "ioctl", sc.Arg(1, sc.EQ, request))
    with tempfile.TemporaryFile() as file:
        program.export_bpf(file)
        file.seek(0)
        return file.read()
